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
    queueMicrotask(() => {
      this.#pending = false
      const wanted = this.#wanted ?? null
      if (this.#closed || this.transceiver.sender.track === wanted) return
      this.transceiver.sender.replaceTrack(wanted).catch((error: unknown) => {
        if (!this.#closed) this.report(error)
      })
    })
  }

  close(): void {
    this.#closed = true
  }
}
