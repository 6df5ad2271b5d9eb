/** Middle of a sorted copy. */
export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Linear between the neighbours. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits))
