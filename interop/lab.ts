import type { Environment } from '../src/index.js'
import type { Size, Source } from '../tools/node-media.js'
import type { HttpAnswer, HttpRequest } from './http.js'
import type { Run } from './scenario.js'

/** What was decoded of a track. */
export interface Sink {
  readonly count: number
  readonly size?: Size | undefined
  stop(): void
}

/** Stands between one client and the server's media port. */
export interface Relay {
  /** Puts the relay in the place of the server's UDP candidate; others are taken out, so that there is no way around. */
  through(answer: string): Promise<string>
  /** Drops everything in both directions, as a pulled cable would. */
  cut(): void
  heal(): void
  /** The server sees the client come from another port. */
  rebind(): Promise<void>
}

/** What scenarios work with: WebRTC, HTTP, media, faults and time. Real ones, or simulated ones all together. */
export interface Lab {
  readonly RTCPeerConnection: typeof globalThis.RTCPeerConnection
  readonly MediaStream: typeof globalThis.MediaStream
  /** For sockets of the engine. */
  readonly environment: Partial<Environment>
  http(url: string, request?: HttpRequest): Promise<HttpAnswer>
  videoSource(size?: Size): Source
  audioSource(): Source
  videoSink(track: MediaStreamTrack): Sink
  audioSink(track: MediaStreamTrack): Sink
  relay(run: Run): Relay
  /** Its time is simulated, and passes for one scenario alone. */
  readonly virtual: boolean
  /** Milliseconds; only differences mean something. */
  now(): number
  pause(ms: number): Promise<void>
  /** Lets a scenario happen: where time does not pass by itself, it passes while this is under way. */
  drive<T>(work: () => Promise<T>): Promise<T>
}
