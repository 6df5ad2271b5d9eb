import type { Verdict } from './judge.js'
import { KINDS } from './mutations.js'

/** The least share that must be caught. */
export const BAR = 0.95

/** What came of a run. */
export interface Summary {
  readonly total: number
  readonly caught: number
  readonly bar: number
  /** How many each stage noticed, in the order in which they looked. */
  readonly byStage: Readonly<Record<string, number>>
  readonly byKind: Readonly<Record<string, { readonly caught: number; readonly total: number }>>
  readonly byChart: Readonly<Record<string, { readonly caught: number; readonly total: number }>>
  readonly survivors: readonly string[]
  /** Survivors that no row explains. */
  readonly unexplained: readonly string[]
}

const counted = (verdicts: readonly Verdict[], of: (verdict: Verdict) => string, names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => {
      const these = verdicts.filter((verdict) => of(verdict) === name)
      return [name, { caught: these.filter(({ caught }) => caught).length, total: these.length }]
    }),
  )

const distinct = (names: readonly string[]): string[] => [...new Set(names)]

/** Counts what became of the mutants. */
export const summaryOf = (verdicts: readonly Verdict[], explained: ReadonlySet<string>): Summary => {
  const survivors = verdicts.filter(({ caught }) => !caught).map(({ id }) => id)
  const stages = verdicts.flatMap(({ caught }) => caught?.by ?? [])
  return {
    total: verdicts.length,
    caught: verdicts.length - survivors.length,
    bar: BAR,
    byStage: Object.fromEntries(distinct(stages).map((stage) => [stage, stages.filter((one) => one === stage).length])),
    byKind: counted(verdicts, ({ kind }) => kind, KINDS),
    byChart: counted(verdicts, ({ chart }) => chart, distinct(verdicts.map(({ chart }) => chart))),
    survivors,
    unexplained: survivors.filter((id) => !explained.has(id)),
  }
}

/** Whether enough are caught, and every survivor is explained. */
export const passes = ({ total, caught, bar, unexplained }: Summary): boolean =>
  caught >= bar * total && unexplained.length === 0

/** A run as lines of text. */
export const reportOf = (summary: Summary): string => {
  const { total, caught, bar, byStage, byKind, byChart, survivors, unexplained } = summary
  const table = (rows: Summary['byKind']) =>
    Object.entries(rows)
      .filter(([, row]) => row.total > 0)
      .map(([name, row]) => `  ${name}: ${row.caught} / ${row.total}`)
  return [
    ...survivors.map((id) => `survived: ${id}${unexplained.includes(id) ? ' (unexplained)' : ''}`),
    'by chart',
    ...table(byChart),
    'by kind',
    ...table(byKind),
    'noticed by',
    ...Object.entries(byStage).map(([stage, count]) => `  ${stage}: ${count}`),
    `caught ${caught} / ${total}, ${((100 * caught) / total).toFixed(1)} %, bar ${100 * bar} %`,
    passes(summary) ? 'passed' : `FAILED: ${unexplained.length} survivors are not explained`,
  ].join('\n')
}
