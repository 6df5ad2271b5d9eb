import { within } from '../checked.js'

/** Chance that is the same in every run: uniform in [0, 1). */
export type Random = () => number

/** A generator of chance out of a seed (mulberry32): small, fast, and good enough for faults and ids. */
export const seeded = (seed: number): Random => {
  let state = within('a seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A word of so many letters and digits. */
export const word = (random: Random, length: number): string =>
  Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('')
