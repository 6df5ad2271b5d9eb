import { oneOf, onlyMembers, within } from '../checked.js'
import type { HttpRequest } from './http-server.js'

/** The routes of a media server that can be disturbed. */
export type FaultRoute = 'health' | 'connect' | 'ice_remote' | 'delete'

/**
 * What happens instead of an orderly answer: `delay` the answer comes late; `drop` the connection is reset without one;
 * `fail` another answer is given; `hang` none ever comes; `half` the connection is reset in the middle of the body.
 */
export interface HttpFault {
  readonly kind: 'delay' | 'drop' | 'fail' | 'hang' | 'half'
  /** Waits this long before anything else, in milliseconds. Default 0; `delay` needs it. */
  readonly delayMs?: number
  /** Status of `fail`. Default 500. */
  readonly status?: number
  /** Body of `fail`. Default: empty. */
  readonly body?: string | object
  /** For how many requests of the route. Default: until it is cleared. */
  readonly times?: number
  /** The server does what it was asked all the same: only the answer suffers. Default false; `half` always applies. */
  readonly applied?: boolean
}

const ROUTES = ['health', 'connect', 'ice_remote', 'delete', 'all'] as const
const KINDS = ['delay', 'drop', 'fail', 'hang', 'half'] as const
const MEMBERS = ['kind', 'delayMs', 'status', 'body', 'times', 'applied']

const routeOf = ({ method, path }: HttpRequest): FaultRoute | undefined => {
  if (path.endsWith('/health')) return 'health'
  if (path.endsWith('/webrtc/connect')) return 'connect'
  if (path.endsWith('/webrtc/ice_remote')) return 'ice_remote'
  return method === 'DELETE' ? 'delete' : undefined
}

/** Faults by route, each at most so many times. */
export class HttpFaults {
  readonly #set = new Map<FaultRoute | 'all', { fault: HttpFault; left: number }>()

  /** Takes the place of the fault that the route has; `all`: every request without one of its own. */
  set(route: FaultRoute | 'all', fault: HttpFault): void {
    oneOf('a route', route, ROUTES)
    onlyMembers('a fault', fault, MEMBERS)
    oneOf('the kind of a fault', fault.kind, KINDS)
    within('delayMs', fault.delayMs ?? 0, fault.kind === 'delay' ? 1 : 0)
    within('status', fault.status ?? 500, 200, 599)
    within('times', fault.times ?? 1, 1)
    this.#set.set(route, { fault, left: fault.times ?? Number.POSITIVE_INFINITY })
  }

  /** Takes the fault of a route away; without a route all of them. */
  clear(route?: FaultRoute | 'all'): void {
    if (route) this.#set.delete(route)
    else this.#set.clear()
  }

  /** The fault that strikes this request; it is counted. */
  strike(request: HttpRequest): HttpFault | undefined {
    for (const route of [routeOf(request), 'all' as const]) {
      const entry = route && this.#set.get(route)
      if (!route || !entry) continue
      entry.left -= 1
      if (entry.left <= 0) this.#set.delete(route)
      return entry.fault
    }
    return undefined
  }
}
