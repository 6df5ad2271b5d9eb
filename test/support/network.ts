import { SimulatedClock } from 'xstate'
import { MediaGatewayConnector, RealtimeError, type Environment } from '../../src/index.js'

/** Time that is stepped, and how many timers wait for it. */
export class SteppedTime {
  readonly #clock = new SimulatedClock()
  readonly #open = new Set<unknown>()
  readonly environment: Pick<Environment, 'clock'> = {
    clock: {
      now: () => this.#clock.now(),
      setTimeout: (callback, ms) => {
        const handle = this.#clock.setTimeout(() => {
          this.#open.delete(handle)
          callback()
        }, ms)
        this.#open.add(handle)
        return handle
      },
      clearTimeout: (handle) => {
        this.#open.delete(handle)
        this.#clock.clearTimeout(handle as number)
      },
    },
  }

  get timers(): number {
    return this.#open.size
  }

  pass(ms: number): void {
    this.#clock.increment(ms)
  }
}

type Respond = (url: URL, signal: AbortSignal, init: RequestInit) => Response | Promise<Response>

/** A network that answers as told, with time that is stepped, and what is open on both. */
export const network = (respond: Respond, options: { connectMs?: number; callMs?: number } = {}, url?: string) => {
  const time = new SteppedTime()
  const requests: unknown[] = []
  const open = new Set<AbortSignal>()
  const fetch: Environment['fetch'] = async (input, init = {}) => {
    const { signal, ...rest } = init
    if (!signal) throw new Error('every call can be aborted')
    requests.push({ url: String(input), ...rest })
    open.add(signal)
    const aborted = new Promise<never>((_, reject) => {
      const abort = () => reject(new DOMException('This operation was aborted', 'AbortError'))
      if (signal.aborted) abort()
      signal.addEventListener('abort', abort)
    })
    try {
      return await Promise.race([aborted, respond(new URL(String(input)), signal, rest)])
    } finally {
      open.delete(signal)
    }
  }
  const connector = new MediaGatewayConnector(url, { ...options, environment: { ...time.environment, fetch } })
  return { connector, time, requests, leftovers: () => ({ timers: time.timers, requests: open.size }) }
}

export const NOTHING = { timers: 0, requests: 0 }

export const never = () => new Promise<never>(() => {})
export const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status })
export const raw = (status: number, body = '') => new Response(body, { status })

/** The error of a call, as plain facts. */
export const refusal = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    (value) => new Error(`it resolved with ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof RealtimeError)) throw error
  return error.facts
}

/** The facts of an error outside of a connect. */
export const failed = (code: string, message: string, more: object = {}) => ({
  code,
  message,
  phase: 'idle',
  fatal: false,
  retryable: true,
  ...more,
})

export const refused = (message: string, status: number, more: object = {}) =>
  failed('gateway-refused', message, { status, ...more })
