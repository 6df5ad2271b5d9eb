import type { Timeline } from '../scheduler/lane.js'
import { HttpFaults, type HttpFault } from './http-faults.js'
import { onTheWire, type HttpReply, type HttpRequest, type HttpServers } from './http-server.js'

/** What a request does at one moment of its way. */
interface Exchange {
  readonly request: HttpRequest
  readonly reply: (reply: HttpReply, half?: boolean) => void
  readonly reset: () => void
}

const failed = (): TypeError => new TypeError('Failed to fetch')

const aborted = (): DOMException => new DOMException('This operation was aborted', 'AbortError')

/** A body that comes whole, or breaks in the middle. */
const streamOf = (text: string, half: boolean): ReadableStream<Uint8Array> => {
  const bytes = new TextEncoder().encode(text)
  return new ReadableStream({
    start(controller) {
      controller.enqueue(half ? bytes.subarray(0, bytes.length / 2) : bytes)
      if (half) controller.error(failed())
      else controller.close()
    },
  })
}

/** Without a body where none may be (Fetch standard, null body status). */
const responseOf = (reply: HttpReply, half: boolean): Response => {
  const { status, headers, text } = onTheWire(reply)
  return new Response(status === 204 || status === 304 ? null : streamOf(text, half), { status, headers })
}

/** HTTP between one device and the servers of its world: `fetch`, the way it takes, and what goes wrong on it. */
export class HttpNetwork {
  readonly faults = new HttpFaults()
  /** Milliseconds each way. Default 10. */
  latency = 10
  /** Requests that are not over. */
  open = 0
  readonly #cancel = new Set<() => void>()
  #gone = false

  constructor(
    /** Where requests and answers travel. */
    private readonly network: Timeline,
    /** What the device shares with UDP: while that is offline requests fail at once. */
    private readonly access: { readonly offline: boolean },
    /** Where the page's JavaScript hears of them. */
    private readonly script: Timeline,
    private readonly servers: HttpServers,
    /** Header `user-agent` of every request. */
    private readonly userAgent: string,
  ) {}

  /** The device's `fetch` (Fetch standard), as far as a connector needs it. */
  readonly fetch: typeof globalThis.fetch = (input, init = {}) => {
    const { signal, method = 'GET' } = init
    return new Promise<Response>((resolve, reject) => {
      const url = new URL(typeof input === 'string' || input instanceof URL ? input : input.url)
      const headers = { 'user-agent': this.userAgent, ...Object.fromEntries(new Headers(init.headers ?? {})) }
      const body = typeof init.body === 'string' ? init.body : ''
      const request: HttpRequest = { method, path: url.pathname, query: url.searchParams, headers, body }
      const ending = { over: false }
      const end = (settle: () => void) => {
        if (ending.over) return
        ending.over = true
        this.open -= 1
        this.#cancel.delete(cancel)
        signal?.removeEventListener('abort', abort)
        settle()
      }
      const abort = () => end(() => reject(aborted()))
      const cancel = () => end(() => reject(failed()))
      if (this.#gone) return undefined
      this.open += 1
      if (signal?.aborted) return abort()
      signal?.addEventListener('abort', abort)
      this.#cancel.add(cancel)
      const tell = (settle: () => void) => void this.script.soon('http', () => end(settle))
      const later = (run: () => void) => void this.network.after(this.latency, 'http', run)
      const fail = () => tell(() => reject(failed()))
      const reset = () => later(fail)
      const reply = (given: HttpReply, half = false) =>
        later(() => (this.access.offline ? fail() : tell(() => resolve(responseOf(given, half)))))
      if (this.access.offline) return fail()
      // What is on its way arrives, whatever becomes of who asked.
      return later(() => this.#arrive(url.origin, { request, reply, reset }))
    })
  }

  /** Every request under way fails. */
  breakAll(): void {
    for (const cancel of this.#cancel) cancel()
  }

  /** The page is gone: nobody hears of any request any more. */
  end(): void {
    this.#gone = true
    this.open = 0
  }

  /** A request reached the far side. */
  #arrive(origin: string, exchange: Exchange): void {
    const fault = this.faults.strike(exchange.request)
    const strike = () => this.#strike(origin, exchange, fault)
    if (fault?.delayMs) this.network.after(fault.delayMs, 'http', strike)
    else strike()
  }

  #strike(origin: string, { request, reply, reset }: Exchange, fault: HttpFault | undefined): void {
    const server = this.servers.get(origin)
    if (!server?.up) return reset()
    const handle = (answer: (reply: HttpReply) => void) =>
      server.handle(request, (given) => (given ? answer(given) : reset()))
    if (!fault || fault.kind === 'delay') return handle(reply)
    if (fault.kind === 'half') return handle((whole) => reply(whole, true))
    if (fault.applied) handle(() => {})
    if (fault.kind === 'drop') reset()
    if (fault.kind === 'fail') reply({ status: fault.status ?? 500, body: fault.body })
    return undefined
  }
}
