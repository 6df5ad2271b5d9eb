import { isMeant } from './codec-matching.js'
import type { Connection } from './connection.js'
import { closedError, refusal } from './errors.js'
import { updateNegotiationNeeded } from './negotiation-needed.js'
import type { Receiver } from './receiver.js'
import type { Sender } from './sender.js'
import type { Kind } from './track.js'

const DIRECTIONS = new Set<string>(['sendrecv', 'sendonly', 'recvonly', 'inactive'])

/** An `RTCRtpTransceiver` (webrtc-pc 5.4). What is not of the DOM are its internal slots. */
export class Transceiver {
  mid: string | null = null
  /** [[Stopping]], [[Stopped]] */
  stopping = false
  stopped = false
  /** [[Receptive]]: ready to take media. */
  receptive = false
  /** [[CurrentDirection]], [[FiredDirection]] */
  negotiated: RTCRtpTransceiverDirection | null = null
  firedDirection: string | null = null
  /** Which m-line of the last offer it is to have (JSEP 5.2.1). */
  offeredAt = -1
  /** Made by a remote description that is not answered yet. */
  madeByRemote = false
  /** addTrack has made it (JSEP 5.10: it may be associated with an offered line). */
  createdByAddTrack = false
  /** addTrack has put a track on it: a rollback leaves it (webrtc-pc 4.4.1.5). */
  usedByAddTrack = false
  /** [[CurrentDirection]] has once been one that sends (webrtc-pc 5.1, addTrack). */
  everSent = false
  /** [[PreferredCodecs]] */
  preferences: readonly RTCRtpCodec[] = []
  readonly #connection: Connection
  #direction: RTCRtpTransceiverDirection

  constructor(
    connection: Connection,
    readonly sender: Sender,
    readonly receiver: Receiver,
    direction: RTCRtpTransceiverDirection,
  ) {
    this.#connection = connection
    this.#direction = direction
    sender.transceiver = this
    receiver.transceiver = this
  }

  get kind(): Kind {
    return this.sender.kind
  }

  get direction(): RTCRtpTransceiverDirection {
    return this.stopping ? 'stopped' : this.#direction
  }

  set direction(direction: RTCRtpTransceiverDirection) {
    if (this.#connection.closed) throw closedError()
    if (this.stopping) throw refusal('InvalidStateError', 'the transceiver is stopping')
    // Web IDL: an attribute ignores what is no value of its enumeration.
    const { stoppedError } = this.#connection.quirks
    const said = 'a transceiver is stopped by stop(), not by its direction'
    if (direction === 'stopped') throw stoppedError ? refusal(stoppedError, said) : new TypeError(said)
    if (!DIRECTIONS.has(direction) || direction === this.#direction) return
    this.#direction = direction
    updateNegotiationNeeded(this.#connection)
  }

  get currentDirection(): RTCRtpTransceiverDirection | null {
    return this.stopped ? 'stopped' : this.negotiated
  }

  /** Sets the direction without a check: addTrack, removeTrack, a remote offer. */
  turn(direction: RTCRtpTransceiverDirection): void {
    this.#direction = direction
  }

  /** stop(): until it is negotiated it is only stopping. */
  stop(): void {
    if (this.#connection.closed) throw closedError()
    if (this.stopping) return
    this.stopping = true
    // mediacapture-main 4.3.1: a track that ends by something else than its stop() ends in a task.
    if (this.#connection.quirks.tellsOfTracks) this.#connection.queue(() => this.receiver.track.end())
    else this.receiver.track.end()
    updateNegotiationNeeded(this.#connection)
  }

  /** "Stop the RTCRtpTransceiver" (webrtc-pc 5.4): by the far side, by the answer to its stop, or with the connection. */
  end(): void {
    // By a description its track ends within that task, as in browsers.
    this.receiver.track.end()
    this.stopping = true
    this.stopped = true
    this.receptive = false
    this.negotiated = null
  }

  /** Without the event: webrtc-pc close() step 4 stops what a closed connection has. */
  endSilently(): void {
    this.stopping = true
    this.receiver.track.stop()
    this.end()
    this.mid = null
  }

  setCodecPreferences(codecs: readonly RTCRtpCodec[]): void {
    const { kind } = this
    const known = (wish: RTCRtpCodec) =>
      this.#connection.abilities.codecs[kind].some((codec) => isMeant(kind, codec, wish))
    const plays = codecs.some(({ mimeType }) => !/\/(rtx|red|ulpfec|flexfec-03)$/i.test(mimeType))
    if (codecs.length > 0 && (!codecs.every(known) || !plays))
      throw refusal('InvalidModificationError', 'Invalid codec preferences')
    this.preferences = codecs.map((codec) => ({ ...codec }))
  }
}
