import { fire, withHandlers } from './events.js'
import type { Track } from './track.js'

/** A `MediaStream` (mediacapture-main 4.2). */
export class Stream extends EventTarget {
  readonly #tracks = new Set<Track>()

  constructor(
    readonly id: string,
    from: Stream | readonly Track[] = [],
  ) {
    super()
    for (const track of from instanceof Stream ? from.getTracks() : from) this.#tracks.add(track)
  }

  get active(): boolean {
    return this.getTracks().some(({ readyState }) => readyState === 'live')
  }

  getTracks(): Track[] {
    return [...this.#tracks]
  }

  getAudioTracks(): Track[] {
    return this.getTracks().filter(({ kind }) => kind === 'audio')
  }

  getVideoTracks(): Track[] {
    return this.getTracks().filter(({ kind }) => kind === 'video')
  }

  getTrackById(id: string): Track | null {
    return this.getTracks().find((track) => track.id === id) ?? null
  }

  /** By the application: no event. */
  addTrack(track: Track): void {
    this.#tracks.add(track)
  }

  /** By the application: no event. */
  removeTrack(track: Track): void {
    this.#tracks.delete(track)
  }

  clone(): Stream {
    return new Stream(
      `${this.id}-clone`,
      this.getTracks().map((track) => track.clone()),
    )
  }

  /** By the far side (webrtc-pc 4.4.1.5, `addList`). Not of the DOM. */
  enter(track: Track, tells = true): void {
    if (this.#tracks.has(track)) return
    this.#tracks.add(track)
    if (tells) fire(this, 'addtrack', { track })
  }

  /** By the far side (webrtc-pc 4.4.1.5, `removeList`). Not of the DOM. */
  leave(track: Track, tells = true): void {
    if (this.#tracks.delete(track) && tells) fire(this, 'removetrack', { track })
  }
}

withHandlers(Stream.prototype, ['addtrack', 'removetrack'])
