/**
 * What is outside of the charts and must be remembered: what was asked of the application's side, what the gateway holds.
 * Plain data, part of what makes two configurations equal.
 */
export interface World {
  /** The last generation of which an answer was applied. */
  readonly applied: number
  /** The generation before the attempt whose `connect` has not settled; -1: none is pending. */
  readonly attempt: number
  /** Callers of `generateOffer` that wait. */
  readonly tickets: readonly number[]
  /** Generations of which the gateway may hold a session. */
  readonly sessions: readonly number[]
  /** The lines of the last offer of this generation, as text. */
  readonly offered: readonly string[]
  /** What was done to the application's outbox: see `Mail`. */
  readonly mail: string
  /** `peer_state: closed` was said. */
  readonly closed: boolean
}

export const BEGINNING: World = {
  applied: 0,
  attempt: -1,
  tickets: [],
  sessions: [],
  offered: [],
  mail: '',
  closed: false,
}
