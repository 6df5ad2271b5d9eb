import { uuid } from './ids.js'
import { IceCandidate } from './ice-candidate.js'
import { PeerConnection } from './peer-connection.js'
import type { WebRtcPlace } from './place.js'
import type { Received } from './received.js'
import { Stream } from './stream.js'
import { Track, type Kind, type TrackOptions } from './track.js'

export type { StackName } from './quirks.js'
export type { TrackOptions } from './track.js'
export type { Received } from './received.js'
export type { WebRtcPlace } from './place.js'

/** A local track that plays, until it is stopped. */
export type SimulatedTrack = MediaStreamTrack & {
  /** The source ends by itself: a camera is unplugged. `ended` is fired. */
  end(): void
  /** The source pauses, or goes on: `mute`, `unmute`. */
  setMuted(muted: boolean): void
}

/** WebRTC in a simulated place. */
export interface SimulatedWebRtc {
  /** For `options.environment` of a socket. */
  readonly RTCPeerConnection: typeof globalThis.RTCPeerConnection
  /** For `options.environment` of a socket. */
  readonly MediaStream: typeof globalThis.MediaStream
  readonly RTCIceCandidate: typeof globalThis.RTCIceCandidate
  /** A local track with a source that plays. */
  track(kind: 'audio' | 'video', options?: TrackOptions): SimulatedTrack
  /** All peer connections that were ever made, closed ones too. */
  readonly peers: readonly RTCPeerConnection[]
  /** What came in so far on the track of a receiver. */
  received(track: MediaStreamTrack): Readonly<Received> | undefined
  /** The process ends: its peer connections are gone without a word. */
  drop(): void
}

const serials = new WeakMap<object, { count: number }>()

/**
 * WebRTC to the letter of webrtc-pc and JSEP (RFC 9429), as far as an application and a session engine see it: nothing
 * in it happens unless a step of the scheduler picks it.
 */
export const simulatedWebRtc = (place: WebRtcPlace): SimulatedWebRtc => {
  const peers: PeerConnection[] = []
  // Numbers, and so the sources of tasks, are of the scheduler: two places may share one.
  const serial = serials.get(place.scheduler) ?? { count: 0 }
  serials.set(place.scheduler, serial)
  class SimulatedPeerConnection extends PeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(place, (serial.count += 1), configuration)
      peers.push(this)
    }
  }
  class SimulatedStream extends Stream {
    constructor(from?: Stream | readonly Track[]) {
      super(uuid(place.random), from)
    }
  }
  return {
    RTCPeerConnection: SimulatedPeerConnection as unknown as typeof globalThis.RTCPeerConnection,
    MediaStream: SimulatedStream as unknown as typeof globalThis.MediaStream,
    RTCIceCandidate: IceCandidate as unknown as typeof globalThis.RTCIceCandidate,
    track: (kind: Kind, options: TrackOptions = {}) =>
      new Track(kind, options.id ?? uuid(place.random), options) as unknown as SimulatedTrack,
    peers: peers as unknown as RTCPeerConnection[],
    received: (track) =>
      peers.flatMap((peer) => peer.getReceivers()).find((receiver) => (receiver.track as unknown) === track)?.received,
    drop: () => {
      for (const peer of peers) peer.drop()
    },
  }
}
