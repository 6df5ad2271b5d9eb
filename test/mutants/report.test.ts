import { expect, test } from 'vitest'
import { explained } from '../../mutants/explained.js'
import type { Verdict } from '../../mutants/judge.js'
import { MUTANTS } from '../../mutants/mutants.js'
import { passes, reportOf, summaryOf } from '../../mutants/report.js'

const verdict = (id: string, by?: string): Verdict => ({
  id,
  chart: 'door',
  kind: 'action dropped',
  ...(by !== undefined && { caught: { by, saying: 'it creaks' } }),
  ms: 1,
})

/** So many that are caught, and one that is not. */
const run = (caught: number): Verdict[] => [
  ...Array.from({ length: caught }, (_, at) => verdict(`door.open[${at}]`, 'charts')),
  verdict('door.shut[0]'),
]

test('one in twenty may survive, where a row says why', () => {
  const known = new Set(['door.shut[0]'])
  expect(
    [
      [19, known],
      [18, known],
      [19, new Set<string>()],
    ].map(([caught, why]) => passes(summaryOf(run(caught as number), why as ReadonlySet<string>))),
  ).toEqual([true, false, false])
})

test('what was noticed is counted, what was not is named', () => {
  expect(reportOf(summaryOf(run(2), new Set())).split('\n')).toEqual([
    'survived: door.shut[0] (unexplained)',
    'by chart',
    '  door: 2 / 3',
    'by kind',
    '  action dropped: 2 / 3',
    'noticed by',
    '  charts: 2',
    'caught 2 / 3, 66.7 %, bar 95 %',
    'FAILED: 1 survivors are not explained',
  ])
})

test('a row explains the survivor that it begins with', () => {
  const page =
    '| `x` | else |\n## Survivors\n| survivor | why |\n| --- | --- |\n| `a.on(b)[0]: guard negated` | Alike. |\n| `c` | |\n`d`\n'
  expect(explained(page)).toEqual(new Set(['a.on(b)[0]: guard negated']))
})

test('every survivor that is explained is a mutant', () => {
  const ids = new Set(MUTANTS.map(({ id }) => id))
  expect([...explained()].filter((id) => !ids.has(id))).toEqual([])
})
