import type { Codecs } from './enums.js'

/** One sender as the media gateway is told of it. The order of the list per kind equals the order of the m-lines. */
export interface SenderInfo {
  uuid: string
  label: string
  kind: 'audio' | 'video'
  name: string
  simulcast?: boolean | undefined
  max_bitrate?: number | undefined
  content_hint?: string | undefined
  screen?: boolean | undefined
}

/** What `connect` sends to the gateway. */
export interface IConnectConfig {
  room: string
  peer: string
  token: string
  /** The offer (RFC 9429). */
  sdp: string
  mix_minus_audio?: string | undefined
  codecs?: Codecs[] | undefined
  senders: SenderInfo[]
  receivers: { audio: number; video: number }
}

/** What the gateway answers to `connect`. */
export interface IConnectResponse {
  /** `false`: refused, see `error`. */
  status: boolean
  data: { node_id: number; conn_id: string; sdp: string }
  error: string
}

/** Bounds of one call to a gateway. */
export interface ConnectorCallOptions {
  /** Aborts the call. */
  signal?: AbortSignal
  /** Lets the request outlive the page (Fetch standard, `keepalive`). */
  keepalive?: boolean
}

/** Whether the gateway still holds a server session: `alive`, `gone`, `broken` (held but unusable), or `unreachable`. */
export type SessionProbe = 'alive' | 'gone' | 'broken' | 'unreachable'

/**
 * The way to a media gateway. The first three members are what a connector must have; the engine does without the
 * others where they are missing.
 */
export interface IMediaGatewayConnector {
  /** Chooses one of the URLs, health-checked. Rejects with `no-gateway` when none is usable. */
  selectFromUrls(urls: string | string[], options?: ConnectorCallOptions): Promise<string>
  /** Hands over the offer and returns the answer. */
  connect(url: string, config: IConnectConfig, options?: ConnectorCallOptions): Promise<IConnectResponse>
  /** Hands over one local ICE candidate (trickle, RFC 8838). */
  iceCandidate(
    url: string,
    nodeId: number,
    connId: string,
    ice: RTCPeerConnectionIceEvent,
    options?: ConnectorCallOptions,
  ): void | Promise<void>
  /** Ends the server session. Without it the server notices by its own time-outs. */
  close?(url: string, nodeId: number, connId: string, options?: ConnectorCallOptions): Promise<void>
  /** Asks whether the server session still exists; works while UDP is dead. */
  probe?(url: string, nodeId: number, connId: string, options?: ConnectorCallOptions): Promise<SessionProbe>
  /**
   * Hands over an offer that restarts ICE (RFC 9429 section 4.1.8.1) in a session that the gateway holds, and returns its
   * answer; works while UDP is dead. Only where the gateway can; without it the engine does without the rung `resume`.
   */
  restart?(
    url: string,
    nodeId: number,
    connId: string,
    offer: Pick<IConnectConfig, 'sdp' | 'senders' | 'receivers'>,
    options?: ConnectorCallOptions,
  ): Promise<{ sdp: string }>
}
