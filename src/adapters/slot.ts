import type { EnvironmentClock } from '../interfaces/environment.js'

/** So long a frame that is being encoded may still need to the wire, in milliseconds. */
const LAST_FRAME = 100

/** A line's transceiver, with the track that is wanted on it. */
export class Slot {
  #wanted: MediaStreamTrack | null | undefined
  #remote: MediaStreamTrack | undefined
  #closed = false
  /** Resolves once the line sends what was wanted last, and nothing else any more. */
  settled = Promise.resolve()
  #lastFrame: unknown

  constructor(
    readonly transceiver: RTCRtpTransceiver,
    private readonly clock: EnvironmentClock,
    private readonly report: (error: unknown) => void,
  ) {}

  /** The track that comes in on this line, from the start (muted until media comes, webrtc-pc 5.1). */
  get remote(): MediaStreamTrack {
    return (this.#remote ??= this.transceiver.receiver.track)
  }

  /**
   * Sends this track from now on (replaceTrack, webrtc-pc 5.2): wishes of one turn are folded into one call, so that
   * an old owner's farewell and a new owner's first wish do not make a gap.
   */
  want(track: MediaStreamTrack | null): void {
    this.#wanted = track
    this.settled = this.settled.then(() => this.#put())
  }

  async #put(): Promise<void> {
    const wanted = this.#wanted
    this.#wanted = undefined
    const { sender } = this.transceiver
    try {
      if (wanted === undefined || this.#closed || sender.track === wanted) return
      await sender.replaceTrack(wanted)
      if (!wanted)
        await new Promise<void>((resolve) => {
          if (!this.#closed) this.#lastFrame = this.clock.setTimeout(() => resolve(), LAST_FRAME)
        })
    } catch (error) {
      if (!this.#closed) this.report(error)
    }
  }

  close(): void {
    this.#closed = true
    this.clock.clearTimeout(this.#lastFrame)
  }
}
