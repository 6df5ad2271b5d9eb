import { SimulatedClock } from 'xstate'
import { MediaGatewayConnector, RealtimeError, type Environment, type ErrorFacts } from '../../src/index.js'

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
    const { signal, keepalive, ...rest } = init
    if (!signal) throw new Error('every call can be aborted')
    requests.push({ url: String(input), ...rest, ...(keepalive && { keepalive }) })
    open.add(signal)
    const aborted = new Promise<never>((_, reject) => {
      const abort = () => reject(new DOMException('This operation was aborted', 'AbortError'))
      if (signal.aborted) abort()
      signal.addEventListener('abort', abort)
    })
    try {
      const responded = async () => respond(new URL(String(input)), signal, init)
      return await Promise.race([aborted, responded()])
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

/** What a program decides by: all of an error but its words and its times. */
export const verdict = ({ code, phase, status, fatal, retryable }: ErrorFacts) => ({
  code,
  phase,
  status,
  fatal,
  retryable,
})

/** The error of a call; one of this library, and no other. */
export const errorOf = async (call: Promise<unknown>): Promise<RealtimeError> => {
  const error: unknown = await call.then(
    (value) => new Error(`it resolved with ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof RealtimeError)) throw error
  return error
}

/** The verdict on the error of a call. */
export const refusal = async (call: Promise<unknown>) => verdict((await errorOf(call)).facts)

/** The verdict on an error outside of a connect. */
export const failed = (code: string, more: object = {}) => ({
  code,
  phase: 'idle',
  status: undefined,
  fatal: false,
  retryable: true,
  ...more,
})

export const refused = (status: number) => failed('gateway-refused', { status })
