import { afterEach, expect, test } from 'vitest'
import { LADDER, type RealtimeError } from '../../src/index.js'
import { RestartingConnector } from '../support/restarting.js'
import '../chaos/quiet.js'
import { Bent } from './bent.js'

// Rounds that come to nothing on a session that lives, a chart that fails, and ways that only a page or a gateway takes.

let bent: Bent

afterEach(() => bent.call.end())

const never = () => new Promise<never>(() => {})
const negotiation = (state: RegExp, ms = 10_000) =>
  bent.world.holds(() => state.test(bent.alice.socket.getSnapshot().charts.negotiation), ms)
const warnings = () => {
  const codes: string[] = []
  bent.alice.socket.on('warning', ({ code, phase }) => codes.push(`${code} (${phase})`))
  return codes
}

test('an offer that is not made in time is made again after a rest', async () => {
  bent = await Bent.begin()
  const heard = warnings()
  const { peer } = bent
  const createOffer = peer.createOffer.bind(peer)
  peer.createOffer = never
  const another = bent.alice.socket.createReceiverTrack('another', 'video')
  expect(await negotiation(/coolingDown/)).toBe(true)
  peer.createOffer = createOffer
  expect([await bent.world.holds(() => another.state.startsWith('live'), 5_000), heard]).toEqual([
    true,
    ['timeout (renegotiating)'],
  ])
  expect(bent.missed('negotiation offering: after "offer deadline" -> coolingDown')).toEqual([])
})

test('an offer by hand that is not made in time is refused to who asked for it', async () => {
  bent = await Bent.begin()
  bent.peer.createOffer = never
  const refused = bent.alice.socket.generateOffer().catch(({ code, phase }: RealtimeError) => [code, phase])
  expect(await bent.world.until(refused)).toEqual(['timeout', 'renegotiating'])
  expect(bent.missed('negotiation offering: after "offer deadline" [it is by hand] -> stable')).toEqual([])
})

test('an offer whose answer would be too large is told once, and not sent', async () => {
  bent = await Bent.begin()
  const heard = warnings()
  for (let count = 0; count < 80; count += 1) bent.alice.socket.createReceiverTrack(`more-${count}`, 'video')
  await bent.world.pass(10_000)
  expect([heard, await bent.call.flows()]).toEqual([['offer-too-large (renegotiating)'], true])
  expect(bent.missed('negotiation offering: "create offer" failed [the answer would be too large] -> stable')).toEqual(
    [],
  )
})

test('a session that the gateway has dropped is not restarted', async () => {
  bent = await Bent.begin({
    gateway: { restarts: true },
    alice: {
      ladder: LADDER.slice(1),
      connector: (environment) => new RestartingConnector(environment.fetch, { environment }),
    },
  })
  const { alice, world } = bent
  const [session = ''] = world.gateway.sessions
  alice.device.network.blackHole(20_000)
  alice.device.http.faults.set('all', { kind: 'drop' })
  expect(await bent.comesTo(/resuming/)).toBe(true)
  world.gateway.end(session)
  alice.device.http.faults.clear()
  expect(await bent.comesTo(/rejoining/)).toBe(true)
  alice.device.network.heal()
  expect([await world.holds(() => alice.states.at(-1) === 'connected'), await bent.call.flows(5_000)]).toEqual([
    true,
    true,
  ])
  expect(bent.missed('connection reconnecting.resuming: "resume path" done -> reconnecting.choosing')).toEqual([])
})

test('a page that comes out of the cache behind another tab', async () => {
  bent = await Bent.begin()
  const { page } = bent.alice.device
  page.hide()
  await bent.world.pass(100)
  page.cache()
  await bent.world.pass(2_000)
  page.restore()
  await bent.world.pass(5_000)
  expect([bent.alice.generation, await bent.call.flows()]).toEqual([1, true])
  expect(bent.missed('page view.cached: page.hidden -> view.hidden')).toEqual([])
})

test('charts that fail end the session, and what ends it twice ends it once', async () => {
  bent = await Bent.begin()
  const { alice, world } = bent
  const fails = (target: EventTarget) => {
    target.addEventListener = () => {
      throw new Error('a defect')
    }
  }
  bent.onPeer = (peer) => {
    const add = peer.addTransceiver.bind(peer)
    peer.addTransceiver = (...given) => {
      const transceiver = add(...given)
      fails(transceiver.receiver.track)
      return transceiver
    }
  }
  alice.socket.createReceiverTrack('another', 'video')
  expect(await negotiation(/stable/)).toBe(true)
  await world.pass(1_000)
  world.gateway.end(world.gateway.sessions[0] ?? '')
  expect(await world.holds(() => alice.socket.peerState === 'closed')).toBe(true)
  expect([alice.socket.getSnapshot().reason, alice.states.filter((state) => state === 'closed')]).toEqual([
    'internal',
    ['closed'],
  ])
  await world.pass(1_000)
  expect(
    bent.missed(
      'session anywhere: "*" failed -> closing',
      'session closing: connection.changed [the connection is closed]',
      ...['connection', 'negotiation', 'channel'].map((chart) => `${chart} closed: close`),
    ),
  ).toEqual([])
})
