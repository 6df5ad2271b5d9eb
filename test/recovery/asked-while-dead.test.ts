import { afterEach, describe, expect, test } from 'vitest'
import { LADDER, type Rung } from '../../src/index.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { outcome } from '../support/stage.js'
import { Call } from './call.js'

describe('what is asked of a track while the path is dead', () => {
  let call: Call

  afterEach(() => call.end())

  const dead = async () => {
    call = await Call.begin()
    call.alice.device.network.blackHole(6_000)
    expect(await call.world.holds(() => call.alice.socket.peerState === 'disconnected', 5_000)).toBe(true)
  }
  const back = async () => {
    expect(await call.world.holds(() => call.alice.socket.peerState === 'connected', 10_000)).toBe(true)
    await call.world.pass(3_000)
  }

  test('detach is told to the server when the path lives again', async () => {
    await dead()
    call.alice.view.detach()
    await back()
    const before = call.alice.frames
    await call.world.pass(5_000)
    expect([call.alice.frames - before, call.alice.generation]).toEqual([0, 1])
  })

  test('detach, while the server is just being told of it, as well', async () => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.network.blackHole(6_000)
    await world.holds(() => alice.state === 'connected.suspect', 5_000)
    alice.view.detach()
    expect(await world.holds(() => alice.socket.peerState === 'disconnected', 5_000)).toBe(true)
    await back()
    const before = alice.frames
    await world.pass(5_000)
    expect(alice.frames - before).toBe(0)
  })

  test('the stop of a sender is told when the path lives again: others see its stream go', async () => {
    await dead()
    const { alice, bob, world } = call
    const [camera] = alice.socket.senders
    const gone: string[] = []
    bob.socket.on('message', (data: string) => {
      const { event, data: about } = JSON.parse(data) as { event?: string; data?: { peer?: string } }
      if (event === 'stream_removed') gone.push(about?.peer ?? '')
    })
    camera!.stop()
    await back()
    await world.pass(1_000)
    expect([gone, alice.socket.senders, alice.socket.getSnapshot().senders]).toEqual([['alice'], [], []])
  })

  test('the stop of a receiver ends what the server sends it', async () => {
    await dead()
    const { alice, world } = call
    const track = alice.view.getTrack()
    alice.view.stop()
    await back()
    const before = alice.device.received(track)?.frames
    await world.pass(5_000)
    expect([alice.device.received(track)?.frames, alice.socket.getSnapshot().receivers]).toEqual([before, []])
  })

  test('attach to another, and a limit, are what holds afterwards', async () => {
    await dead()
    const { alice } = call
    alice.view.attach({ peer: 'nobody', stream: 'camera' })
    alice.view.attach({ peer: 'bob', stream: 'camera' }, { maxSpatial: 1 })
    await back()
    expect([await call.flows(), alice.socket.getSnapshot().receivers.map(({ state }) => state)]).toEqual([
      true,
      ['live.media.flowing+playback.playing+subscription.attached'],
    ])
  })
})

test('two changes of the address behind the NAT: the path goes on', async () => {
  const call = await Call.begin()
  const { alice, world } = call
  for (let change = 0; change < 3; change += 1) {
    alice.device.network.rebind()
    await world.pass(15_000)
  }
  expect([alice.socket.peerState, alice.generation, await call.flows(), await alice.answers()]).toEqual([
    'connected',
    1,
    true,
    true,
  ])
  await call.end()
})

test('after it was given up, and connected again by a call, the ladder is whole', async () => {
  const call = await Call.begin()
  const { alice, world } = call
  const lose = () => world.gateway.end(world.gateway.sessions[0] ?? '')
  alice.device.http.faults.set('connect', { kind: 'fail', status: 500 })
  lose()
  expect(await world.holds(() => alice.socket.peerState === 'failed', 300_000)).toBe(true)
  alice.device.http.faults.clear()
  await world.until(alice.socket.retry())
  await world.pass(1_000)
  for (const id of [...world.gateway.sessions]) world.gateway.end(id)
  await world.holds(() => alice.states.at(-1) !== 'connected', 5_000)
  expect(await world.holds(() => alice.socket.peerState === 'connected', 10_000)).toBe(true)
  await call.end()
})

describe('by doubles', () => {
  let stage: Stage

  afterEach(async () => {
    expect(await stage.dispose()).toEqual(NOTHING)
  })

  test('a channel that answers nothing for half a minute, on a path that lives, ends the session', async () => {
    stage = new Stage()
    const socket = await stage.connected({}, { pingMs: 1_000, ladder: LADDER })
    let bytes = 0
    const { answerRequest } = stage.gateway
    stage.gateway.answerRequest = () => undefined
    const [first] = stage.peers
    first!.getStats = () =>
      Promise.resolve(new Map([['pair', { type: 'candidate-pair', bytesReceived: (bytes += 100) }]]))
    const heard: string[] = []
    socket.on('peer_state', (state) => heard.push(state))
    await stage.clock.pass(29_000)
    expect(heard).toEqual([])
    stage.gateway.answerRequest = answerRequest
    await stage.clock.pass(10_000)
    expect(heard).toEqual([])
    stage.gateway.answerRequest = () => undefined
    for (let second = 0; second < 40 && heard.length === 0; second += 1) await stage.clock.pass(1_000)
    stage.gateway.answerRequest = answerRequest
    await stage.clock.pass(5_000)
    expect([heard, socket.peerState]).toEqual([['reconnecting', 'connected'], 'connected'])
  })

  test.each([
    ['a text', 'hello'],
    ['an object', {}],
    ['nothing in a row', [null]],
    ['another way', [{ name: 'x', way: 'bogus', tries: 1 }]],
    ['no number of tries', [{ name: 'x', way: 'rejoin' }]],
    ['tries without end', [{ name: 'x', way: 'rejoin', tries: Number.POSITIVE_INFINITY }]],
    ['tries that are none', [{ name: 'x', way: 'rejoin', tries: Number.NaN }]],
  ])('a ladder that is %s is refused at connect', async (_, ladder) => {
    stage = new Stage()
    const socket = stage.socket({ ladder: ladder as unknown as readonly Rung[] })
    expect(await outcome(socket.connect(stage.gateway, stage.config()))).toEqual({
      code: 'invalid-config',
      phase: 'idle',
    })
  })
})
