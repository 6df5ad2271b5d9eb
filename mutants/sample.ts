/** So many of a list, drawn without putting back, in the order of the list. */
export const drawn = <T>(from: readonly T[], count: number, chance: () => number): T[] => {
  const left = [...from.keys()]
  const taken: number[] = []
  while (taken.length < count && left.length > 0) taken.push(...left.splice(Math.floor(chance() * left.length), 1))
  return taken.sort((one, other) => one - other).map((at) => from[at] as T)
}

/** So many of each group of a list, in the order of the list. */
export const drawnOfEach = <T>(
  from: readonly T[],
  groupOf: (one: T) => string,
  count: number,
  chance: () => number,
): T[] =>
  [...new Set(from.map(groupOf))].flatMap((group) =>
    drawn(
      from.filter((one) => groupOf(one) === group),
      count,
      chance,
    ),
  )
