import type { Kind } from './calls.js'
import type { Pair } from './pair.js'

/** Where sequences run: what makes a pair, and how to wait there. */
export interface Stack {
  readonly RTCPeerConnection: typeof globalThis.RTCPeerConnection
  readonly MediaStream: typeof globalThis.MediaStream
  /**
   * Whether an event shows the state that it tells of. In Node the state is read where it is at the moment, and the
   * event comes later: there only that something was told can be compared, and the state once all is quiet.
   */
  readonly tellsStates: boolean
  /** Whether `setLocalDescription()` makes the description by itself. */
  readonly describesItself: boolean
  /** So old may a report of `getStats` be, in milliseconds. */
  readonly statsAge: number
  track(kind: Kind): MediaStreamTrack
  /** Waits for a promise, as long as it can still settle; `undefined`: it never will. */
  wait<T>(promise: Promise<T>, pair: Pair): Promise<T | undefined>
  /** Waits until nothing is under way. */
  quiet(pair: Pair): Promise<void>
  /** Ends what the tracks play. */
  dispose(): void | Promise<void>
}
