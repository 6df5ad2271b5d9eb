import { Emitting, type DoublesWorld } from './emitting.js'

let tracks = 0

/** A `MediaStreamTrack` (mediacapture-main 4.3). */
export class TrackDouble extends Emitting {
  readonly id: string
  enabled = true
  readyState: MediaStreamTrackState = 'live'
  contentHint = ''

  constructor(
    world: DoublesWorld,
    readonly kind: 'audio' | 'video',
    public muted = false,
  ) {
    super(world)
    tracks += 1
    this.id = `track-${tracks}`
  }

  stop(): void {
    this.world.stopped.push(this.id)
    this.readyState = 'ended'
  }

  /** The source ends by itself. */
  ends(): void {
    if (this.readyState === 'ended') return
    this.readyState = 'ended'
    this.tell('ended')
  }

  /** Media comes in, or stops to. */
  flows(on: boolean): void {
    this.muted = !on
    this.tell(on ? 'unmute' : 'mute')
  }
}

/** A `MediaStream` (mediacapture-main 4.2). */
export class StreamDouble {
  readonly #tracks: TrackDouble[]

  constructor(
    private readonly world: DoublesWorld,
    from: readonly TrackDouble[] = [],
  ) {
    this.#tracks = [...from]
  }

  getTracks(): TrackDouble[] {
    return [...this.#tracks]
  }

  addTrack(track: TrackDouble): void {
    this.world.calls.sync('stream.addTrack', () => {
      if (!this.#tracks.includes(track)) this.#tracks.push(track)
    })
  }

  removeTrack(track: TrackDouble): void {
    this.world.calls.sync('stream.removeTrack', () => {
      const at = this.#tracks.indexOf(track)
      if (at >= 0) this.#tracks.splice(at, 1)
    })
  }
}
