import type { ReceiverTrack } from '../../src/index.js'
import { Stage, type Place } from '../support/stage.js'

/** A place that can make and watch media. */
export interface MediaPlace extends Place {
  picture(width: number, height: number): { stream: MediaStream; stop(): void }
  tone(): { stream: MediaStream; stop(): void }
  /** Counts what is decoded of a receiver's stream: frames, or audible ticks. */
  watch(receiver: ReceiverTrack): { readonly count: number; readonly width: number; stop(): void }
}

/** A stage with sources and sinks, which end with it. */
export class MediaStage extends Stage {
  readonly #playing: { stop(): void }[] = []

  constructor(private readonly media: MediaPlace) {
    super(media)
  }

  playing<T extends { stop(): void }>(one: T): T {
    this.#playing.push(one)
    return one
  }

  picture(width = 320, height = 240): MediaStream {
    return this.playing(this.media.picture(width, height)).stream
  }

  watched(receiver: ReceiverTrack): ReturnType<MediaPlace['watch']> {
    return this.playing(this.media.watch(receiver))
  }

  override dispose() {
    for (const one of this.#playing) one.stop()
    return super.dispose()
  }
}
