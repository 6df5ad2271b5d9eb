/**
 * SplitMix in 32 bits: a counter, scrambled. Every seed is a good one, and equal seeds give equal numbers, from 0 up to but
 * not including 1.
 */
export const seededRandom = (seed: number): (() => number) => {
  let counter = seed >>> 0
  return () => {
    counter = (counter + 0x9e37_79b9) >>> 0
    let mixed = counter
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
  }
}
