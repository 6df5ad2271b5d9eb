import { describe, expect, test } from 'vitest'
import { shrink } from '../../chaos/shrink.js'
import { readyTest } from '../../chaos/ready-test.js'
import { runChoices } from '../../chaos/run.js'
import { row, run, SECOND } from './rows.js'
import './quiet.js'

/** Rows of five; the first stands for the world. */
const list = (...rows: readonly number[][]): number[] => [[9, 9, 9, 9, 9], ...rows].flat()

const acts = (choices: readonly number[]): number[] => choices.filter((_, at) => at >= 5 && at % 5 === 0)

describe('a failing list', () => {
  test('keeps the rows that it fails of, and of them only what matters', async () => {
    const long = list([4, 1, 2, 3, 4], [7, 8, 40, 3, 9], [5, 5, 5, 5, 5], [6, 9, 9, 9, 9], [4, 4, 4, 4, 4])
    const fails = async (choices: readonly number[]) => {
      const at = acts(choices).indexOf(7)
      return at >= 0 && (choices[5 + at * 5 + 2] ?? 0) >= 17 && acts(choices).indexOf(6) > at
    }
    const { choices, minimal } = await shrink(long, fails)
    expect([choices, minimal]).toEqual([[0, 0, 0, 0, 0, 7, 0, 17, 0, 0, 6], true])
  })

  test('of everything becomes empty of acts', async () => {
    const { choices, minimal } = await shrink(list([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), async () => true)
    expect([choices, minimal]).toEqual([[], true])
  })

  test('does not become one that fails otherwise, nor one that passes', async () => {
    const asked: string[] = []
    const only = list([1, 1, 1, 1, 1])
    const { choices, minimal } = await shrink(only, async (candidate) => {
      asked.push(candidate.join())
      return false
    })
    expect([choices, minimal, asked.includes(only.join())]).toEqual([only, true, false])
  })

  test('is given up after so many runs, and that is said', async () => {
    const { runs, minimal } = await shrink(list([60_000, 60_000, 60_000, 60_000, 60_000]), async () => true, 3)
    expect([runs, minimal]).toEqual([3, false])
  })

  test('of a session that breaks at its close is the close alone', async () => {
    const broken = (choices: readonly number[]) =>
      runChoices(choices, {
        onLife: ({ socket }) =>
          socket.on('peer_state', (state) => state === 'closed' && queueMicrotask(() => socket.emit('drain'))),
      })
    const long = run(
      row('send', { one: 3, wait: 1 }),
      row('cut', { one: 1, wait: SECOND }),
      row('close', { who: 6 }),
      row('heal'),
      row('create a receiver', { one: 2 }),
    )
    const invariant = 'nothing is heard after closed'
    const fails = async (choices: readonly number[]) => (await broken(choices)).violation?.invariant === invariant
    expect(await fails(long)).toBe(true)
    const { choices, minimal } = await shrink(long, fails)
    expect([choices, minimal]).toEqual([[], true])
    const verdict = await broken(choices)
    expect([verdict.violation, verdict.story]).toEqual([
      { invariant, complaint: 'drain', at: verdict.ms },
      ['0 ms: faults stop'],
    ])
  })
})

test('a failing run is printed as a test file', async () => {
  const choices = run(row('send', { one: 2, wait: 1 }), row('close'))
  const verdict = await runChoices(choices)
  expect(readyTest({ ...verdict, violation: { invariant: "it isn't so", complaint: '', at: 1 } }))
    .toBe(`import { expect, test } from 'vitest'
import { runChoices } from '../../chaos/run.js'

// 0 ms, alice: send (2, 0), then 100 ms
// 100 ms, alice: close (0, 0), then 0 ms
// 100 ms: faults stop
test('it isn\\'t so', async () => {
  // oxfmt-ignore
  const choices = [
    0, 0, 0, 0, 0,
    ${row('send', { one: 2, wait: 1 }).join(', ')},
    ${row('close').join(', ')},
  ]
  const { violation } = await runChoices(choices)
  expect(violation).toBeUndefined()
})
`)
})
