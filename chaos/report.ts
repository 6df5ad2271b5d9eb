import { EdgeCounter, edgeName, type CountedEdge } from './edges.js'
import type { Totals } from './batch.js'
import type { Verdict } from './run.js'

/** Steps a second on one core, invariants included. */
export const BAR = 5_000

export const stepsPerSecond = ({ steps, cpu }: Totals): number => Math.round((steps * 1_000) / Math.max(1, cpu))

/** Whether all runs kept every invariant, fast enough. */
export const passes = (totals: Totals): boolean => totals.failures.length === 0 && stepsPerSecond(totals) >= BAR

/** Every edge of every chart with how often it was taken. */
export const edgesOf = ({ edges }: Totals): CountedEdge[] => {
  const counter = new EdgeCounter()
  counter.add(edges)
  return counter.edges
}

/** Of each chart, how many of its edges were taken. */
export const coverageOf = (edges: readonly CountedEdge[]): { chart: string; edges: number; taken: number }[] =>
  [...new Set(edges.map(({ chart }) => chart))].map((chart) => {
    const own = edges.filter((edge) => edge.chart === chart)
    return { chart, edges: own.length, taken: own.filter(({ taken }) => taken > 0).length }
  })

/** The table of edges: those that were never taken by name, then how many of each chart were. */
export const edgeReport = (edges: readonly CountedEdge[]): string =>
  [
    ...edges.map((edge) => `${String(edge.taken).padStart(8)}  ${edge.chart}  ${edgeName(edge)}`),
    '',
    ...coverageOf(edges).map(({ chart, edges: all, taken }) => `${chart}: ${taken} of ${all} edges taken`),
  ].join('\n')

/** All that is known of one run. */
export const verdictReport = ({ story, rest, steps, ms, violation }: Verdict): string =>
  [
    ...story,
    ...rest,
    `${steps} steps, ${ms} ms of virtual time`,
    violation
      ? `VIOLATION at ${violation.at} ms: ${violation.invariant}: ${violation.complaint}`
      : 'every invariant held',
  ].join('\n')

export const totalsReport = (totals: Totals): string => {
  const { runs, steps, events, ms, promises, messages, ends, failures } = totals
  const coverage = coverageOf(edgesOf(totals))
  const sum = (of: 'edges' | 'taken') => coverage.reduce((all, row) => all + row[of], 0)
  return [
    `${runs} runs, ${Math.round(ms / 60_000)} minutes of virtual time`,
    `${steps} steps, ${events} events of charts, ${promises} promises, ${messages} messages`,
    `in the end: ${Object.entries(ends)
      .sort()
      .map(([state, count]) => `${count} ${state}`)
      .join(', ')}`,
    `${sum('taken')} of ${sum('edges')} edges of the charts taken`,
    `${stepsPerSecond(totals)} steps a second of processor time, bar ${BAR}`,
    `${failures.length} violations: ${passes(totals) ? 'passed' : 'FAILED'}`,
  ].join('\n')
}
