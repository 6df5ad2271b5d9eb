import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { row, run } from './rows.js'

/** `npm run chaos` with these arguments. */
const chaos = async (...args: string[]): Promise<{ code: unknown; out: string; err: string }> => {
  const child = spawn(process.execPath, ['--conditions=development', '--import', 'tsx', 'chaos/main.ts', ...args])
  let [out, err] = ['', '']
  child.stdout.on('data', (data: Buffer) => (out += data.toString()))
  child.stderr.on('data', (data: Buffer) => (err += data.toString()))
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, out, err }
}

test('two workers run what one does', async () => {
  const told = await Promise.all(
    ['1', '2'].map(async (workers) => {
      const { out } = await chaos('--seeds', '4', '--from', '20', '--workers', workers, '--json', '--edges')
      const { runs, steps, events, ms, ends, failures, edges } = JSON.parse(out) as Record<string, unknown>
      return { runs, steps, events, ms: Math.round(ms as number), ends, failures, edges }
    }),
  )
  expect(told[1]).toEqual(told[0])
  expect(told[0]).toMatchObject({ runs: 4, failures: [] })
})

test('a run by its choices is told in words', async () => {
  const { code, out } = await chaos('--choices', JSON.stringify(run(row('send', { wait: 1 }), row('close'))))
  expect([code, out.split('\n').slice(0, 3)]).toEqual([
    0,
    ['0 ms, alice: send (0, 0), then 100 ms', '100 ms, alice: close (0, 0), then 0 ms', '100 ms: faults stop'],
  ])
  expect(out.trimEnd().endsWith('every invariant held')).toBe(true)
})

test.each([
  [['--seeds', 'many'], '--seeds takes a whole number from 1, not many'],
  [['--choices', '[1, "x"]'], '--choices takes a list of whole numbers from 0, as JSON'],
])('what cannot be run is said: %j', async (args, message) => {
  const { code, err } = await chaos(...args)
  expect([code, err.split('\n')[0]]).toEqual([1, message])
})
