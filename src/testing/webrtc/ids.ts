import type { Random } from '../scheduler/random.js'

const hex = (random: Random, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')

/** An id as tracks and streams have (RFC 9562 section 5.4). */
export const uuid = (random: Random): string =>
  `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`

/** A synchronisation source (RFC 3550 section 3). */
export const ssrc = (random: Random): number => 1 + Math.floor(random() * (2 ** 32 - 2))
