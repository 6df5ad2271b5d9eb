import type { Media } from '../transport/packets.js'

/** Where the media of a source goes. */
export type Sink = (media: Media) => void

const keyOf = (room: string, peer: string, stream: string): string => JSON.stringify([room, peer, stream])

/** Forwards media from sources to those who have switched to them, before or after the source began. */
export class Exchange {
  readonly #sinks = new Map<string, Set<Sink>>()

  /** Returns what ends it. */
  subscribe(room: string, peer: string, stream: string, sink: Sink): () => void {
    const key = keyOf(room, peer, stream)
    const sinks = this.#sinks.get(key) ?? new Set()
    this.#sinks.set(key, sinks.add(sink))
    return () => {
      sinks.delete(sink)
      if (sinks.size === 0) this.#sinks.delete(key)
    }
  }

  publish(room: string, peer: string, stream: string, media: Media): void {
    for (const sink of this.#sinks.get(keyOf(room, peer, stream)) ?? []) sink(media)
  }
}
