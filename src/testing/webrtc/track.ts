import type { PictureSize } from '../transport/packets.js'
import { fire, withHandlers } from './events.js'

const SIZE: PictureSize = { width: 640, height: 480 }

/** What carries a track. */
export type Kind = 'audio' | 'video'

/** How a track begins. */
export interface TrackOptions {
  /** Default: of chance. */
  id?: string
  /** Default: empty. */
  label?: string
  /** Default `true`. */
  enabled?: boolean
  /** Of a picture. Default 640 x 480. */
  size?: PictureSize
}

interface Beginning extends TrackOptions {
  readonly muted?: boolean
  /** It is muted and ends with events. */
  readonly tells?: boolean
}

/** A `MediaStreamTrack` (mediacapture-main 4.3), local or of a receiver. */
export class Track extends EventTarget {
  enabled: boolean
  contentHint = ''
  readonly label: string
  /** Of what a local track plays. Not of the DOM. */
  readonly size: PictureSize
  #muted: boolean
  #ended = false
  readonly #tells: boolean

  constructor(
    readonly kind: Kind,
    readonly id: string,
    { muted = false, label = '', enabled = true, tells = true, size = SIZE }: Beginning = {},
  ) {
    super()
    this.label = label
    this.size = size
    this.enabled = enabled
    this.#muted = muted && tells
    this.#tells = tells
  }

  get muted(): boolean {
    return this.#muted
  }

  get readyState(): MediaStreamTrackState {
    return this.#ended ? 'ended' : 'live'
  }

  /** By the application: no event (mediacapture-main 4.3.3). */
  stop(): void {
    this.#ended = true
  }

  clone(): Track {
    const { muted, label, enabled, size } = this
    return new Track(this.kind, `${this.id}-clone`, { muted, label, enabled, size })
  }

  getSettings(): MediaTrackSettings {
    return this.kind === 'video' ? { ...this.size, frameRate: 30 } : { sampleRate: 48_000, channelCount: 1 }
  }

  getConstraints(): MediaTrackConstraints {
    return {}
  }

  getCapabilities(): MediaTrackCapabilities {
    return {}
  }

  applyConstraints(): Promise<void> {
    return Promise.resolve()
  }

  /** The source ends by itself, or the transceiver stops (mediacapture-main 4.3.1). Not of the DOM. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#tells) fire(this, 'ended')
  }

  /** The source pauses or goes on (mediacapture-main 4.3.2, "set a track's muted state"). Not of the DOM. */
  setMuted(muted: boolean): void {
    if (this.#muted === muted || this.#ended || !this.#tells) return
    this.#muted = muted
    fire(this, muted ? 'mute' : 'unmute')
  }
}

withHandlers(Track.prototype, ['ended', 'mute', 'unmute'])
