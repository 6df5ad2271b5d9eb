import type { Rung } from '../src/recovery/ladder.js'

const seconds = (ms: number | undefined): string => (ms === undefined ? '-' : `${ms / 1_000} s`)

/** The ladder as the table of docs/recovery.md. */
export const ladderTable = (ladder: readonly Rung[]): string =>
  [
    '| rung | way | gateway | tries | as long as nothing came in for | back-off |',
    '| --- | --- | --- | --- | --- | --- |',
    ...ladder.map(({ name, way, gateway, tries, silenceMs, backOff }) => {
      const wait = backOff ? `${seconds(backOff.firstMs)}, doubled up to ${seconds(backOff.mostMs)}` : '-'
      const where = way !== 'rejoin' ? '-' : (gateway ?? 'same')
      return `| ${name} | ${way} | ${where} | ${tries} | ${seconds(silenceMs)} | ${wait} |`
    }),
  ].join('\n')
