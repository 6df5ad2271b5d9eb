// How often something is measured, and how often at once.
import { pause } from './recovery-core.js'

/** What a child is to do, how often, and how often at once. */
export type RecoveryOrder = { readonly rounds: number; readonly atOnce: number } & (
  | { readonly part: 'cut' | 'kill' | 'bad'; readonly ms: number }
  | { readonly part: 'drop' | 'channel' }
)

/** Cuts and deaths are up to this much longer or shorter. */
const JITTER = 1_500
/** Between the beginnings of those that run at once: what is measured takes less. */
const APART = 600
/** Of about this length: pings fall where they like. */
export const jittered = (ms: number): number => ms + (Math.random() * 2 - 1) * JITTER

/** Measures so many times, so many at once, which begin one after another. */
export const measured = async <T>(
  { rounds, atOnce }: RecoveryOrder,
  one: (peer: string) => Promise<T>,
): Promise<T[]> => {
  const all: T[] = []
  while (all.length < rounds) {
    const group = Array.from({ length: Math.min(atOnce, rounds - all.length) }, async (_, index) => {
      await pause(index * APART)
      return one(`peer-${all.length + index}`)
    })
    all.push(...(await Promise.all(group)))
  }
  return all
}
