import type { FaultRoute, HttpFault } from '../src/testing/index.js'
import type { Act } from './acts.js'
import { entry } from './choices.js'
import type { Party, TokenFault } from './party.js'
import { STACK_METHODS } from './tap.js'

const fault = (name: string, weight: number, run: (party: Party, one: number, other: number) => void): Act => ({
  name,
  weight,
  run: (party, { one, other }) => run(party, one, other),
})

const SPANS = [400, 2_000, 4_000, 9_000, 20_000, Number.POSITIVE_INFINITY]
const ROUTES: readonly (FaultRoute | 'all')[] = ['connect', 'all', 'health', 'ice_remote', 'delete']
const HTTP: readonly HttpFault[] = [
  { kind: 'drop' },
  { kind: 'hang' },
  { kind: 'delay', delayMs: 1_500 },
  { kind: 'fail', status: 503 },
  { kind: 'half' },
  { kind: 'fail', status: 200, body: 'garbage' },
  { kind: 'fail', status: 200, body: { status: true, data: { sdp: 'v=0', conn_id: 'x', node_id: 1 } } },
  { kind: 'drop', applied: true },
  { kind: 'hang', applied: true },
  { kind: 'fail', status: 401, body: { status: false, error: 'INVALID_TOKEN' } },
]
const TIMES = [1, 2, 3, Number.POSITIVE_INFINITY]
const TOKENS: readonly TokenFault[] = ['refused', 'throws', 'slow']
const STACK = ['throws', 'hangs'] as const

const gatewayOf = ({ world }: Party, one: number) => entry(world.gateways, one)

/** All that the world may do. New rows go to the end: a list of choices names them by their place. */
export const FAULTS: readonly Act[] = [
  fault('cut', 9, ({ device: { network } }, one, other) =>
    network.blackHole(entry(SPANS, one), entry([undefined, 'up', 'down'] as const, other)),
  ),
  fault('heal', 5, ({ device: { network } }) => network.heal()),
  fault('loss', 4, ({ device: { network } }, one, other) =>
    network.loss((one % 60) / 100, entry([undefined, 'up', 'down'] as const, other)),
  ),
  fault('delay', 3, ({ device: { network } }, one, other) => network.latency(one % 600, other % 200)),
  fault('duplicate and reorder', 3, ({ device: { network } }, one, other) =>
    network.set({ duplicate: (one % 50) / 100, reorder: (other % 50) / 100 }),
  ),
  fault('NAT rebinds', 4, ({ device: { network } }) => network.rebind()),
  fault('HTTP fails', 8, ({ device: { http } }, one, other) =>
    http.faults.set(entry(ROUTES, one), {
      ...entry(HTTP, other),
      times: entry(TIMES, Math.floor(other / HTTP.length)),
    }),
  ),
  fault('HTTP is well', 4, ({ device: { http } }) => http.faults.clear()),
  fault('HTTP is slow', 1, ({ device: { http } }, one) => void (http.latency = one % 1_500)),
  fault('gateway restarts', 4, (party, one) => gatewayOf(party, one).restart()),
  fault('gateway dies', 2, (party, one) => gatewayOf(party, one).kill()),
  fault('gateway freezes', 2, (party, one) => gatewayOf(party, one).freeze()),
  fault('gateway thaws', 3, (party, one) => gatewayOf(party, one).thaw()),
  fault('gateway drops a session', 4, (party, one, other) => {
    const gateway = gatewayOf(party, one)
    if (gateway.sessions.length > 0) gateway.end(entry(gateway.sessions, other))
  }),
  fault('the channel closes', 3, ({ life, device }) => {
    if (!device.page.stopped) life.tap.closeChannel()
  }),
  fault('a token fails', 3, ({ tokens }, one) => void tokens.push(entry(TOKENS, one))),
  fault('page hides', 2, ({ device: { page } }) => page.hide()),
  fault('page is seen', 2, ({ device: { page } }) => page.show()),
  fault('page freezes', 3, ({ device: { page } }) => page.freeze()),
  fault('page sleeps', 3, ({ device: { page } }) => page.suspend()),
  fault('page wakes', 8, ({ device: { page } }) => page.wake()),
  fault('page is cached', 1, ({ device: { page } }) => page.cache()),
  fault('offline', 3, ({ device: { page } }) => page.offline()),
  fault('online', 4, ({ device: { page } }) => page.online()),
  fault('another network', 3, ({ device: { network, page } }) => {
    network.rebind()
    page.online()
  }),
  fault('page is loaded again', 1, (party) => {
    party.device = party.device.reload()
    party.begin()
  }),
  fault('page crashes', 1, (party) => {
    party.device.page.crash()
    party.device = party.device.reload()
    party.begin()
  }),
  fault('WebRTC fails', 5, ({ life }, one, other) => life.tap.fail(entry(STACK_METHODS, one), entry(STACK, other))),
]
