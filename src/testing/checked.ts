/** What a test hands in is looked at: a fault that is misspelt must not make a test pass. */

/** A number within bounds, or a RangeError that names it. */
export const within = (name: string, value: unknown, least: number, most = Number.POSITIVE_INFINITY): number => {
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw new RangeError(`${name} is a number from ${least} to ${most}, not ${String(value)}`)
}

/** One of these words, or a TypeError that names them. */
export const oneOf = <const Word extends string>(name: string, value: unknown, words: readonly Word[]): Word => {
  if (words.includes(value as Word)) return value as Word
  throw new TypeError(`${name} is one of ${words.join(', ')}, not ${String(value)}`)
}

/** Only these members, or a TypeError that names the first other one. */
export const onlyMembers = (name: string, value: object, members: readonly string[]): void => {
  const other = Object.keys(value).find((member) => !members.includes(member))
  if (other !== undefined) throw new TypeError(`${name} has ${members.join(', ')}, not ${other}`)
}
