import type { Random } from '../scheduler/random.js'

/** Which way through an access network: `up` from the device, `down` to it. */
export type Direction = 'up' | 'down'

/** What a way does to the datagrams on it. Milliseconds, and shares in [0, 1]. */
export interface Conditions {
  /** Default 10. */
  latency: number
  /** Spread of the latency, up to so much more; what overtakes is reordered. Default 0. */
  jitter: number
  /** Share that is lost. Default 0. */
  loss: number
  /** Share that arrives twice. Default 0. */
  duplicate: number
  /** Share that is held back by `reorderBy`. Default 0. */
  reorder: number
  /** Default 30. */
  reorderBy: number
  /** Nothing comes through. */
  black: boolean
}

export const CALM: Conditions = {
  latency: 10,
  jitter: 0,
  loss: 0,
  duplicate: 0,
  reorder: 0,
  reorderBy: 30,
  black: false,
}

/** Bounds of each condition. */
export const BOUNDS: Record<Exclude<keyof Conditions, 'black'>, number> = {
  latency: Number.MAX_SAFE_INTEGER,
  jitter: Number.MAX_SAFE_INTEGER,
  loss: 1,
  duplicate: 1,
  reorder: 1,
  reorderBy: Number.MAX_SAFE_INTEGER,
}

/** After how many milliseconds each copy of a datagram arrives; none: it is lost. */
export const arrivals = (conditions: Conditions, random: Random): number[] => {
  const { latency, jitter, loss, duplicate, reorder, reorderBy, black } = conditions
  // Chance is drawn only where it decides something, so that one fault does not change another.
  if (black || (loss > 0 && random() < loss)) return []
  const once = () =>
    latency + (jitter > 0 ? random() * jitter : 0) + (reorder > 0 && random() < reorder ? reorderBy : 0)
  return duplicate > 0 && random() < duplicate ? [once(), once()] : [once()]
}
