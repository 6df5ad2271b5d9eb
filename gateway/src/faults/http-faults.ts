import type { Outcome, Reply } from '../http/server.js'

export const faultRoutes = ['health', 'connect', 'ice_remote', 'delete'] as const
/** The routes of the media server that can be disturbed. The token service and the control route cannot. */
export type FaultRoute = (typeof faultRoutes)[number]

/**
 * What happens instead of an orderly answer:
 * `delay` the answer comes late; `drop` the socket is destroyed without an answer; `fail` another answer is given;
 * `hang` no answer ever comes, until the client goes; `half` the header promises a body, half of which comes before the
 * socket is destroyed.
 */
export type HttpFaultKind = 'delay' | 'drop' | 'fail' | 'hang' | 'half'

export interface HttpFault {
  readonly kind: HttpFaultKind
  /** Waits this long before anything else, in ms, from 0 to 600 000. Default 0. */
  readonly delayMs?: number
  /** The status of `fail`, from 200 to 599. Default 500. */
  readonly status?: number
  /** The body of `fail`: text as it is, an object as JSON. Default: empty. */
  readonly body?: string | object
  /** For how many requests of each route, from 1. Default: until it is cleared. */
  readonly times?: number
  /**
   * Whether the gateway does what it was asked before the fault strikes, so that only the answer suffers. Default false:
   * the request never reaches it; `delay` then makes it late, with the answer following at once. `half` always applies,
   * because it needs an answer to cut.
   */
  readonly applied?: boolean
}

/** Faults of the HTTP routes. Preflights are not touched and not counted. */
export interface HttpFaults {
  /** Takes the place of the fault that the route has; `all` is each route. */
  readonly set: (route: FaultRoute | 'all', fault: HttpFault) => void
  readonly clear: (route?: FaultRoute | 'all') => void
  /** What is set now, with `times` counted down. */
  readonly current: () => { readonly [route in FaultRoute]?: HttpFault }
}

const limits: readonly (readonly [name: 'delayMs' | 'status' | 'times', min: number, max: number])[] = [
  ['delayMs', 0, 600_000],
  ['status', 200, 599],
  ['times', 1, Number.MAX_SAFE_INTEGER],
]

const check = (fault: HttpFault): void => {
  for (const [name, min, max] of limits) {
    const value = fault[name]
    if (value !== undefined && !(Number.isInteger(value) && value >= min && value <= max))
      throw new RangeError(`${name} has to be an integer from ${min} to ${max}, not ${value}`)
  }
}

const routesOf = (route: FaultRoute | 'all'): readonly FaultRoute[] => (route === 'all' ? faultRoutes : [route])

export const httpFaults = () => {
  const set = new Map<string, HttpFault & { left: number }>()
  const waiting = new Set<() => void>()
  let isClosed = false

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (ms === 0 || isClosed) return resolve()
      const done = (): void => {
        clearTimeout(timer)
        waiting.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      waiting.add(done)
    })

  const faults: HttpFaults = {
    set: (route, fault) => {
      check(fault)
      for (const one of routesOf(route)) set.set(one, { ...fault, left: fault.times ?? Number.POSITIVE_INFINITY })
    },
    clear: (route = 'all') => {
      for (const one of routesOf(route)) set.delete(one)
    },
    current: () =>
      Object.fromEntries(
        [...set].map(([route, { left, ...fault }]) => [
          route,
          { ...fault, ...(Number.isFinite(left) ? { times: left } : {}) },
        ]),
      ),
  }

  const next = (route: string): HttpFault | undefined => {
    const fault = set.get(route)
    if (!fault) return undefined
    fault.left--
    if (fault.left === 0) set.delete(route)
    return fault
  }

  const strike = async (fault: HttpFault, handle: () => Promise<Reply>): Promise<Outcome> => {
    const { kind, delayMs = 0, applied = false, status = 500, body } = fault
    const early = applied || kind === 'half' ? await handle() : undefined
    await pause(delayMs)
    if (isClosed) return { kind: 'drop' }
    if (kind === 'drop' || kind === 'hang') return { kind }
    if (kind === 'fail') return { kind: 'reply', reply: { status, ...(body === undefined ? {} : { body }) } }
    return { kind: kind === 'half' ? 'half' : 'reply', reply: early ?? (await handle()) }
  }

  return {
    faults,
    /** `handle` does what was asked; it is called once or never. */
    through: async (route: string, handle: () => Promise<Reply>): Promise<Outcome> => {
      const fault = next(route)
      return fault ? strike(fault, handle) : { kind: 'reply', reply: await handle() }
    },
    /** Ends what waits. */
    close: (): void => {
      isClosed = true
      for (const done of waiting) done()
    },
  }
}
