import { failure, type RealtimeError } from '../errors.js'
import type {
  ConnectorCallOptions,
  IConnectConfig,
  IConnectResponse,
  IMediaGatewayConnector,
  SessionProbe,
} from '../interfaces/connector.js'
import type { Environment } from '../interfaces/environment.js'
import { textWithin } from '../protocol/framing.js'
import { connectAnswer } from '../protocol/connect-answer.js'
import { environmentWith } from './environment.js'

/** Deadline of each HTTP call, in milliseconds. */
export interface ConnectorOptions {
  /** Default 8,000 (connect) */
  connectMs?: number
  /** Default 2,500 (health, candidate, probe, delete) */
  callMs?: number
  environment?: Partial<Environment>
}

/** More than this many bytes is no answer of a gateway (the longest seen: 384 KB). */
const BODY_BOUND = 4 * 1_024 * 1_024

/** Without query and fragment: they may hold secrets. */
const shown = (url: string): string => url.replace(/[?#].*$/, '')

interface HttpAnswer {
  readonly status: number
  readonly text: string
}

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** A body; one that says how long it is, and is not too long, is read at once. */
const bodyOf = (response: Response): Promise<string> | string => {
  const { headers, body } = response
  if (Number(headers.get('content-length') ?? Infinity) <= BODY_BOUND) return response.text()
  return body ? textWithin(body, BODY_BOUND) : ''
}

/** Speaks the HTTP side of the Atm0s media server 0.1: health, connect, candidates, probe, delete. */
export class MediaGatewayConnector implements IMediaGatewayConnector {
  readonly #options: ConnectorOptions
  #url: string | undefined

  /** `url`: used whatever the socket's URLs are, without a health check. */
  constructor(url?: string, options: ConnectorOptions = {}) {
    this.#url = url
    this.#options = options
  }

  /** The URL that was given or chosen last; `undefined` before that. */
  get url(): string | undefined {
    return this.#url
  }

  /**
   * The URL whose health check says `status: true` first; the checks run at the same time. A single URL is taken as it
   * is. Rejects with `no-gateway` when no check succeeds, with `invalid-config` for an empty list.
   */
  async selectFromUrls(urls: string | string[], options: ConnectorCallOptions = {}): Promise<string> {
    const list = typeof urls === 'string' ? [urls] : urls
    const [first = this.#url] = list
    if (first === undefined) throw failure('invalid-config', 'there is no gateway URL')
    if (list.length <= 1) return (this.#url = first)
    try {
      return (this.#url = await Promise.any(list.map((url) => this.#healthy(url, options))))
    } catch (cause) {
      throw failure('no-gateway', `no healthy gateway: ${list.map(shown).join(', ')}`, {
        cause,
      })
    }
  }

  async connect(url: string, config: IConnectConfig, options: ConnectorCallOptions = {}): Promise<IConnectResponse> {
    const { status, text } = await this.#call(url, '/webrtc/connect', 'POST', {
      ...options,
      body: JSON.stringify(config),
      ms: this.#options.connectMs ?? 8_000,
    })
    if (status !== 200) throw refused('connect', status, text)
    return { status: true, data: connectAnswer(parsed(text)), error: '' }
  }

  async iceCandidate(
    url: string,
    _node: number,
    connId: string,
    { candidate }: RTCPeerConnectionIceEvent,
  ): Promise<void> {
    if (!candidate?.candidate) return
    const { status, text } = await this.#call(url, '/webrtc/ice_remote', 'POST', {
      body: JSON.stringify({ conn_id: connId, candidate: candidate.candidate }),
    })
    if (status !== 200) throw refused('candidate', status, text)
  }

  /** Deletes the server session; one that is gone already is as good. */
  async close(url: string, _node: number, connId: string, options: ConnectorCallOptions = {}): Promise<void> {
    await this.#call(url, `/webrtc/conn/${connId}`, 'DELETE', options)
  }

  /** An empty candidate is harmless, and tells whether the session still exists, while UDP is dead too. */
  async probe(url: string, _node: number, connId: string, options: ConnectorCallOptions = {}): Promise<SessionProbe> {
    try {
      const body = JSON.stringify({ conn_id: connId, candidate: '' })
      const { status } = await this.#call(url, '/webrtc/ice_remote', 'POST', { ...options, body })
      if (status === 200) return 'alive'
      if (status === 400) return 'gone'
      return status === 500 ? 'broken' : 'unreachable'
    } catch {
      return 'unreachable'
    }
  }

  async #healthy(url: string, options: ConnectorCallOptions): Promise<string> {
    const { status, text } = await this.#call(url, '/health', 'GET', options)
    if (status !== 200 || parsed(text)?.status !== true) throw refused('health', status, text)
    return url
  }

  async #call(
    url: string,
    path: string,
    method: 'GET' | 'POST' | 'DELETE',
    {
      signal,
      keepalive,
      body,
      ms = this.#options.callMs ?? 2_500,
    }: ConnectorCallOptions & { body?: string; ms?: number },
  ): Promise<HttpAnswer> {
    const { fetch, clock } = environmentWith(this.#options.environment)
    const abort = new AbortController()
    let over = false
    const timer = clock.setTimeout(() => {
      over = true
      abort.abort()
    }, ms)
    const given = () => abort.abort()
    signal?.addEventListener('abort', given)
    if (signal?.aborted) abort.abort()
    try {
      const response = await fetch(url.replace(/\/$/, '') + path, {
        method,
        signal: abort.signal,
        ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
        ...(keepalive && { keepalive }),
      })
      return { status: response.status, text: await bodyOf(response) }
    } catch (cause) {
      if (over) throw failure('timeout', `no answer from ${shown(url)} within ${ms} ms`, { cause })
      if (signal?.aborted) throw failure('aborted', `the call to ${shown(url)} was aborted`, { cause })
      if (cause instanceof RangeError)
        throw failure('gateway-broken', `the answer of ${shown(url)} is too long`, { cause })
      throw failure('gateway-unreachable', `no answer from ${shown(url)}`, { cause })
    } finally {
      clock.clearTimeout(timer)
      signal?.removeEventListener('abort', given)
    }
  }
}

/** An empty 400 is the server's word for a description it cannot use; texts say what is wrong with the request. */
const refused = (what: string, status: number, text: string): RealtimeError =>
  failure('gateway-refused', `${what}: HTTP ${status}${/^[\x20-\x7e]{1,200}$/.test(text) ? `, ${text}` : ''}`, {
    status,
  })
