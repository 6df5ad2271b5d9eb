import { afterEach, expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket } from '../../src/index.js'
import type { SimulatedWorld } from '../../src/testing/index.js'
import { Call } from './call.js'

let call: Call

afterEach(() => call.end())

/** What Alice's view or Bob's camera went through in one region of its chart. */
const region = (name: 'media' | 'subscription' | 'server') => {
  const seen: string[] = []
  const { socket } = name === 'server' ? call.bob : call.alice
  socket.on('transition', ({ chart, from, to }) => {
    const at = (states: string) => new RegExp(`${name}\\.(\\w+)`).exec(states)?.[1]
    const now = at(to)
    if (chart === (name === 'server' ? 'sender:camera' : 'receiver:view') && now && now !== at(from)) seen.push(now)
  })
  return seen
}
const RENEWED = ['renewing', 'detached', 'attaching', 'attached']

/** The connection id of Alice, who came first. */
const alices = () => call.world.gateway.sessions[0] ?? ''

test('a view that the server forgets is seen as stalled, and asked for anew; the session is left alone', async () => {
  call = await Call.begin()
  await call.world.pass(2_000)
  const [media, subscription] = [region('media'), region('subscription')]
  call.world.gateway.stall(alices())
  await call.world.pass(8_000)
  expect([media, subscription, await call.flows()]).toEqual([
    ['stalled', 'flowing'],
    RENEWED.filter((state) => state !== 'detached'),
    true,
  ])
  expect([call.alice.states, call.alice.generation]).toEqual([[], 1])
})

test('a limit is asked for again with it', async () => {
  call = await Call.begin()
  call.alice.view.limit({ maxSpatial: 0 })
  await call.world.pass(500)
  const subscription = region('subscription')
  call.world.gateway.stall(alices())
  await call.world.pass(8_000)
  expect([subscription, await call.flows()]).toEqual([['renewing', 'attaching', 'limiting', 'attached'], true])
})

test('a source that is paused is asked for anew once and no more; it flows again by itself', async () => {
  call = await Call.begin()
  const [media, subscription] = [region('media'), region('subscription')]
  const [camera] = call.bob.socket.senders
  camera?.pause()
  await call.world.pass(60_000)
  expect([media.includes('stalled'), subscription.filter((state) => state === 'renewing').length]).toEqual([true, 1])
  camera?.resume()
  await call.world.pass(3_000)
  expect([media.at(-1), await call.flows()]).toEqual(['flowing', true])
  // And its next stall is asked about as the first was.
  call.world.gateway.stall(alices())
  await call.world.pass(8_000)
  expect([subscription.filter((state) => state === 'renewing').length, await call.flows()]).toEqual([2, true])
})

test('a source that is not in the room does not stall', async () => {
  call = await Call.begin()
  const media = region('media')
  call.alice.view.attach({ peer: 'nobody', stream: 'camera' })
  await call.world.pass(20_000)
  expect(media.includes('stalled')).toBe(false)
})

test('without pings nothing is looked after', async () => {
  call = await Call.begin({ alice: { pingMs: false } })
  const media = region('media')
  call.world.gateway.stall(alices())
  await call.world.pass(20_000)
  expect(media.includes('stalled')).toBe(false)
  call.alice.view.detach()
})

/** One more session of a peer, which nobody looks after. */
const orphan = async (world: SimulatedWorld, peerId: string) => {
  const { environment } = world.device()
  const socket = new RealtimeSocket(world.gateway.url, { environment, ladder: [] })
  const token = world.gateway.token('room', peerId)
  await world.until(
    socket.connect(new MediaGatewayConnector(undefined, { environment }), { roomId: 'room', peerId, token }),
  )
  return { socket, connId: world.gateway.sessions.at(-1) ?? '' }
}

test('a stream that an older session of the same peer took along is announced again', async () => {
  call = await Call.begin()
  const { world, bob } = call
  // Bob's own is ended by the first; the second is not ended by his next, and outlives it as an orphan.
  const first = await orphan(world, 'bob')
  const second = await orphan(world, 'bob')
  await world.holds(() => bob.states.at(-1) === 'connected' && bob.generation > 1, 20_000)
  expect(await call.flows(20_000)).toBe(true)
  await world.pass(1_000)
  const server = region('server')
  const living = world.gateway.sessions.at(-1)
  expect(living).not.toBe(second.connId)
  world.gateway.end(world.gateway.sessions.includes(second.connId) ? second.connId : first.connId)
  await world.pass(500)
  expect(server).toEqual(['vanished'])
  await world.pass(5_000)
  expect([server, await call.flows()]).toEqual([['vanished', 'silencing', 'telling', 'informed', 'shown'], true])
  expect(bob.states.slice(-1)).toEqual(['connected'])
  for (const { socket } of [first, second]) await world.until(socket[Symbol.asyncDispose]())
})
