/** A line of a recording, as data. */
export type Line = readonly [kind: string, ...rest: unknown[]]

/** The lines between header and end. */
export const linesOf = (recording: string): Line[] =>
  recording
    .trimEnd()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as Line)

export const headerOf = (recording: string): Record<string, unknown> =>
  JSON.parse(recording.slice(0, recording.indexOf('\n'))) as Record<string, unknown>

/** The same recording with other lines. */
export const withLines = (recording: string, lines: readonly Line[]): string =>
  [recording.slice(0, recording.indexOf('\n')), ...[...lines, ['E', lines.length]].map((line) => JSON.stringify(line))]
    .map((line) => `${line}\n`)
    .join('')
