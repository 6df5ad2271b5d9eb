import type { RtpPacket } from 'werift'
import type { StreamRef } from '../messages.js'

/** A packet together with what a viewer's line needs to know of where it came from. */
export interface MediaPacket {
  readonly rtp: RtpPacket
  readonly codec: string
  /** Its profile and mode, which a viewer has to have agreed on as well. */
  readonly format: string
  /** Header extensions by URI, because every connection numbers them in its own way. */
  readonly extensions: ReadonlyMap<string, Buffer>
}

export interface Sink {
  /** What comes from here on is another source, numbered anew. */
  readonly begin: () => void
  readonly accept: (packet: MediaPacket) => void
}

export interface Source {
  readonly requestKeyFrame: () => void
}

const keyOf = (room: string, { peer, stream }: StreamRef): string => JSON.stringify([room, peer, stream])

/**
 * Who watches what. A switch may name a stream that does not exist yet, and streams live on when the events about them were
 * lost, so this knows nothing of rooms' events.
 */
export const mediaExchange = () => {
  const sinks = new Map<string, Set<Sink>>()
  const sources = new Map<string, Source[]>()

  const beginAnew = (key: string): void => {
    for (const sink of sinks.get(key) ?? []) sink.begin()
  }

  return {
    publish: (room: string, ref: StreamRef, source: Source) => {
      const key = keyOf(room, ref)
      sources.set(key, [...(sources.get(key) ?? []), source])
      beginAnew(key)
      return {
        send: (packet: MediaPacket): void => {
          // of two sessions of one peer, a stream comes from the one that published it last
          if (sources.get(key)?.at(-1) !== source) return
          for (const sink of sinks.get(key) ?? []) sink.accept(packet)
        },
        end: (): void => {
          const before = sources.get(key) ?? []
          const left = before.filter((other) => other !== source)
          if (left.length > 0) sources.set(key, left)
          else sources.delete(key)
          if (left.length > 0 && before.at(-1) === source) beginAnew(key)
        },
      }
    },
    watch: (room: string, ref: StreamRef, sink: Sink) => {
      const key = keyOf(room, ref)
      const watchers = sinks.get(key) ?? new Set<Sink>()
      sinks.set(key, watchers.add(sink))
      const requestKeyFrame = (): void => sources.get(key)?.at(-1)?.requestKeyFrame()
      requestKeyFrame()
      return {
        requestKeyFrame,
        end: (): void => {
          watchers.delete(sink)
          if (watchers.size === 0 && sinks.get(key) === watchers) sinks.delete(key)
        },
      }
    },
  }
}

export type MediaExchange = ReturnType<typeof mediaExchange>
