import type { SenderInfo } from '../interfaces/connector.js'
import type { Wish } from './wishes.js'

/** A receiver, by all that a protocol may name it with. */
export interface ReceiverRef {
  readonly id: string
  readonly kind: 'audio' | 'video'
  /** Position among the receivers of its kind, in m-line order. */
  readonly ordinal: number
}

/** A command to the media server as plain data: no SDP, no secrets, so that any inspector may watch it. */
export type ServerRequest =
  | {
      readonly kind: 'receiver.attach'
      readonly receiver: ReceiverRef
      readonly peer: string
      readonly stream: string
      readonly priority: number
    }
  | {
      readonly kind: 'receiver.limit'
      readonly receiver: ReceiverRef
      readonly priority: number
      readonly maxSpatial: number
      readonly maxTemporal: number
    }
  | { readonly kind: 'receiver.detach'; readonly receiver: ReceiverRef }
  | {
      readonly kind: 'sender.toggle'
      readonly name: string
      readonly media: 'audio' | 'video'
      readonly track: string | null
    }

/** The offer of a later round; never leaves the adapters. */
export interface OfferRequest {
  readonly sdp: string
  readonly senders: SenderInfo[]
  readonly receivers: { audio: number; video: number }
}

/** A stream of the room begins or ends, whoever sends it. */
export interface StreamNews {
  readonly type: 'stream.added' | 'stream.removed'
  readonly source: { readonly peer: string; readonly stream: string }
  /** It is one of this session's peer. */
  readonly own?: boolean
}

/** Names a source of the room. */
export const sourceKey = ({ peer, stream }: StreamNews['source']): string => JSON.stringify([peer, stream])

/** An incoming message that answers a request. */
export interface ServerAnswer {
  readonly id: number
  readonly ok: boolean
  readonly data: unknown
  readonly error?: string
}

/**
 * Everything that differs between gateway protocols on the data channel, as one object. Charts know none of it: they
 * name a {@link ServerRequest} and learn whether it was accepted.
 */
export interface GatewayProtocol {
  readonly channel: {
    readonly label: string
    readonly init: RTCDataChannelInit
  }
  /** Name of a receiver, as the server knows it: by its ordinal, or one that we give. */
  receiverName(receiver: ReceiverRef): string
  /** First of the request ids that belong to the engine: out of reach of what an application counts. */
  readonly firstRequestId: number
  encodeRequest(id: number, request: ServerRequest): string | Uint8Array
  encodeOffer(id: number, offer: OfferRequest): string | Uint8Array
  /** Bytes of the longest answer to an offer that the server can send over the channel, as `answerSize` counts: a longer one is lost. */
  readonly answerBound: number
  /** A request that changes nothing and is always answered. */
  encodeProbe(id: number): string | Uint8Array
  /**
   * The answer in it if the message answers a request of the engine, or, with `all`, any request; cheap for every other
   * message.
   */
  answerIn(data: unknown, all?: boolean): ServerAnswer | undefined
  /**
   * What a message of the application asks of the server that is to hold in later sessions too; cheap for every other
   * message. Throws `invalid-config` for what would end the server's session.
   */
  wishIn(payload: string | Uint8Array): Wish | undefined
  /** The same of a command of the engine. */
  wishOf(request: ServerRequest): Wish
  /** The request of a wish, under an id of the engine. */
  encodeWish(id: number, wish: Wish): string | Uint8Array
  /** What a message of the server tells of a stream of the room; cheap for every other message. */
  streamIn(data: unknown): StreamNews | undefined
  /** The answer SDP out of an accepted {@link encodeOffer}, or `undefined`. */
  answerSdp(data: unknown): string | undefined
  /** Wire form of what an application sends. */
  encodePayload(payload: string | Uint8Array): string | Uint8Array
}
