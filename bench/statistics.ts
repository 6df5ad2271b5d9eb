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

/** How well a straight line fits values at equal distances: R² of the least squares, 1 = perfectly. */
export const straightness = (values: readonly number[]): number => {
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length
  const [x, y] = [mean(values.map((_, index) => index)), mean(values)]
  let [xx, xy, yy] = [0, 0, 0]
  for (const [index, value] of values.entries()) {
    xx += (index - x) ** 2
    xy += (index - x) * (value - y)
    yy += (value - y) ** 2
  }
  return xy ** 2 / (xx * yy)
}
