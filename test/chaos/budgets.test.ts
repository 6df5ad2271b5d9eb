import { expect, test } from 'vitest'
import { Budgets } from '../../chaos/budgets.js'

type Step = readonly [at: number, event: string, value: object | string, spent: readonly number[]]

const STABLE = { connected: 'stable' }
const RECONNECTING = { reconnecting: 'choosing' }
const found = (...steps: readonly Step[]): string[] => {
  let now = 0
  const budgets = new Budgets(() => now)
  for (const [at, type, value, spent] of steps) {
    now = at
    const snapshot = { value, context: { spent } }
    budgets.inspect({ type: '@xstate.snapshot', actorRef: { id: 'connection' }, snapshot, event: { type } } as never)
  }
  return budgets.findings.map(({ complaint }) => complaint)
}

test.each<[string, Step[], string[]]>([
  [
    'what was spent comes back after ten seconds in which it was stable',
    [
      [0, 'x', RECONNECTING, [1]],
      [5, 'x', STABLE, [1]],
      [10_005, 'after', STABLE, []],
    ],
    [],
  ],
  [
    'and with a call of the application',
    [
      [0, 'x', RECONNECTING, [1]],
      [5, 'connect', 'connecting', []],
    ],
    [],
  ],
  [
    'not earlier',
    [
      [0, 'x', RECONNECTING, [1]],
      [5, 'x', STABLE, [1]],
      [10_004, 'after', STABLE, []],
    ],
    ['1 became  at "after" after 9999 ms'],
  ],
  [
    'not after ten seconds with a break',
    [
      [0, 'x', STABLE, [1]],
      [9_000, 'x', { connected: 'suspect' }, [1]],
      [9_100, 'x', STABLE, [1]],
      [11_000, 'after', STABLE, [0]],
    ],
    ['1 became 0 at "after" after 1900 ms'],
  ],
  [
    'of each rung for itself',
    [
      [0, 'x', RECONNECTING, [1, 1]],
      [5, 'x', RECONNECTING, [2, 0]],
    ],
    ['1,1 became 2,0 at "x" after 0 ms'],
  ],
])('budgets: %s', (_, steps, expected) => {
  expect(found(...steps)).toEqual(expected)
})
