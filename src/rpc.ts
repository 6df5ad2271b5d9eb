import { environmentWith } from './adapters/environment.js'
import { factsOf, RealtimeError } from './errors.js'
import type { Environment } from './interfaces/environment.js'
import type { RealtimeSocketState } from './interfaces/enums.js'
import type { IncomingData } from './interfaces/options.js'
import type { IRealtimeSocket } from './interfaces/socket.js'
import { inflated } from './protocol/framing.js'

/** Outcome of a request; it never rejects. */
export type RpcResult<R> = { status: true; data: R } | { status: false; error: string }

export interface RpcRequestOptions {
  /** Default 5,000; 0 = no bound but the socket's end. */
  timeoutMs?: number
  /** Gives the request up: it settles with error `aborted`. */
  signal?: AbortSignal
}

/**
 * A handler of events and requests of the server. For a request what it returns (or its promise) is the answer, and
 * what it throws is the error of a refusal.
 */
export type RpcHandler = (data: unknown) => unknown

/** Requests and answers over a socket. */
export interface IRPC {
  readonly connected: boolean
  request<D, R>(cmd: string, data: D, options?: RpcRequestOptions): Promise<RpcResult<R>>
  on(cmd: string, handler: RpcHandler): () => void
  off(cmd: string, handler?: RpcHandler): void
  offAllListeners(): void
}

export interface RpcOptions {
  /** Default of each request. Default 5,000. */
  timeoutMs?: number
  /** Its clock counts the time-outs. Default: the socket's. */
  environment?: Partial<Environment>
  /** Called with each payload that does not decode and each handler that throws. Default: the socket's `warning`. */
  onError?: (error: RealtimeError) => void
}

interface Incoming {
  type?: unknown
  req_id?: unknown
  success?: unknown
  data?: unknown
  error?: unknown
  event?: unknown
  request?: unknown
}

type Settle = (result: RpcResult<never>) => void

/** Text of a payload; text frames and zlib frames are known, a Blob is read first. */
const textOf = (data: IncomingData): string | Promise<string> => {
  if (typeof data === 'string') return data
  if ('arrayBuffer' in data) return data.arrayBuffer().then(textOf)
  const { buffer = data, byteOffset, byteLength } = data as Uint8Array<ArrayBuffer>
  return inflated(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength))
}

/** Ids are counted per socket: several RPCs on one must not take each other's answers. */
const counted = new WeakMap<object, number>()

/** The longest time that a timer takes; above it would fire at once. */
const LONGEST = 2 ** 31 - 1

/** Requests, answers and events of the Atm0s media server (JSON), over any socket of the SDK's interface. */
export class RPC implements IRPC {
  readonly #socket: IRealtimeSocket
  readonly #options: RpcOptions
  readonly #pending = new Map<number, Settle>()
  readonly #handlers = new Map<string, Set<RpcHandler>>()
  #connected = false
  /** Set while a payload is being read that takes time: those behind it wait, so that the order is kept. */
  #reading: Promise<void> | undefined

  constructor(socket: IRealtimeSocket, options: RpcOptions = {}) {
    this.#socket = socket
    this.#options = options
    const { dcState } = socket as { dcState?: RealtimeSocketState }
    this.#connected = dcState === 'connected'
    socket.on('message', (data: unknown) => this.#receive(data as IncomingData))
    socket.on('dc_state', (state) => {
      this.#connected = state === 'connected'
      if (state === 'closed' || state === 'failed') this.#giveUp(state)
    })
  }

  /** Whether the data channel is open. A request made before that waits in the socket's outbox. */
  get connected(): boolean {
    return this.#connected
  }

  /** Sends a request; settles with its answer, or with error `timeout`, `aborted`, `closed`, `failed`, or why it could not be sent. */
  request<D, R>(cmd: string, data: D, options: RpcRequestOptions = {}): Promise<RpcResult<R>> {
    const { timeoutMs = this.#options.timeoutMs ?? 5_000, signal } = options ?? {}
    if (signal?.aborted) return Promise.resolve({ status: false, error: 'aborted' })
    const id = (counted.get(this.#socket) ?? 0) + 1
    counted.set(this.#socket, id)
    return new Promise((resolve) => {
      const { clock } = environmentWith(this.#options.environment ?? this.#socket.environment)
      const timer =
        timeoutMs > 0
          ? clock.setTimeout(() => settle({ status: false, error: 'timeout' }), Math.min(timeoutMs, LONGEST))
          : undefined
      const abort = () => settle({ status: false, error: 'aborted' })
      const settle: Settle = (result) => {
        if (!this.#pending.delete(id)) return
        if (timer !== undefined) clock.clearTimeout(timer)
        signal?.removeEventListener?.('abort', abort)
        resolve(result)
      }
      this.#pending.set(id, settle)
      try {
        signal?.addEventListener('abort', abort)
        this.#socket.send(JSON.stringify({ type: 'request', req_id: id, request: cmd, data }))
      } catch (error) {
        settle({ status: false, error: error instanceof RealtimeError ? error.code : String(error) })
      }
    })
  }

  /** Handles an event or a request of the server; several handlers may share a name. Returns what removes this one. */
  on(cmd: string, handler: RpcHandler): () => void {
    const present = this.#handlers.get(cmd) ?? new Set()
    this.#handlers.set(cmd, present.add(handler))
    return () => this.off(cmd, handler)
  }

  /** Removes a handler, or all of this name; silent where there is none. */
  off(cmd: string, handler?: RpcHandler): void {
    const handlers = this.#handlers.get(cmd)
    if (handler) handlers?.delete(handler)
    else handlers?.clear()
  }

  offAllListeners(): void {
    for (const cmd of this.#handlers.keys()) this.off(cmd)
  }

  #receive(data: IncomingData): void {
    const reading = this.#reading ? this.#reading.then(() => this.#read(data)) : this.#read(data)
    if (!reading) return
    const last: Promise<void> = reading.then(() => {
      if (this.#reading === last) this.#reading = undefined
    })
    this.#reading = last
  }

  #read(data: IncomingData): Promise<void> | undefined {
    try {
      const text = textOf(data)
      if (typeof text === 'string') return void this.#dispatch(text)
      return text.then(
        (read) => this.#dispatch(read),
        (error: unknown) => this.#report(error),
      )
    } catch (error) {
      return void this.#report(error)
    }
  }

  #dispatch(text: string): void {
    let message: Incoming
    try {
      message = JSON.parse(text) as Incoming
    } catch (error) {
      return this.#report(error)
    }
    if (typeof message !== 'object' || message === null) return
    if (message.type === 'answer') return this.#answered(message)
    if (message.type === 'event' && typeof message.event === 'string')
      return this.#happened(message.event, message.data)
    if (message.type === 'request' && typeof message.request === 'string' && message.req_id != null)
      this.#asked(message.req_id, message.request, message.data)
  }

  #answered({ req_id, success, data, error }: Incoming): void {
    const settle = this.#pending.get(req_id as number)
    if (success === true) settle?.({ status: true, data: data as never })
    // The server's refusals carry no text; where one does, either member may hold it.
    else settle?.({ status: false, error: [error, data].find((text) => typeof text === 'string') ?? 'refused' })
  }

  #happened(event: string, data: unknown): void {
    const handlers = this.#handlers.get(event) ?? new Set()
    for (const handler of [...handlers])
      if (handlers.has(handler))
        this.#run(handler, data).catch((error: unknown) => this.#report(error, 'listener-failed'))
  }

  #asked(id: unknown, request: string, data: unknown): void {
    const answer = (success: boolean, value: unknown) =>
      this.#socket.send(JSON.stringify({ type: 'answer', req_id: id, success, data: value ?? null }))
    const [handler] = this.#handlers.get(request) ?? []
    // Another RPC on the socket may have one.
    if (!handler) return
    // What is no JSON is a refusal like what is thrown.
    this.#run(handler, data)
      .then((value) => answer(true, value))
      .catch((error: unknown) => answer(false, error instanceof Error ? error.message : String(error)))
      .catch((error: unknown) => this.#report(error, 'internal'))
  }

  /** Runs a handler at once; what it throws is a rejection. */
  async #run(handler: RpcHandler, data: unknown): Promise<unknown> {
    return handler(data)
  }

  #giveUp(state: string): void {
    for (const settle of [...this.#pending.values()]) settle({ status: false, error: state })
  }

  #report(cause: unknown, code: 'undecodable' | 'listener-failed' | 'internal' = 'undecodable'): void {
    try {
      const error = new RealtimeError(factsOf(cause, code, 'connected'))
      if (this.#options.onError) this.#options.onError(error)
      else this.#socket.emit('warning', error)
    } catch {
      // A reporter that throws has nobody left to report to.
    }
  }
}
