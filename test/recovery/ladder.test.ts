import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { backOff, LADDER, rungFrom } from '../../src/recovery/ladder.js'
import { ladderTable } from '../../tools/ladder-table.js'

const HELD = { session: 'held', revivable: true, resumable: false } as const

describe('the first rung from one on that may be tried', () => {
  test.each([
    ['a session that is held', 0, [], HELD, 0],
    ['one of which the gateway may know nothing any more', 0, [], { ...HELD, session: 'doubtful' }, 0],
    ['one that is broken', 0, [], { ...HELD, session: 'broken' }, 2],
    ['one that is gone', 0, [], { ...HELD, session: 'gone' }, 2],
    ['a stack that does not check again', 0, [], { ...HELD, revivable: false }, 2],
    ['... with a connector that can signal a restart', 0, [], { ...HELD, revivable: false, resumable: true }, 1],
    ['... of a session that is gone', 0, [], { session: 'gone', revivable: false, resumable: true }, 2],
    ['a rung that is spent', 0, [5, 0, 2], HELD, 3],
    ['after the first', 1, [], HELD, 2],
    ['all spent', 0, [5, 3, 2, 24], HELD, undefined],
  ] as const)('%s', (_, from, spent, outlook, expected) => {
    expect(rungFrom(LADDER, from, spent, outlook)).toBe(expected)
  })
})

test('the back-off doubles from a quarter of a second up to eight seconds; chance takes up to a half', () => {
  const rung = { backOff: { firstMs: 250, mostMs: 8_000 } }
  const at = (chance: number) => [0, 1, 2, 3, 6, 7, 40].map((attempt) => backOff(rung, attempt, chance))
  expect([at(0), at(1), backOff({}, 7, 0.5)]).toEqual([
    [0, 125, 250, 500, 4_000, 4_000, 4_000],
    [0, 250, 500, 1_000, 8_000, 8_000, 8_000],
    0,
  ])
})

test('the table in the documentation is the ladder', () => {
  expect(readFileSync('docs/recovery.md', 'utf8')).toContain(ladderTable(LADDER))
})
