import { BAR, nameOf, secondsOf, type TierResult } from './tiers.js'

const COLUMNS = ['tier', 'states', 'edges', 'ms', 'processor ms', 'exhausted', 'violations'] as const

const rowOf = (result: TierResult): string[] => {
  const { states, edges, ms, processorMs, exhausted, violations } = result
  const numbers = [states, edges, ms, processorMs].map((number) => number.toLocaleString('en'))
  return [nameOf(result), ...numbers, exhausted ? 'yes' : 'NO', `${violations.length}`]
}

/** The tiers as a table, and under it the shortest way to each violation. */
export const tableOf = (results: readonly TierResult[], deep: boolean): string => {
  const rows = [[...COLUMNS], ...results.map(rowOf)]
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((row) => (row[at] as string).length)))
  const table = rows.map((row) => row.map((cell, at) => cell.padStart(widths[at] as number)).join('  '))
  const violations = results.flatMap((result) =>
    result.violations.flatMap(({ invariant, complaint, path }) => [
      `  VIOLATION in ${nameOf(result)}: ${invariant}: ${complaint}`,
      ...path.map((label, index) => `    ${index + 1}. ${label}`),
    ]),
  )
  const time = `${secondsOf(results)} s of two cores${deep ? '' : `, the bar is ${BAR} s`}`
  return [...table, ...violations, time].join('\n')
}
