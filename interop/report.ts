import { serverVersion } from './cache.js'
import type { Difference } from './compare.js'
import type { Json, Outcome } from './scenario.js'
import { isGood, type Row } from './suite.js'

const clip = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text)

const short = (value: Json | undefined, width = 26) => (value === undefined ? '-' : clip(JSON.stringify(value), width))

const cell = (outcomes: Outcome[] = []) => {
  const error = outcomes.find((outcome) => outcome.error)?.error
  if (error) return clip(`FAILED ${error}`, 30)
  const ms = Math.max(...outcomes.map(({ elapsedMs }) => elapsedMs))
  return `${short(outcomes[0]?.observation, 20)} ${ms} ms`
}

const verdict = ({ same, differences, unstable }: Row) => {
  if (unstable.length > 0) return `unstable: ${unstable.join(', ')}`
  if (same === undefined) return ''
  if (!same) return 'NO'
  return differences.length > 0 ? 'yes, but for listed exceptions' : 'yes'
}

const nameWidth = 68

export const header = (targets: readonly string[]) =>
  ['scenario'.padEnd(nameWidth), ...targets.map((name) => name.padEnd(30)), targets.length > 1 ? 'same?' : '']
    .join('  ')
    .trimEnd()

const differenceLine = ({ path, target, real, other, reason }: Difference, first: string) =>
  `    ${path || '(all)'}: ${first} ${short(real, 300)}, ${target} ${short(other, 300)}${reason ? `   [${reason}]` : ''}`

export const rowLines = (row: Row, verbose = false) => {
  const cells = Object.values(row.outcomes).map((outcomes) => cell(outcomes).padEnd(30))
  const lines = [[clip(row.scenario, nameWidth).padEnd(nameWidth), ...cells, verdict(row)].join('  ').trimEnd()]
  for (const [name, outcomes] of Object.entries(row.outcomes)) {
    for (const { error, notes } of outcomes) {
      if (error) lines.push(`    ${name}: ${error}`)
      if (verbose && notes.length > 0) lines.push(`    ${name}: ${notes.join(', ')}`)
    }
    if (row.unstable.includes(name))
      lines.push(...outcomes.map(({ observation }) => `    ${name}: ${short(observation, 600)}`))
    if (verbose)
      lines.push(`    ${name}: ${JSON.stringify(outcomes[0]?.observation, null, 2)?.replaceAll('\n', '\n    ')}`)
  }
  const [first = ''] = Object.keys(row.outcomes)
  lines.push(
    ...row.differences
      .filter(({ reason }) => verbose || !reason)
      .map((difference) => differenceLine(difference, first)),
  )
  return lines
}

const summary = (rows: readonly Row[]) => {
  const good = rows.filter(isGood).length
  const excepted = rows.filter((row) => row.same && row.differences.length > 0).length
  return { scenarios: rows.length, good, notGood: rows.length - good, withExceptions: excepted }
}

export const summaryLine = (rows: readonly Row[], elapsedMs: number) => {
  const { scenarios, good, notGood, withExceptions } = summary(rows)
  const compared = rows.some(({ same }) => same !== undefined)
  const words = compared
    ? `${good} same (${withExceptions} with listed exceptions), ${notGood} not`
    : `${good} ran, ${notGood} did not`
  return `${scenarios} scenarios: ${words}; ${(elapsedMs / 1000).toFixed(1)} s`
}

export const asJson = (rows: readonly Row[], targets: readonly string[], elapsedMs: number) =>
  JSON.stringify({ server: serverVersion, targets, ...summary(rows), elapsedMs: Math.round(elapsedMs), rows }, null, 2)
