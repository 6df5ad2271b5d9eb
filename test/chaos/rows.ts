import { WIDTH } from '../../chaos/choices.js'
import { actOf, DRAWN } from '../../chaos/table.js'

/** A row of choices by the name of its act. */
export const row = (name: string, { who = 0, one = 0, other = 0, wait = 0 } = {}): number[] => {
  const found = DRAWN.find(({ number }) => actOf(number).name === name)
  if (!found) throw new RangeError(`no act "${name}"`)
  return [found.number, who, one, other, wait]
}

/** The simplest world, and in it these acts. */
export const run = (...rows: readonly number[][]): number[] => [Array.from({ length: WIDTH }, () => 0), ...rows].flat()

/** Index of the waits of one second and of six. */
export const SECOND = 5
export const LONG = 13
