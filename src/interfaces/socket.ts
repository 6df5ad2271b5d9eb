import type { RealtimeError } from '../errors.js'
import type { ReceiverTrack, SenderTrack } from '../tracks.js'
import type { TypedEventEmitter } from '../typed-event-emitter.js'
import type { ISessionConfig, SenderConfig } from './config.js'
import type { IMediaGatewayConnector } from './connector.js'
import type { Environment } from './environment.js'
import type { RealtimeSocketState, StreamKinds } from './enums.js'
import type { MessageFate, OfferMeta, TransitionEvent } from './options.js'
import type { RestoredSession } from './storage.js'

/** Events of a socket. */
export type IRealtimeSocketCallbacks = {
  /** A payload that arrived, as it came (`IncomingData`). What arrives before the first listener is kept (256 KiB). */
  // oxlint-disable-next-line typescript/no-explicit-any -- {@link IncomingData}; `any`, so that a listener may say which
  message: (data: any) => void
  /** The peer connection's outward state changed; one event per change, `closed` is the last event of all but those of watchers. */
  peer_state: (state: RealtimeSocketState) => void
  /** The data channel's outward state changed; on a connect it comes right before `peer_state`. */
  dc_state: (state: RealtimeSocketState) => void
  /** Something failed that no caller waits for. */
  warning: (error: RealtimeError) => void
  /** `bufferedAmount` fell to the low-water mark: time to send more. */
  drain: () => void
  /**
   * What became of messages that `send` took, by their ids, in order; told in batches after the call or event that
   * decided it, and before `peer_state: closed`. Costs nothing while nobody listens.
   */
  fate: (fate: MessageFate) => void
  /** The first connect found what a session before this page left in `options.storage`; before it chooses a gateway. */
  restored: (session: RestoredSession) => void
  /** One transition of one chart; costs nothing while nobody listens. */
  transition: (transition: TransitionEvent) => void
}

/** The interface of the Atm0s JS SDK. */
export interface IRealtimeSocket extends TypedEventEmitter<IRealtimeSocketCallbacks> {
  /** What it was given of the outside world: who works on a socket works in the same one. */
  readonly environment?: Partial<Environment> | undefined
  connect(connector: IMediaGatewayConnector, config: ISessionConfig, options?: { signal?: AbortSignal }): Promise<void>
  createReceiverTrack(id: string, kind: StreamKinds): ReceiverTrack
  createSenderTrack(cfg: SenderConfig): SenderTrack
  generateOffer(): Promise<{ offer: RTCSessionDescriptionInit; meta: OfferMeta }>
  updateSdp(localOffer: RTCSessionDescriptionInit, remoteAnswerSdp: string): void
  send(data: string | Uint8Array): void
  close(): void
}
