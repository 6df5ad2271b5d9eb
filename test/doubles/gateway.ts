import { inflateSync } from 'node:zlib'
import type { ConnectorCallOptions, IConnectConfig, IConnectResponse, IMediaGatewayConnector } from '../../src/index.js'
import type { DoublesWorld } from './emitting.js'
import { answerTo, sectionsOf } from './sdp.js'

/** A request over the data channel. */
export interface ChannelRequest {
  readonly req_id: number
  readonly request: string
  readonly data: unknown
}

type Answer = { success: boolean; data?: unknown } | undefined

/** What a gateway says to a request over the channel, unless told otherwise. */
export const usualAnswer = ({ request, data }: ChannelRequest): Answer =>
  request === 'peer.updateSdp'
    ? { success: true, data: { sdp: answerTo((data as { sdp: string }).sdp) } }
    : { success: true, data: null }

/** A media gateway behind the port of a connector, and at the far end of the data channel. */
export class GatewayDouble implements IMediaGatewayConnector {
  /** Server sessions that were made and not deleted. */
  readonly sessions = new Set<string>()
  /** What came over the channel, as JSON; `undefined` for what is none. */
  readonly received: unknown[] = []
  /** What a client must never do. */
  readonly violations: string[] = []
  #mids: string[] = []
  #made = 0

  constructor(private readonly world: Omit<DoublesWorld, 'gateway'>) {}

  /** The answer to a connect; a test may put another in its place. */
  answerConnect: (usual: IConnectResponse, config: IConnectConfig) => unknown = (usual) => usual

  /** The answer to a request over the channel; `undefined`: none ever comes. */
  answerRequest: (request: ChannelRequest) => Answer = usualAnswer

  selectFromUrls(urls: string | string[], { signal }: ConnectorCallOptions = {}): Promise<string> {
    return this.world.calls.promise('gateway.selectFromUrls', () => [urls].flat()[0] ?? '', signal)
  }

  connect(_: string, config: IConnectConfig, { signal }: ConnectorCallOptions = {}): Promise<IConnectResponse> {
    const made = () => {
      this.#made += 1
      this.#mids = sectionsOf(config.sdp).map(({ mid }) => mid)
      const data = { node_id: 1, conn_id: `conn-${this.#made}`, sdp: answerTo(config.sdp) }
      const answer = this.answerConnect({ status: true, data, error: '' }, config) as IConnectResponse
      if (answer?.status === true && answer.data?.conn_id) this.sessions.add(answer.data.conn_id)
      return answer
    }
    return this.world.calls.promise('gateway.connect', made, signal)
  }

  iceCandidate(): Promise<void> {
    return this.world.calls.promise('gateway.iceCandidate', () => {})
  }

  close(_: string, _node: number, connId: string, { signal }: ConnectorCallOptions = {}): Promise<void> {
    return this.world.calls.promise('gateway.close', () => void this.sessions.delete(connId), signal)
  }

  /** A frame came over a channel; answers go back after 5 ms. */
  receive(frame: string | Uint8Array, reply: (text: string) => void): void {
    let message: Partial<ChannelRequest & { type: string }> | undefined
    try {
      message = JSON.parse(typeof frame === 'string' ? frame : inflateSync(frame).toString())
    } catch {
      // Bytes of an application; the real server drops them as well.
    }
    this.received.push(message)
    if (message?.type !== 'request' || message.req_id === undefined) return
    const request = message as ChannelRequest
    if (request.request === 'peer.updateSdp') this.#checkMids((request.data as { sdp: string }).sdp)
    const answer = this.answerRequest(request)
    if (answer)
      this.world.clock.later(5, () => reply(JSON.stringify({ type: 'answer', req_id: request.req_id, ...answer })))
  }

  /** A line keeps its mid for ever: a server that sees another answers what no browser takes. */
  #checkMids(sdp: string): void {
    const mids = sectionsOf(sdp).map(({ mid }) => mid)
    if (this.#mids.some((mid, line) => mids[line] !== mid)) this.violations.push(`mids ${this.#mids} became ${mids}`)
    this.#mids = mids
  }
}
