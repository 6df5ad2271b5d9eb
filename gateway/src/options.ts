/** How long a session may stay in one condition, in milliseconds. The defaults are what the real server was measured to do. */
export interface SessionTimers {
  /** From the connect request until ICE and DTLS are up; then the session is dropped. */
  readonly establish: number
  /** From DTLS up until a data channel opened; then the session is dropped. */
  readonly channel: number
  /** Silence of the client until others see it as `Reconnecting`. */
  readonly reconnecting: number
  /** Silence of the client until the session is dropped. */
  readonly silence: number
}

export interface GatewayOptions {
  /** Address to listen on, for HTTP and media. `0.0.0.0` offers every IPv4 interface. Default `127.0.0.1`. */
  readonly host?: string
  /** HTTP port; 0 takes any free one. Default 0. */
  readonly port?: number
  /** Key of the tokens and connection ids. Default `insecure`. */
  readonly secret?: string
  /** Number of this node, carried inside connection ids. Default 1. */
  readonly nodeId?: number
  /** Receives one line per noteworthy event. Default: nothing is logged. */
  readonly log?: (line: string) => void
  /** Extra time of every connect, in ms. When above 0, connects also queue one behind the other, as on the real server. */
  readonly connectDelayMs?: number
  readonly timers?: Partial<SessionTimers>
  /** What publishers are told they may send, in bits per second. Default 2 500 000. */
  readonly maxBitrate?: number
  /** Puts a relay in front of the UDP port of each session, for `faults.udp`. Default false. */
  readonly relay?: boolean
  /** Answers `/control` to loopback clients, which steers the faults from outside. Default false. */
  readonly control?: boolean
  /** Requests and echoes for development that the real server does not have. Default false. */
  readonly devExtensions?: boolean
  /** Answers POST `/webrtc/restart/:id`, an ICE restart outside the path, which the real server cannot. Default false. */
  readonly restarts?: boolean
}

export type GatewaySettings = Required<Omit<GatewayOptions, 'timers'>> & { readonly timers: SessionTimers }

const defaultTimers: SessionTimers = { establish: 9_900, channel: 10_100, reconnecting: 21_300, silence: 51_300 }

export const resolveOptions = (options: GatewayOptions): GatewaySettings => ({
  host: options.host ?? '127.0.0.1',
  port: options.port ?? 0,
  secret: options.secret ?? 'insecure',
  nodeId: options.nodeId ?? 1,
  log: options.log ?? (() => undefined),
  connectDelayMs: options.connectDelayMs ?? 0,
  timers: { ...defaultTimers, ...options.timers },
  maxBitrate: options.maxBitrate ?? 2_500_000,
  relay: options.relay ?? false,
  control: options.control ?? false,
  devExtensions: options.devExtensions ?? false,
  restarts: options.restarts ?? false,
})
