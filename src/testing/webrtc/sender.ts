import type { Connection } from './connection.js'
import { described, type Codec } from './codecs.js'
import { sends } from './directions.js'
import { checkRanges, type Encoding } from './encodings.js'
import { closedError, plain, refusal } from './errors.js'
import { ssrc, uuid } from './ids.js'
import { besides, operation } from './operations.js'
import { updateNegotiationNeeded } from './negotiation-needed.js'
import { changed, copied } from './parameters.js'
import type { Sources } from './section.js'
import { statsOf } from './stats.js'
import type { Stream } from './stream.js'
import type { Kind, Track } from './track.js'
import type { Transceiver } from './transceiver.js'

/** An `RTCRtpSender` (webrtc-pc 5.2). */
export class Sender {
  /** [[SenderTrack]] */
  track: Track | null
  readonly kind: Kind
  /** RTCDTMFSender: of audio only (webrtc-pc 7). */
  readonly dtmf: object | null
  /** [[AssociatedMediaStreamIds]]. Not of the DOM. */
  streamIds: string[]
  /** Media that was sent, for `getStats`. Not of the DOM. */
  readonly sent = { packets: 0, bytes: 0, frames: 0 }
  /** Its `a=ssrc` lines. Not of the DOM. */
  readonly sources: Sources
  /** Its track id in descriptions: as in browsers it stays when the track is replaced. Not of the DOM. */
  readonly trackId: string
  transceiver!: Transceiver
  readonly #connection: Connection
  #encodings: Encoding[]
  /** [[LastReturnedParameters]] */
  #returned: RTCRtpSendParameters | null = null
  /** [[SendCodecs]] */
  #codecs: readonly Codec[] = []

  constructor(
    connection: Connection,
    kind: Kind,
    { track, streams, encodings }: { track: Track | null; streams: readonly Stream[]; encodings: Encoding[] },
  ) {
    const { random } = connection.place
    this.#connection = connection
    this.kind = kind
    this.track = track
    this.streamIds = [...new Set(streams.map(({ id }) => id))]
    this.#encodings = encodings
    this.trackId = track?.id ?? uuid(random)
    this.dtmf = kind === 'audio' ? { canInsertDTMF: false, toneBuffer: '' } : null
    const ssrcs = encodings.map(() => ssrc(random))
    this.sources = {
      cname: `cname-${connection.number}`,
      ssrcs,
      repair: kind === 'video' ? ssrcs.map(() => ssrc(random)) : [],
    }
  }

  get transport(): object | null {
    return this.transceiver.mid === null ? null : this.#connection.path.dtlsTransport
  }

  /** Not of the DOM. */
  get encodings(): readonly Encoding[] {
    return this.#encodings
  }

  /** Not of the DOM. */
  isOf(connection: Connection): boolean {
    return this.#connection === connection
  }

  /** What was negotiated. Not of the DOM. */
  set codecs(codecs: readonly Codec[]) {
    this.#codecs = codecs
  }

  /** replaceTrack: chained on the connection's operations. */
  replaceTrack(track: Track | null): Promise<void> {
    const { closed, quirks } = this.#connection
    if (closed && quirks.replaceTrack === 'task') return Promise.reject(closedError())
    if (track && track.kind !== this.kind) return Promise.reject(new TypeError('Track kind does not match Sender kind'))
    if (this.#connection.closed) return Promise.reject(closedError())
    const replace = () => {
      if (this.transceiver.stopping) throw refusal('InvalidStateError', 'the transceiver is stopped')
      this.track = track ?? null
      this.#connection.pump.look()
    }
    if (this.#connection.quirks.replaceTrack === 'chain') return operation(this.#connection, replace)
    return besides(this.#connection, replace, this.#connection.quirks.replaceTrack === 'task')
  }

  /** setStreams: what the far side's track belongs to. */
  setStreams(...streams: Stream[]): void {
    if (this.#connection.closed) throw closedError()
    this.streamIds = [...new Set(streams.map(({ id }) => id))]
    updateNegotiationNeeded(this.#connection)
  }

  getParameters(): RTCRtpSendParameters {
    // A dictionary: who gets it may change it, and the slot stays as it is.
    if (this.#returned && !(this.#hidden && this.#returned.encodings.length > 0)) return copied(this.#returned)
    this.#returned = {
      transactionId: uuid(this.#connection.place.random),
      encodings: this.#hidden ? [] : this.#encodings.map((encoding) => ({ ...encoding })),
      headerExtensions: [],
      rtcp: { cname: this.sources.cname, reducedSize: true },
      codecs: this.#codecs.map((codec) => ({ ...described(this.kind, codec), payloadType: codec.payload })),
    }
    // Step 4: whoever reads and writes in one task works on the same state.
    if (!this.#connection.quirks.remembersParameters) this.#connection.queue(() => void (this.#returned = null))
    return copied(this.#returned)
  }

  /** setParameters (webrtc-pc 5.2): what is refused is refused at once, what is taken is so in a task. */
  async setParameters(parameters: RTCRtpSendParameters): Promise<void> {
    const encodings = this.#acceptable(parameters)
    this.#returned = null
    await new Promise<void>((resolve) => {
      this.#connection.queue(() => {
        this.#encodings = encodings
        resolve()
      })
    })
  }

  #acceptable(parameters: RTCRtpSendParameters): Encoding[] {
    if (this.transceiver.stopping || this.#connection.closed)
      throw refusal('InvalidStateError', 'the transceiver is stopped')
    if (!parameters?.encodings || parameters.transactionId === undefined)
      throw new TypeError('encodings and transactionId are required')
    if (!this.#returned) throw refusal('InvalidStateError', 'getParameters() needs to be called before setParameters()')
    const field = changed(this.#returned, parameters)
    if (field) throw refusal('InvalidModificationError', `read-only field modified: ${field}`)
    // Sound has no picture whose size could be wrong (webrtc-pc 5.2, setParameters).
    if (this.kind === 'video') checkRanges(parameters.encodings)
    if (this.#hidden) return this.#encodings
    return parameters.encodings.map((encoding) => ({ active: true, ...encoding }))
  }

  get #hidden(): boolean {
    const { stopping, madeByRemote } = this.transceiver
    return this.#connection.quirks.hidesEncodings && (stopping || madeByRemote)
  }

  getStats(): Promise<Map<string, object>> {
    if (this.#connection.quirks.lacksStats) return Promise.reject(plain('Not yet implemented'))
    return statsOf(this.#connection, this)
  }

  /** Whether media leaves by it now: webrtc-pc 5.2, the track is not ended, the direction was negotiated. Not of the DOM. */
  get sending(): boolean {
    return (
      this.track?.readyState === 'live' &&
      sends(this.transceiver.currentDirection) &&
      !this.transceiver.stopping &&
      this.#encodings.some(({ active }) => active)
    )
  }
}
