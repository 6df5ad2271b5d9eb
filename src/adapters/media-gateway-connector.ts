import { failure, RealtimeError } from '../errors.js'
import type {
  ConnectorCallOptions,
  IConnectConfig,
  IConnectResponse,
  IMediaGatewayConnector,
  SessionProbe,
} from '../interfaces/connector.js'
import type { Environment } from '../interfaces/environment.js'
import { connectAnswer } from '../protocol/connect-answer.js'
import { textWithin } from '../protocol/framing.js'
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

/** A gateway's URL; in a page it may be relative. Throws `invalid-config`. */
const located = (url: string): URL => {
  try {
    return new URL(url, (globalThis as { location?: { href: string } }).location?.href)
  } catch (cause) {
    throw failure('invalid-config', 'a gateway URL is not a URL', { cause })
  }
}

interface HttpAnswer {
  readonly status: number
  readonly text: string
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Speaks the HTTP side of the Atm0s media server 0.1: health, connect, candidates, probe, delete. */
export class MediaGatewayConnector implements IMediaGatewayConnector {
  readonly #given: string | undefined
  readonly #options: ConnectorOptions
  #url: string | undefined

  /** `url`: used whatever the socket's URLs are, without a health check. */
  constructor(url?: string, options: ConnectorOptions = {}) {
    this.#given = this.#url = url
    this.#options = options
  }

  /** The URL that was given or chosen last; `undefined` before that. */
  get url(): string | undefined {
    return this.#url
  }

  /**
   * The URL whose health check says `status: true` first; the checks run at the same time. A single URL is taken as it
   * is. Rejects with `no-gateway` when no check succeeds, with `invalid-config` for an empty list, with `aborted`.
   */
  async selectFromUrls(urls: string | string[], { signal }: ConnectorCallOptions = {}): Promise<string> {
    const list = this.#given === undefined ? [urls].flat() : [this.#given]
    const [first] = list
    if (first === undefined) throw failure('invalid-config', 'there is no gateway URL')
    if (signal?.aborted) throw failure('aborted', 'the choice was aborted')
    located(first)
    if (list.length === 1) return (this.#url = first)
    const losers = new AbortController()
    const end = () => losers.abort()
    signal?.addEventListener('abort', end)
    try {
      return (this.#url = await Promise.any(list.map((url) => this.#healthy(url, losers.signal))))
    } catch (cause) {
      if (signal?.aborted) throw failure('aborted', 'the choice was aborted', { cause })
      throw failure('no-gateway', `no healthy gateway: ${list.map((url) => located(url).host).join(', ')}`, { cause })
    } finally {
      signal?.removeEventListener('abort', end)
      end()
    }
  }

  async connect(url: string, config: IConnectConfig, options: ConnectorCallOptions = {}): Promise<IConnectResponse> {
    const answer = await this.#call(url, '/webrtc/connect', 'POST', {
      ...options,
      body: config,
      ms: this.#options.connectMs ?? 8_000,
    })
    if (answer.status !== 200) throw refused('connect', answer)
    return { status: true, data: connectAnswer(parsed(answer.text)), error: '' }
  }

  async iceCandidate(
    url: string,
    _: number,
    conn_id: string,
    { candidate }: RTCPeerConnectionIceEvent,
    options: ConnectorCallOptions = {},
  ): Promise<void> {
    if (!candidate?.candidate) return
    const body = { conn_id, candidate: candidate.candidate }
    const answer = await this.#call(url, '/webrtc/ice_remote', 'POST', { ...options, body })
    if (answer.status !== 200) throw refused('candidate', answer)
  }

  /** Deletes the server session; one that is gone already is as good. */
  async close(url: string, _: number, connId: string, options: ConnectorCallOptions = {}): Promise<void> {
    await this.#call(url, `/webrtc/conn/${encodeURIComponent(connId)}`, 'DELETE', options)
  }

  /** An empty candidate is harmless, and tells whether the session still exists, while UDP is dead too. */
  async probe(url: string, _: number, conn_id: string, options: ConnectorCallOptions = {}): Promise<SessionProbe> {
    const told: Record<number, SessionProbe> = { 200: 'alive', 400: 'gone', 500: 'broken' }
    try {
      const body = { conn_id, candidate: '' }
      const { status } = await this.#call(url, '/webrtc/ice_remote', 'POST', { ...options, body })
      return told[status] ?? 'unreachable'
    } catch {
      return 'unreachable'
    }
  }

  async #healthy(url: string, signal: AbortSignal): Promise<string> {
    const answer = await this.#call(url, '/health', 'GET', { signal })
    const { status } = (parsed(answer.text) ?? {}) as { status?: unknown }
    if (answer.status !== 200 || status !== true) throw refused('health', answer)
    return url
  }

  /** One request with its deadline, whatever `fetch` makes of the signal. Of the URL an error shows the host alone. */
  async #call(
    url: string,
    path: string,
    method: 'GET' | 'POST' | 'DELETE',
    {
      signal,
      keepalive = false,
      body,
      ms = this.#options.callMs ?? 2_500,
    }: ConnectorCallOptions & { body?: object; ms?: number },
  ): Promise<HttpAnswer> {
    const { fetch, clock } = environmentWith(this.#options.environment)
    const { origin, pathname, search, host } = located(url)
    if (signal?.aborted) throw failure('aborted', `aborted: ${host}`)
    const abort = new AbortController()
    let timer: unknown
    let aborted = () => {}
    const ask = async (): Promise<HttpAnswer> => {
      const response = await fetch(origin + pathname.replace(/\/+$/, '') + path + search, {
        method,
        keepalive,
        signal: abort.signal,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      // Always counted: a short `content-length` may stand before a long compressed body.
      return { status: response.status, text: response.body ? await textWithin(response.body, BODY_BOUND) : '' }
    }
    const given = new Promise<never>((_, reject) => {
      timer = clock.setTimeout(() => reject(failure('timeout', `no answer from ${host} within ${ms} ms`)), ms)
      aborted = () => reject(failure('aborted', `aborted: ${host}`))
      signal?.addEventListener('abort', aborted)
    })
    try {
      return await Promise.race([given, ask()])
    } catch (cause) {
      // Whatever is still under way of it ends here.
      abort.abort()
      if (cause instanceof RealtimeError) throw cause
      if (cause instanceof RangeError) throw failure('gateway-broken', `the answer of ${host} is too long`, { cause })
      throw failure('gateway-unreachable', `no answer from ${host}`, { cause })
    } finally {
      clock.clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
    }
  }
}

/** The answer's text is the cause, not the message: it may repeat what was sent. */
const refused = (what: string, { status, text }: HttpAnswer): RealtimeError =>
  failure('gateway-refused', `${what}: HTTP ${status}`, { status, cause: text })
