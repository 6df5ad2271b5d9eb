import type { Call, Reply, Route } from '../http/server.js'
import { boolean, exact, number, oneOf, optional, type Reader, ShapeError, string } from '../shape.js'
import { faultRoutes, type HttpFault, type HttpFaultKind, type HttpFaults } from './http-faults.js'
import type { SessionSelector, UdpFaults } from './udp-faults.js'
import type { UdpFault, UdpImpairment } from './udp-path.js'

export interface Controlled {
  readonly hasRelay: boolean
  readonly udp: UdpFaults
  readonly http: HttpFaults
  readonly closeChannels: (select: SessionSelector) => number
  readonly clear: () => void
}

interface UdpBody extends SessionSelector {
  readonly fault?: UdpFault
  readonly toGateway?: UdpFault
  readonly toClient?: UdpFault
  readonly action?: 'rebind' | 'close'
}

type HttpBody = HttpFault & { readonly route: (typeof faultRoutes)[number] | 'all' }

const impairment = exact<UdpImpairment>({
  loss: optional(number),
  delayMs: optional(number),
  jitterMs: optional(number),
  seed: optional(number),
})

const udpFault: Reader<UdpFault> = (value, at) =>
  typeof value === 'string' ? oneOf('pass', 'drop')(value, at) : impairment(value, at)

const readUdp = exact<UdpBody>({
  peer: optional(string),
  room: optional(string),
  connId: optional(string),
  fault: optional(udpFault),
  toGateway: optional(udpFault),
  toClient: optional(udpFault),
  action: optional(oneOf('rebind', 'close')),
})

const readSelector = exact<SessionSelector>({
  peer: optional(string),
  room: optional(string),
  connId: optional(string),
})

const failureBody: Reader<string | object> = (value, at) =>
  typeof value === 'object' && value !== null ? value : string(value, at)

const kind: Reader<HttpFaultKind> = oneOf('delay', 'drop', 'fail', 'hang', 'half')

const readHttp = exact<HttpBody>({
  route: oneOf(...faultRoutes, 'all'),
  kind,
  delayMs: optional(number),
  status: optional(number),
  body: optional(failureBody),
  times: optional(number),
  applied: optional(boolean),
})

const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address)

const steerUdp = async ({ udp }: Controlled, body: UdpBody): Promise<number> => {
  const { fault, toGateway, toClient, action, ...select } = body
  if (fault === undefined && !toGateway && !toClient && !action)
    throw new ShapeError('nothing to do: give fault, toGateway, toClient or action')
  let sessions = 0
  if (fault !== undefined) sessions = udp.set(fault, select)
  if (toGateway !== undefined) sessions = udp.set({ toGateway }, select)
  if (toClient !== undefined) sessions = udp.set({ toClient }, select)
  if (action === 'rebind') sessions = await udp.rebind(select)
  if (action === 'close') sessions = udp.close(select)
  return sessions
}

/** Whoever is not on this machine is told what is told of any absent route. */
const onLoopback =
  (handle: (call: Call) => Reply | Promise<Reply>) =>
  (call: Call): Reply | Promise<Reply> =>
    isLoopback(call.from) ? handle(call) : { status: 404, body: 'not found' }

/** The text of a mistake is all that is there to find it, so it is sent as it is. */
const withBody =
  <T>(read: Reader<T>, act: (body: T) => object | Promise<object>) =>
  async ({ readBody }: Call): Promise<Reply> => {
    try {
      return { status: 200, body: await act(read(JSON.parse(await readBody()), '')) }
    } catch (error) {
      if (error instanceof Error) return { status: 400, body: error.message }
      throw error
    }
  }

/** Steers the faults over HTTP, for clients in another process. */
export const controlRoutes = (controlled: Controlled): Route[] => {
  const { hasRelay, udp, http } = controlled
  const state = (): object => ({
    relay: hasRelay,
    udp: hasRelay ? { counts: udp.counts(), paths: udp.paths() } : null,
    http: http.current(),
  })
  const route = (method: 'GET' | 'POST', path: string, handle: Route['handle']): Route => ({
    name: 'control',
    method,
    path,
    handle: onLoopback(handle),
  })
  return [
    route('GET', '/control', () => ({ status: 200, body: state() })),
    route(
      'POST',
      '/control/udp',
      withBody(readUdp, async (body) => ({ sessions: await steerUdp(controlled, body) })),
    ),
    route(
      'POST',
      '/control/http',
      withBody(readHttp, ({ route, ...fault }) => {
        http.set(route, fault)
        return http.current()
      }),
    ),
    route(
      'POST',
      '/control/channel',
      withBody(readSelector, (select) => ({ sessions: controlled.closeChannels(select) })),
    ),
    route('POST', '/control/clear', () => {
      controlled.clear()
      return { status: 200, body: state() }
    }),
  ]
}
