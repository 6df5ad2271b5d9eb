/**
 * The ladder: what is tried, in which order, for how long and how often, when the path to the gateway is dead. Rows of
 * data; the connection chart walks them from the first to the last and gives up behind it.
 */

/** What is known of the server session of the current generation. */
export type SessionOutlook =
  /** Nothing speaks against it. */
  | 'held'
  /** HTTP failed since the last byte came in: the gateway may have restarted, and what it says of our id proves nothing. */
  | 'doubtful'
  /** The gateway holds it, but it cannot be used any more. */
  | 'broken'
  /** The gateway does not know it. */
  | 'gone'

/** What a rung may need; each is a fact, and all that a rung names must hold. */
export interface Outlook {
  readonly session: SessionOutlook
  /** The WebRTC stack takes up checks again; found out by trying. */
  readonly revivable: boolean
  /** The connector can signal an ICE restart outside the dead path. */
  readonly resumable: boolean
}

export interface Rung {
  /** Shown in errors and diagrams. */
  readonly name: string
  /**
   * `revive`: the same session on the same peer connection, by the gateway's own candidate given again.
   * `resume`: the same session on the same peer connection, by an ICE restart (RFC 8445 section 2.4) that the connector
   * signals; only where it can.
   * `rejoin`: a new peer connection and a new server session, for the same room and peer.
   */
  readonly way: 'revive' | 'resume' | 'rejoin'
  /** `next`: a gateway that has not failed since the last time the session was stable. Only for `rejoin`. */
  readonly gateway?: 'same' | 'next'
  /** How often it is tried, until the session was stable for 10 s. */
  readonly tries: number
  /** `revive` and `resume`: how long nothing may have come in, in milliseconds. After that the server has dropped the session. */
  readonly silenceMs?: number
  /** Before each try but a recovery's first: doubled from `firstMs` up to `mostMs`, of which chance takes up to a half. */
  readonly backOff?: { readonly firstMs: number; readonly mostMs: number } | undefined
}

/** What an application gets that sets none. */
export const LADDER: readonly Rung[] = [
  { name: 'revive', way: 'revive', tries: 5, silenceMs: 50_000 },
  { name: 'resume', way: 'resume', tries: 3, silenceMs: 50_000 },
  { name: 'rejoin', way: 'rejoin', tries: 2, backOff: { firstMs: 250, mostMs: 8_000 } },
  { name: 'next gateway', way: 'rejoin', gateway: 'next', tries: 24, backOff: { firstMs: 250, mostMs: 8_000 } },
]

/** The first rung from `from` on that may be tried; `undefined`: all are spent. */
export const rungFrom = (
  ladder: readonly Rung[],
  from: number,
  spent: readonly number[],
  { session, revivable, resumable }: Outlook,
): number | undefined => {
  const found = ladder.findIndex(
    ({ way, tries }, at) =>
      at >= from &&
      (spent[at] ?? 0) < tries &&
      (way === 'rejoin' ||
        ((way === 'revive' ? revivable : resumable) && (session === 'held' || session === 'doubtful'))),
  )
  return found < 0 ? undefined : found
}

/** Milliseconds before the try of this number in a recovery, from 0. `chance` is uniform in [0, 1). */
export const backOff = ({ backOff: bounds }: Pick<Rung, 'backOff'>, attempt: number, chance: number): number =>
  attempt < 1 || !bounds ? 0 : (0.5 + chance / 2) * Math.min(bounds.mostMs, bounds.firstMs * 2 ** (attempt - 1))
