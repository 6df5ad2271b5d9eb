import type { Connection } from './connection.js'
import { described, type Codec } from './codecs.js'
import { uuid } from './ids.js'
import { Received } from './received.js'
import { statsOf } from './stats.js'
import type { Stream } from './stream.js'
import { Track, type Kind } from './track.js'
import type { Transceiver } from './transceiver.js'

/** An `RTCRtpReceiver` (webrtc-pc 5.3). */
export class Receiver {
  readonly track: Track
  readonly kind: Kind
  /** [[AssociatedRemoteMediaStreams]]. Not of the DOM. */
  streams: readonly Stream[] = []
  /** Media that came in, for `getStats`. Not of the DOM. */
  readonly received = new Received()
  transceiver!: Transceiver
  /** [[ReceiveCodecs]]. Not of the DOM. */
  codecs: readonly Codec[] = []
  readonly #connection: Connection
  #jitterBufferTarget: number | null = null

  constructor(connection: Connection, kind: Kind) {
    this.#connection = connection
    this.kind = kind
    // Step "create an RTCRtpReceiver", 5.3: muted until media comes.
    this.track = new Track(kind, uuid(connection.place.random), {
      muted: true,
      label: `remote ${kind}`,
      tells: connection.quirks.tellsOfTracks,
    })
  }

  get transport(): object | null {
    return this.transceiver.mid === null ? null : this.#connection.path.dtlsTransport
  }

  /** webrtc-extensions: milliseconds, at most 4,000. */
  get jitterBufferTarget(): number | null {
    return this.#jitterBufferTarget
  }

  set jitterBufferTarget(ms: number | null) {
    if (ms !== null && (ms < 0 || ms > 4_000)) throw new RangeError('jitterBufferTarget is out of range')
    this.#jitterBufferTarget = ms
  }

  getParameters(): RTCRtpReceiveParameters {
    return {
      headerExtensions: [],
      rtcp: { reducedSize: true },
      codecs: this.codecs.map((codec) => ({ ...described(this.kind, codec), payloadType: codec.payload })),
    }
  }

  getContributingSources(): RTCRtpContributingSource[] {
    return []
  }

  getSynchronizationSources(): RTCRtpSynchronizationSource[] {
    return []
  }

  getStats(): Promise<Map<string, object>> {
    return statsOf(this.#connection, this)
  }
}
