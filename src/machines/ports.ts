/**
 * What the charts need of the world. A chart names an actor; an adapter implements it; `session.ts` brings the two
 * together. All inputs, outputs and events are plain data: no SDP, no token, no connection id, no live object.
 *
 * Each actor works on one generation (one peer connection and its server session). Leaving the state that invoked it
 * stops it, and its late result has nowhere to go.
 */
import type { AnyEventObject, CallbackActorLogic, NonReducibleUnknown, PromiseActorLogic } from 'xstate'
import type { ErrorFacts, Phase } from '../errors.js'
import type { ServerRequest } from '../protocol/gateway-protocol.js'
import type { Rung, SessionOutlook } from '../recovery/ladder.js'
import type { Line } from '../protocol/tracks-to-m-lines.js'

/** Input of every actor that works on a generation. */
export interface OfGeneration {
  readonly generation: number
}

/** Input of an actor that needs nothing but the generation of the chart that invokes it. */
export const ofGeneration = ({ context: { generation } }: { context: OfGeneration }): OfGeneration => ({ generation })

/** What is known of an offer outside the adapter that holds it. `ordinal` is the token by which it is named. */
export interface OfferFacts {
  readonly ordinal: number
  readonly bytes: number
  /** How many media lines it has. */
  readonly lines: number
}

/** Who carries an offer to the gateway: its connector (HTTP), the data channel, or the application by hand. */
export type Signalling = 'gateway' | 'channel' | 'application'

/** `connectionState` of the peer connection changed (webrtc-pc 4.3.3): ICE and DTLS, folded. */
export interface PeerStateEvent extends OfGeneration {
  readonly type: 'peer.state'
  readonly state: RTCPeerConnectionState
}

/** The peer connection could not be made. */
export interface PeerBrokenEvent extends OfGeneration {
  readonly type: 'peer.broken'
  readonly error: ErrorFacts
}

/** A ping of the server was not answered in time. */
export interface PathSilentEvent extends OfGeneration {
  readonly type: 'path.silent'
}

/** What a look at the path has found. */
export interface PathReport {
  /** Something came in. */
  readonly alive: boolean
  /** What the gateway says of the session; absent where it could not be asked. */
  readonly session?: SessionOutlook
  /** `false`: the WebRTC stack does not check again. */
  readonly revivable?: boolean
  /** The connector can signal an ICE restart. */
  readonly resumable?: boolean
}

/** The data channel reached `open`, and the server takes requests. */
export interface ChannelOpenEvent extends OfGeneration {
  readonly type: 'channel.open'
}

/** Nothing can be sent over the data channel for now. */
export interface ChannelHeldEvent extends OfGeneration {
  readonly type: 'channel.held'
}

/** The data channel ended without being asked to. */
export interface ChannelLostEvent extends OfGeneration {
  readonly type: 'channel.lost'
  readonly error: ErrorFacts
}

/** The application sent something, the first since the last confirmation was asked for. */
export interface MessagesSentEvent {
  readonly type: 'messages.sent'
}

/** The source track of a sender ended by itself (`ended` of mediacapture-main). */
export interface SourceEndedEvent {
  readonly type: 'source.ended'
}

/** A track of the far side begins (`track` of webrtc-pc) or stops to carry media. */
export interface RemoteTrackEvent {
  readonly type: 'remote.track'
  readonly flowing: boolean
}

/** Media comes in on the line of a receiver, or does not though its source is in the room. */
export interface MediaEvent {
  readonly type: 'media.flows' | 'media.stalled'
}

/** Where a track's line is: its m-line is negotiated in this generation. */
export interface LineReadyEvent extends OfGeneration {
  readonly type: 'line.ready'
  readonly line: number
  /** Position among the receivers of its kind; -1 for senders. */
  readonly ordinal: number
  readonly channel: 'open' | 'not-open'
}

/** An actor that does one thing, and ends with it or with plain error facts. */
export type Task<Output, Input extends NonReducibleUnknown> = PromiseActorLogic<Output, Input>
/** An actor that runs until it is stopped. */
export type Watch<Input extends NonReducibleUnknown> = CallbackActorLogic<AnyEventObject, Input>

/** The actors by the names that the charts use. */
export type Ports = {
  /**
   * Chooses a URL, and fetches token and ICE servers where the application gave functions. `same`: the URL of the
   * generation before, `next`: one that has not failed in this recovery.
   */
  'select gateway': Task<void, OfGeneration & { gateway: 'any' | 'same' | 'next' }>
  /** Pings the server while the path is stable. Sends `path.silent`. */
  'watch path': Watch<OfGeneration>
  /** Resolves as soon as anything comes in, or when so many rounds of 250 ms brought nothing. */
  'probe path': Task<PathReport, OfGeneration & { rounds: number }>
  /** Makes ICE check again and again; resolves when the path lives, or when nothing can be hoped for any more. */
  'revive path': Task<PathReport, OfGeneration & { silenceMs: number }>
  /** Restarts ICE as soon as the gateway can be asked to; resolves as `revive path` does. */
  'resume path': Task<PathReport, OfGeneration & { silenceMs: number }>
  /** Sends `recovery.late` when so many milliseconds have passed in which the page was awake and online. */
  'count awake time': Watch<{ ms: number }>
  /** Sends `attempt.due` when the attempt of this number may begin: online, and not before its time. */
  'back off': Watch<{ attempt: number; backOff: Rung['backOff'] }>
  /** Holds the peer connection of a generation and its channel; closes both when stopped. Sends `peer.*`. */
  'peer connection': Watch<OfGeneration>
  /** Hands local candidates to the connector, as long as it runs. */
  'trickle candidates': Watch<OfGeneration>
  /** createOffer with the lines realised as transceivers, in order; sets no description. */
  'create offer': Task<OfferFacts, OfGeneration & { lines: readonly Line[] }>
  /** setLocalDescription, and the offer's way to the gateway, at the same time. */
  'exchange offer': Task<void, OfGeneration & { offer: number; signalling: Signalling }>
  /** setRemoteDescription with the answer of this offer. */
  'apply answer': Task<void, OfGeneration & { offer: number }>
  /** setLocalDescription of type rollback (RFC 9429 section 4.1.10.2). */
  'roll back': Task<void, OfGeneration>
  /** Watches the data channel of a generation. Sends `channel.open`, `channel.lost` and `messages.sent`. */
  'data channel': Watch<OfGeneration>
  /** While it runs, `send` goes straight to the channel; what was kept goes first. */
  'open gate': Watch<OfGeneration>
  /** Resolves once the server has what the application sent before, with whether it sent more meanwhile. */
  'confirm messages': Task<boolean, OfGeneration>
  /** One command to the media server, accepted or rejected. */
  'server request': Task<void, OfGeneration & { request: ServerRequest }>
  /** Puts a sender's source on its line (`replaceTrack`) while it runs. Sends `source.ended`. */
  'send source': Watch<OfGeneration & { id: string; line: number }>
  /** Hands the track of a line to its receiver while it runs. Sends `remote.track`. */
  'receive line': Watch<OfGeneration & { id: string; line: number }>
  /** Watches whether media of a source that is in the room comes in on a line. Sends `media.*`. */
  'watch media': Watch<OfGeneration & { line: number; source: string }>
  /** While it runs, `send` keeps what it is given, though the channel is open. */
  'hold messages': Watch<OfGeneration>
  /** Keeps the track of a line silent while it runs (`enabled` false). */
  'hold line': Watch<OfGeneration & { id: string; line: number }>
  /** Resolves when the connect request of a generation is answered, or was never sent. */
  'await server session': Task<void, OfGeneration>
  /** Deletes the server session of a generation, if there is one. */
  'delete server session': Task<void, OfGeneration>
  /** What happens to the page and its network, what holds at the beginning included. Sends `page.*` and `network.*`. */
  'page events': Watch<undefined>
}

/** The ports as the charts take them: types alone, `session.ts` provides what is behind them. */
export const ports = {} as Ports

/** What the charts tell the session, which relays it to whom it concerns. */
export type Told =
  | { readonly type: 'phase'; readonly phase: Phase }
  | { readonly type: 'warning'; readonly error: ErrorFacts }
  | {
      readonly type: 'connection.changed'
      readonly generation: number
      readonly state: ConnectionState
      readonly error?: ErrorFacts | undefined
    }
  | { readonly type: 'generation.opened'; readonly generation: number }
  | { readonly type: 'generation.ended'; readonly generation: number; readonly farewell: 'full' | 'quick' | 'none' }
  /** Nothing goes over the path of the generation for now; it lives again. */
  | { readonly type: 'path.held' | 'path.back'; readonly generation: number }
  /** The page runs or is seen again, or has a network again, or another one; it goes away for good. */
  | { readonly type: 'page.woke' }
  | { readonly type: 'page.left'; readonly reason: 'page-left' }
  | { readonly type: 'negotiation.done'; readonly generation: number; readonly lines: number }
  | { readonly type: 'negotiation.failed'; readonly generation: number; readonly error: ErrorFacts }
  | { readonly type: 'hand.offered'; readonly ticket: number; readonly generation: number; readonly offer: number }
  | { readonly type: 'hand.refused'; readonly tickets: readonly number[]; readonly error: ErrorFacts }
  | { readonly type: 'channel.opening'; readonly generation: number }
  /** The channel is open, and nothing is to be sent for now: `channel.open` follows, or the end. */
  | ChannelHeldEvent
  | ChannelOpenEvent
  | ChannelLostEvent

/** States of the connection chart, as the session projects them outward. */
export type ConnectionState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'reconnecting' | 'failed' | 'closed'
