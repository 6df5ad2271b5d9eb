import { seeded } from '../src/testing/scheduler/random.js'

/** Numbers of a row: which act, whose, two for the act itself, and how long until the next. */
export const WIDTH = 5

/** One act with what it needs; zeros stand for the simplest that there is. */
export interface Row {
  readonly act: number
  readonly who: number
  readonly one: number
  readonly other: number
  readonly wait: number
}

/** A whole run as numbers: the first row says what the world is like, each of the others is an act. */
export type Choices = readonly number[]

/** An act by its number, and how often it is drawn against the others. */
export interface Drawn {
  readonly number: number
  readonly weight: number
}

const LEAST = 6
const MORE = 15
/** Above every table that a number is taken modulo of. */
const RANGE = 65_536

/** What a seed makes: all numbers are drawn before anything runs, so that a list of them is all that a run needs. */
export const choicesOf = (seed: number, table: readonly Drawn[]): number[] => {
  const random = seeded(seed)
  const drawn = () => Math.floor(random() * RANGE)
  const sum = table.reduce((all, { weight }) => all + weight, 0)
  const act = (): number => {
    let left = random() * sum
    return table.find(({ weight }) => (left -= weight) < 0)?.number ?? 0
  }
  const rows = LEAST + Math.floor(random() * MORE)
  const choices = Array.from({ length: WIDTH }, drawn)
  for (let row = 0; row < rows; row += 1) choices.push(act(), drawn(), drawn(), drawn(), drawn())
  return choices
}

/** The rows of a list; what is missing at its end is zero. */
export const rowsOf = (choices: Choices): { readonly world: Row; readonly acts: readonly Row[] } => {
  const at = (index: number) => choices[index] ?? 0
  const row = (start: number): Row => ({
    act: at(start),
    who: at(start + 1),
    one: at(start + 2),
    other: at(start + 3),
    wait: at(start + 4),
  })
  const acts: Row[] = []
  for (let start = WIDTH; start < choices.length; start += WIDTH) acts.push(row(start))
  return { world: row(0), acts }
}

/** The entry of a table that a number stands for. */
export const entry = <T>(table: readonly T[], number: number): T => table[number % table.length] as T
