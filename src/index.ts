export { RealtimeSocket } from './realtime-socket.js'
export { RealtimeError, type ErrorFacts, type Phase, type RealtimeErrorCode, type Tried } from './errors.js'
export type { IceServers, ISessionConfig, SenderConfig } from './interfaces/config.js'
export type {
  ConnectorCallOptions,
  IConnectConfig,
  IConnectResponse,
  IMediaGatewayConnector,
  SenderInfo,
  SessionProbe,
} from './interfaces/connector.js'
export {
  BitrateControlMode,
  Codecs,
  ContentHint,
  LatencyMode,
  MixMinusMode,
  RealtimeSocketState,
  StreamKinds,
} from './interfaces/enums.js'
export type { Environment, EnvironmentClock, PageEvents } from './interfaces/environment.js'
export type {
  CloseReason,
  Deadlines,
  IncomingData,
  IRealtimeSocketOptions,
  MessageCounts,
  MessageFate,
  OfferMeta,
  SendOptions,
  SocketCommand,
  SocketSnapshot,
  TrackSnapshot,
  TransitionEvent,
} from './interfaces/options.js'
export type {
  DurableStorage,
  DurableStore,
  RestoredReceiver,
  RestoredSession,
  StoreChange,
  StoredValue,
} from './interfaces/storage.js'
export type { IRealtimeSocket, IRealtimeSocketCallbacks } from './interfaces/socket.js'
export { indexedDbStorage } from './indexed-db-storage.js'
export type { AttachedSource } from './machines/receiver-track.machine.js'
export { LADDER, type Rung } from './recovery/ladder.js'
export { RPC, type IRPC, type RpcHandler, type RpcOptions, type RpcRequestOptions, type RpcResult } from './rpc.js'
export {
  ReceiverTrack,
  SenderTrack,
  type AttachOptions,
  type ReceiverTrackEvents,
  type SenderTrackEvents,
} from './tracks.js'
export { TypedEventEmitter } from './typed-event-emitter.js'
export { MediaGatewayConnector, type ConnectorOptions } from './adapters/media-gateway-connector.js'
