import { afterEach, expect, test } from 'vitest'
import { atm0sV01 } from '../../src/protocol/atm0s-v01.js'
import { Call } from '../recovery/call.js'

// Section B as far as it is recovery, in the simulated world.

let call: Call

afterEach(() => call.end())

const isBack = (ms = 30_000) => call.world.holds(() => call.alice.socket.peerState === 'connected', ms)
const gone = () => {
  call.world.gateway.end(call.world.gateway.sessions[0] ?? '')
  return call.world.holds(() => call.alice.states.length > 0, 5_000)
}

/** What was asked of the gateway by HTTP from now on. */
const requests = (): string[] => {
  const seen: string[] = []
  const { gateway } = call.world
  const handle = gateway.handle.bind(gateway)
  gateway.handle = (request, answer) => {
    seen.push(`${request.method} ${request.path.replace(/conn\/.*/, 'conn')}`)
    handle(request, answer)
  }
  return seen
}

test('B23 B24 recovery ends with success, tells each state once, and asks no more than it must', async () => {
  call = await Call.begin()
  const seen = requests()
  await gone()
  expect(await isBack()).toBe(true)
  await call.world.pass(20_000)
  expect([call.alice.states, seen]).toEqual([
    ['reconnecting', 'connected'],
    ['POST /webrtc/ice_remote', 'POST /webrtc/connect'],
  ])
})

test('B25 every attempt has an offer of its own, and one that fails costs no more than its back-off', async () => {
  call = await Call.begin()
  const { alice, world } = call
  alice.device.http.faults.set('connect', { kind: 'fail', status: 404, times: 3 })
  const at = world.now
  await gone()
  expect(await isBack()).toBe(true)
  expect([alice.generation, world.now - at < 6_000, await call.flows(3_000)]).toEqual([5, true, true])
})

test('B26 a channel that does not open is no end: the next attempt follows', async () => {
  call = await Call.begin()
  const { alice, world } = call
  alice.device.network.blackHole(70_000)
  await world.pass(70_000)
  expect(alice.path.filter((state) => state.includes('attempting.establishing')).length).toBeGreaterThan(0)
  expect([await isBack(), await call.flows(3_000)]).toEqual([true, true])
})

test('B27 a session that is held is revived where it is; one that is gone is joined on the same gateway', async () => {
  const urls = ['https://gateway.example', 'https://two.example']
  call = await Call.begin({ alice: { urls }, onWorld: (world) => void world.addGateway('https://two.example', {}) })
  const { alice, world } = call
  const before = [...world.gateway.sessions]
  alice.device.network.blackHole(12_000)
  await world.pass(13_000)
  expect([alice.socket.peerState, world.gateway.sessions]).toEqual(['connected', before])
  for (const id of before) world.gateway.end(id)
  await world.holds(() => alice.socket.peerState === 'connected' && alice.generation === 2, 20_000)
  expect([alice.generation, world.gateways[1]?.sessions]).toEqual([2, []])
})

test('B28 a ping is a request that the server answers, and nothing is asked that it does not know', async () => {
  call = await Call.begin()
  const seen = requests()
  call.alice.device.network.blackHole(8_000)
  await call.world.pass(15_000)
  expect([...new Set(seen)]).toEqual(['POST /webrtc/ice_remote'])
  expect([atm0sV01.encodeProbe(1), await call.alice.answers()]).toEqual([
    '{"type":"request","req_id":1,"request":"room.unsubscribe","data":{"peer":""}}',
    true,
  ])
})

test('B29 B30 after a new session all is as it was asked for, by the same handles', async () => {
  call = await Call.begin()
  const { alice, world } = call
  alice.view.limit({ priority: 3, maxSpatial: 1, maxTemporal: 1 })
  const other = alice.socket.createReceiverTrack('other', 'video')
  const muted = alice.socket.createSenderTrack({
    name: 'microphone',
    kind: 'audio',
    stream: alice.device.stream('audio'),
  })
  muted.pause()
  await world.pass(2_000)
  const handles = () => [
    alice.socket.senders.map(({ info }) => info.name),
    alice.socket.receivers.map((receiver) => [receiver.info.remoteId, receiver.serverId, receiver.stream]),
  ]
  const before = handles()
  await gone()
  expect(await isBack()).toBe(true)
  await world.pass(2_000)
  expect([handles(), alice.generation, await call.flows()]).toEqual([before, 2, true])
  const { senders, receivers } = alice.socket.getSnapshot()
  expect([senders.map(({ state }) => state), receivers.map(({ state }) => state)]).toEqual([
    ['live.source.flowing+server.shown', 'live.source.paused+server.informed'],
    [
      'live.media.flowing+playback.playing+subscription.attached',
      'live.media.none+playback.playing+subscription.detached',
    ],
  ])
  expect(other.hasTrack).toBe(true)
})

test('B32 every event that is declared is told', async () => {
  call = await Call.begin()
  const { alice, world } = call
  const heard = new Set<string>()
  for (const event of ['message', 'peer_state', 'dc_state', 'warning', 'drain', 'transition', 'fate'] as const)
    alice.socket.on(event, () => void heard.add(event))
  // What cannot be made smaller fills the channel.
  const noise = Uint8Array.from({ length: 60_000 }, () => Math.floor(world.random() * 256))
  for (let count = 0; count < 20; count += 1) alice.socket.send(noise)
  await world.pass(1_000)
  alice.device.network.blackHole(1_000)
  await gone()
  alice.socket.updateSdp({ type: 'offer', sdp: 'v=0' }, 'v=0')
  await isBack()
  await world.pass(5_000)
  expect([...heard].sort()).toEqual(['dc_state', 'drain', 'fate', 'message', 'peer_state', 'transition', 'warning'])
})
