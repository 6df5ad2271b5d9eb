/** A line's transceiver, with the track that is wanted on it. */
export class Slot {
  #wanted: MediaStreamTrack | null | undefined
  #remote: MediaStreamTrack | undefined
  #pending = false
  #closed = false

  constructor(
    readonly transceiver: RTCRtpTransceiver,
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
    if (this.#pending) return
    this.#pending = true
    queueMicrotask(() => void this.#put())
  }

  async #put(): Promise<void> {
    this.#pending = false
    const wanted = this.#wanted ?? null
    const { sender } = this.transceiver
    try {
      if (!this.#closed && sender.track !== wanted) await sender.replaceTrack(wanted)
    } catch (error) {
      if (!this.#closed) this.report(error)
    }
  }

  close(): void {
    this.#closed = true
  }
}
