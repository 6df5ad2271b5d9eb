import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import type { Summary } from '../../mutants/report.js'
import { CHARTS } from '../../src/testing/explore/index.js'

/** `npm run mutants` with these arguments. */
const mutants = async (...args: string[]): Promise<{ code: unknown; out: string; err: string }> => {
  const child = spawn(process.execPath, ['--conditions=development', '--import', 'tsx', 'mutants/main.ts', ...args])
  let [out, err] = ['', '']
  child.stdout.on('data', (data: Buffer) => (out += data.toString()))
  child.stderr.on('data', (data: Buffer) => (err += data.toString()))
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, out, err }
}

test('some of each chart, drawn by a seed, are caught by what is cheap', async () => {
  const { code, out } = await mutants('--each', '2', '--workers', '1', '--by', 'near,charts', '--json')
  const { total, byChart, unexplained } = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Summary
  expect({ code, total, unexplained }).toEqual({ code: 0, total: 2 * CHARTS.length, unexplained: [] })
  expect(Object.keys(byChart)).toEqual(CHARTS.map(({ name }) => name))
})

test('the same seed draws the same', async () => {
  const lists = await Promise.all(
    ['2', '2', '3'].map(async (seed) => (await mutants('--list', '--json', '--sample', '12', '--seed', seed)).out),
  )
  expect([lists[1] === lists[0], lists[2] === lists[0]]).toEqual([true, false])
})

test.each([
  [['--only', 'nobody'], 'no chart nobody'],
  [['--sample', 'some'], '--sample takes a whole number from 1, not some'],
  [['--each', '0'], '--each takes a whole number from 1, not 0'],
  [['--by', 'luck'], 'no stage luck'],
])('what cannot be run is said: %j', async (args, message) => {
  const { code, err } = await mutants(...args)
  expect([code, err.split('\n')[0]]).toEqual([1, message])
})
