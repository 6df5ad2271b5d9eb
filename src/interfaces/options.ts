import type { InspectionEvent, Observer } from 'xstate'
import type { Rung } from '../recovery/ladder.js'
import type { ErrorFacts } from '../errors.js'
import type { IceServers } from './config.js'
import type { SenderInfo } from './connector.js'
import type { LatencyMode, RealtimeSocketState } from './enums.js'
import type { Environment } from './environment.js'
import type { DurableStorage } from './storage.js'

/** Payloads as they come over the data channel. */
export type IncomingData = string | ArrayBuffer | Uint8Array | Blob

/** One transition of one chart. */
export interface TransitionEvent {
  /** Milliseconds of the environment's clock. */
  readonly at: number
  /** `session`, `connection`, `negotiation`, `channel`, or a track, e.g. `sender:video_main`. */
  readonly chart: string
  readonly from: string
  readonly to: string
  /** Type of the event that caused it. */
  readonly event: string
}

/** Deadlines in milliseconds. */
export interface Deadlines {
  /** The whole of a connect. Default 15,000. */
  connect: number
  /** Choosing a gateway. Default 5,000. */
  selectGateway: number
  /** Making an offer. Default 5,000. */
  offer: number
  /** The gateway's answer to an offer. Default 8,000. */
  answer: number
  /** Applying an answer, or rolling an offer back. Default 5,000. */
  apply: number
  /** ICE and DTLS. Default 10,000, the server's own bound. */
  establish: number
  /** The data channel. Default 10,000, the server's own bound. */
  openChannel: number
  /** A whole recovery, from the loss of the path to `failed`. Default 120,000. */
  recovery: number
  /** The answer to a request of the engine. Default 5,000. */
  request: number
  /** What outlives `close()`. Default and upper bound 5,000. */
  farewell: number
}

/** Why a socket is closed. */
export type CloseReason = 'closed-by-application' | 'page-left' | 'internal'

/** Options of a socket. */
export interface IRealtimeSocketOptions {
  /** Default `[]`. */
  iceServers?: IceServers
  iceTransportPolicy?: RTCIceTransportPolicy
  latencyMode?: LatencyMode
  deadlines?: Partial<Deadlines>
  /** `manual`: the engine never starts a negotiation round after the first by itself. Default `auto`. */
  negotiation?: 'auto' | 'manual'
  /** What is tried when the path to the gateway is dead, in this order. Default {@link LADDER}. */
  ladder?: readonly Rung[]
  /**
   * Milliseconds between two pings of the server while media or messages are expected; two and a half times as many while
   * not, none in a hidden page then. Default 1,000. `false`: a dead path is noticed by the peer connection alone, media that
   * stalls by nobody.
   */
  pingMs?: number | false
  /**
   * Where durable messages (`send(data, { durable: true })`) and what is needed to come back survive a reload or crash of
   * the page, see docs/recovery.md. The first connect of a socket reads it. Default: nothing survives.
   */
  storage?: DurableStorage
  /** Replaces parts of the outside world, see {@link Environment}. */
  environment?: Partial<Environment>
  /** Any XState 5 inspection observer. Attached from the first actor on. */
  inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void)
  /**
   * Bytes kept while nothing can be sent, and bytes of `atLeastOnce` messages that are not delivered yet: each at most
   * this. Default 1 MiB.
   */
  outboxBytes?: number
  /**
   * What `exportRecording()` hands out is kept in a ring of at most this many bytes, counted as characters of JSON.
   * Default 262,144. A ring below some kilobytes keeps nothing. `false`: nothing is recorded.
   */
  recording?: false | { bytes?: number }
}

/** How a message is to be sent. */
export interface SendOptions {
  /**
   * What becomes of it when the channel ends before it is confirmed. `atMostOnce` (default): it is reported as
   * unconfirmed, and not repeated. `atLeastOnce`: it is sent again over the next channel, before all that waits, and may
   * so arrive twice; until it is delivered its bytes count against `outboxBytes`.
   */
  policy?: 'atMostOnce' | 'atLeastOnce'
  /**
   * How long it may wait in the outbox. `untilOpen` (default): until the channel is open, however long. `ttlMs`:
   * milliseconds from `send` on, 0 or more; a message that still waits then is `expired`.
   */
  wait?: 'untilOpen' | { readonly acrossReconnect: { readonly ttlMs: number } }
  /**
   * It survives a reload of the page in `options.storage` (`invalid-config` where there is none) from the first connect on
   * until it is delivered, and is sent by the next session. `atMostOnce`: it is noted as sent before it goes out, which takes a write; what is sent
   * after it waits behind it. `atLeastOnce`: it is forgotten after it was delivered. Default `false`.
   */
  durable?: boolean
}

/** What became of some messages. */
export interface MessageFate {
  /**
   * `sent`: handed to the channel; of a repeated message once more. Then one of these for each: `delivered`: the server
   * answered something that was asked later. `unconfirmed`: the channel ended before that, and it is not sent (again).
   * `expired`: never sent; it waited too long, a newer request for the same target took its place, or the socket was
   * closed. `refused`: never sent; it waited, and was then larger than what the server takes, or it was durable and could not be
   * noted as sent (the next session sends it).
   */
  readonly fate: 'sent' | 'delivered' | 'unconfirmed' | 'expired' | 'refused'
  /** As `send` returned them, in the order of what happened to them. */
  readonly ids: readonly number[]
}

/**
 * What became of the messages that `send` took. `waiting + sent + expired + refused` is their number; of those sent,
 * what is neither `delivered` nor `unconfirmed` is still to be confirmed, or waits to be sent again.
 */
export interface MessageCounts {
  /** Kept, and never sent yet. */
  readonly waiting: number
  /** Handed to the channel, each counted once. */
  readonly sent: number
  /** Handed to another channel again, `atLeastOnce`: each time counts. */
  readonly repeated: number
  /** The server answered something that was asked after them; it answers in order. Asked about once a second. */
  readonly delivered: number
  /** The channel ended before that: the server may have them or not. They are not sent again. */
  readonly unconfirmed: number
  /** Never sent: they waited too long, a newer request took their place, or the socket was closed. */
  readonly expired: number
  /** Kept, and then larger than what the server takes, see `max-message-size`. */
  readonly refused: number
  /** Came in and were handed on. */
  readonly received: number
  /** Came in while nobody listened, and found no room. */
  readonly dropped: number
}

/** What can be asked of a socket, as {@link SocketSnapshot} and `can()` name it. */
export type SocketCommand =
  | 'connect'
  | 'createSenderTrack'
  | 'createReceiverTrack'
  | 'send'
  | 'generateOffer'
  | 'updateSdp'
  | 'getStats'
  | 'close'

/** A sender or receiver as the snapshot shows it. */
export interface TrackSnapshot {
  readonly id: string
  readonly kind: 'audio' | 'video'
  /** Name of a sender, id of a receiver. */
  readonly name: string
  /** State of its chart, e.g. `live.flowing`. */
  readonly state: string
}

/** All there is to read off a socket; frozen, and the same object until something changed. */
export interface SocketSnapshot {
  readonly peerState: RealtimeSocketState
  readonly dcState: RealtimeSocketState
  /** States of the charts, dotted. */
  readonly charts: Readonly<Record<'connection' | 'negotiation' | 'channel', string>>
  readonly senders: readonly TrackSnapshot[]
  readonly receivers: readonly TrackSnapshot[]
  /** Counts peer connections: each attempt has its own. */
  readonly generation: number
  /** Why the socket is closed; `undefined` until then. */
  readonly reason: CloseReason | undefined
  /** The last error reported, a connect's failure included. */
  readonly lastError: ErrorFacts | undefined
}

/** What `generateOffer` hands to the application's own signalling. */
export interface OfferMeta {
  sdp: string
  /** In the order of the m-lines. */
  senders: Pick<SenderInfo, 'uuid' | 'label' | 'kind' | 'name' | 'screen'>[]
  receivers: { audio: number; video: number }
}
