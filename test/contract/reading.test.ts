import { afterEach, beforeEach, expect, test } from 'vitest'
import type { InspectionEvent } from 'xstate'
import { LADDER, RealtimeError, RealtimeSocketState as State, type SocketSnapshot } from '../../src/index.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { outcome } from '../support/stage.js'

// A test for each row of the contract that has to do with what can be read and watched, named by the row.

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

test('peer_state, dc_state: one event per change, the channel’s first, and what is read agrees', async () => {
  const socket = stage.socket({ ladder: LADDER })
  const seen: string[] = []
  socket.on('peer_state', (state) => seen.push(`peer ${state} ${socket.peerState} ${socket.dcState}`))
  socket.on('dc_state', (state) => seen.push(`dc ${state} ${socket.peerState} ${socket.dcState}`))
  const connecting = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await connecting
  stage.peer.transport('failed')
  await stage.clock.quiet(20_000)
  expect(seen).toEqual([
    'dc connecting connecting connecting',
    'peer connecting connecting connecting',
    'dc connected connecting connected',
    'peer connected connected connected',
    'dc disconnected disconnected disconnected',
    'peer disconnected disconnected disconnected',
    'dc reconnecting reconnecting reconnecting',
    'peer reconnecting reconnecting reconnecting',
    'dc connected connected connected',
    'peer connected connected connected',
  ])
})

test('peer_state: a transport state that can be read only after its event is not missed', async () => {
  const socket = await stage.connected()
  // As libwebrtc in Node does now and then: the event of `failed` comes while the state still reads `disconnected`.
  stage.peer.transport('disconnected')
  stage.peer.connectionState = 'connected'
  stage.peer.transport('disconnected')
  stage.peer.connectionState = 'failed'
  await stage.clock.quiet()
  expect(socket.peerState).toBe(State.Failed)
})

test('late listeners: every state is readable, so none comes too late', async () => {
  const socket = await stage.connected({ senders: [{ name: 'mic', kind: 'audio' }] })
  socket.createReceiverTrack('a', 'video')
  await stage.clock.quiet()
  expect(socket.getSnapshot()).toEqual({
    peerState: State.Connected,
    dcState: State.Connected,
    charts: { connection: 'connected.stable', negotiation: 'stable', channel: 'present.open.flowing.confirmed' },
    senders: [{ id: 'sender-1', kind: 'audio', name: 'mic', state: 'live.source.absent+server.informed' }],
    receivers: [
      { id: 'receiver-2', kind: 'video', name: 'a', state: 'live.media.none+playback.playing+subscription.detached' },
    ],
    generation: 1,
    reason: undefined,
    lastError: undefined,
  })
})

test('subscribe: a function or an observer; what it returns ends it, and is its own unsubscribe', async () => {
  const socket = stage.socket()
  const seen: SocketSnapshot[] = []
  let others = 0
  const end = socket.subscribe((snapshot) => seen.push(snapshot))
  const { unsubscribe } = socket.subscribe({ next: () => (others += 1) })
  const connecting = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await connecting
  const before = [seen.length, others]
  end()
  unsubscribe()
  socket.close()
  expect([before[0] === before[1], seen.length === before[0], others === before[1]]).toEqual([true, true, true])
  expect(seen.at(-1)).toMatchObject({ peerState: State.Connected, dcState: State.Connected })
})

test('snapshots: frozen, and the same object until something changed', async () => {
  const socket = await stage.connected()
  const one = socket.getSnapshot()
  const two = socket.getSnapshot()
  socket.createReceiverTrack('a', 'video')
  const three = socket.getSnapshot()
  const frozen = [one, one.charts, one.senders, three.receivers, three.receivers[0]].map((part) =>
    Object.isFrozen(part),
  )
  expect([one === two, two === three, frozen]).toEqual([true, false, [true, true, true, true, true]])
  socket.close()
  expect(socket.getSnapshot()).toMatchObject({ peerState: State.Closed, senders: [], receivers: [] })
})

test('receiver.attach, limit, detach: desired state, sent at channel open and again in the next session', async () => {
  const asked = () =>
    stage.gateway.received.splice(0).map((message) => {
      const { request, data } = message as { request: string; data: unknown }
      return [request, data]
    })
  const socket = stage.socket()
  const receiver = socket.createReceiverTrack('a', 'video')
  receiver.attach({ peer: 'bob', stream: 'cam' }, { priority: 5, maxSpatial: 1, maxTemporal: 0 })
  const connect = async () => {
    const connecting = socket.connect(stage.gateway, stage.config())
    await stage.clock.quiet()
    await connecting
  }
  const switched = ['receiver.switch', { id: 'video_0', priority: 5, remote: { peer: 'bob', stream: 'cam' } }]
  const limited = ['receiver.limit', { id: 'video_0', limit: { priority: 5, max_spatial: 1, max_temporal: 0 } }]
  await connect()
  expect(asked()).toEqual([switched, limited])
  stage.peer.channels[0]?.breaks()
  await stage.clock.quiet()
  await connect()
  expect([asked(), receiver.serverId]).toEqual([[switched, limited], 'video_0'])
  receiver.detach()
  await stage.clock.quiet()
  expect(asked()).toEqual([['receiver.disconnect', { id: 'video_0' }]])
})

test('receiver.limit: above 2 is refused before anything is sent', async () => {
  const socket = await stage.connected({ receivers: { video: 1 } })
  const receiver = socket.createReceiverTrack('a', 'video')
  await stage.clock.quiet()
  for (const wrong of [
    { maxSpatial: 3 },
    { maxTemporal: 3 },
    { maxSpatial: -1 },
    { priority: 0 },
    { maxTemporal: 1.5 },
  ])
    expect(await outcome(Promise.resolve().then(() => receiver.limit(wrong)))).toEqual({
      code: 'invalid-config',
      phase: 'idle',
    })
  await stage.clock.quiet()
  expect(stage.gateway.received).toEqual([])
})

test('can, nextCommands: read off the charts', async () => {
  const socket = await stage.connected()
  expect([socket.can('connect'), socket.can('send'), socket.nextCommands()]).toEqual([
    false,
    true,
    ['createSenderTrack', 'createReceiverTrack', 'send', 'close', 'generateOffer', 'getStats'],
  ])
})

test('when: rejects as soon as nothing leads there any more', async () => {
  const socket = stage.socket()
  const connected = outcome(socket.when(State.Connected))
  const closed = outcome(socket.when(State.Closed))
  stage.calls.failNext('gateway.connect', 'rejects')
  expect(await outcome(socket.connect(stage.gateway, stage.config()))).toEqual({
    code: 'gateway-unreachable',
    phase: 'awaiting-answer',
  })
  expect(await connected).toEqual({ code: 'gateway-unreachable', phase: 'awaiting-answer' })
  socket.close()
  expect(await closed).toBe('resolved')
})

test('asyncDispose: closes, and waits for the farewell', async () => {
  const socket = await stage.connected()
  const over = socket[Symbol.asyncDispose]()
  expect([socket.peerState, stage.gateway.sessions.size]).toEqual([State.Closed, 1])
  await stage.clock.quiet()
  await over
  expect(stage.gateway.sessions.size).toBe(0)
})

test('transition: one event for each transition of each chart, with time and cause', async () => {
  const socket = stage.socket()
  const seen: string[] = []
  socket.on('transition', ({ at, chart, from, to, event }) => {
    if (chart === 'channel') seen.push(`${at} ${from} -> ${to} by ${event}`)
  })
  const connecting = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await connecting
  expect(seen.map((line) => line.replace(/^\d+ /, ''))).toEqual([
    ' -> absent by xstate.init',
    'absent -> present.opening by generation.opened',
    'present.opening -> present.open.flowing.confirmed by channel.open',
  ])
})

test('transceiver_changed: when another peer connection carries the track', async () => {
  const socket = await stage.connected({ senders: [{ name: 'mic', kind: 'audio' }] })
  const [mic] = socket.senders
  const before = mic?.transceiver
  const changed: unknown[] = []
  mic?.on('transceiver_changed', (transceiver) => changed.push(transceiver))
  stage.peer.transport('failed')
  await stage.clock.quiet()
  const again = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await again
  expect([changed, mic?.transceiver === before]).toEqual([[mic?.transceiver], false])
})

test('getStats: of the current peer connection; typed without one', async () => {
  const socket = stage.socket()
  expect(await outcome(socket.getStats())).toEqual({ code: 'not-connected', phase: 'idle' })
  const connected = await stage.connected({ peerId: 'bob' })
  expect(await connected.getStats()).toEqual(new Map())
})

test('inspect: any XState 5 inspection observer, by option from the first actor on, or later', async () => {
  const seen: InspectionEvent[] = []
  const later: InspectionEvent[] = []
  const socket = await stage.connected({}, { inspect: (event) => seen.push(event) })
  const end = socket.inspect({ next: (event) => later.push(event) })
  socket.createReceiverTrack('a', 'video')
  end()
  const count = later.length
  socket.close()
  expect([seen[0]?.type, seen.length > later.length, count > 0, later.length === count]).toEqual([
    '@xstate.event',
    true,
    true,
    true,
  ])
})

test('secrets: no token, SDP, candidate, credential or connection id in what is told', async () => {
  const told: unknown[] = []
  const seen = new WeakSet<object>()
  /** Data only: the live actors of an inspection event are not told to anybody. */
  const text = (part: unknown): string =>
    JSON.stringify(part, (key, value: unknown) => {
      if (key === 'actorRef' || key === 'sourceRef' || key === 'self' || key === 'children') return undefined
      if (typeof value === 'object' && value !== null) {
        if (seen.has(value)) return undefined
        seen.add(value)
      }
      return value
    }) ?? ''
  const socket = stage.socket({ inspect: (event) => told.push(text(event)) })
  socket.on('transition', (transition) => told.push(text(transition)))
  socket.on('warning', (error) => told.push(text(error.facts), error.message))
  const iceServers = [{ urls: 'turn:t.example', username: 'user', credential: 'SECRET' }]
  const connecting = socket.connect(stage.gateway, stage.config({ token: 'SECRET', iceServers }))
  await stage.clock.quiet()
  await connecting
  socket.send('SECRET payload')
  stage.gateway.answerRequest = () => ({ success: true, data: { sdp: 'SECRET' } })
  socket.createReceiverTrack('a', 'video')
  await stage.clock.pass(5_000)
  told.push(text(socket.getSnapshot()))
  const all = told.join('\n')
  expect([/SECRET|conn-1|ice-pwd|candidate:|a=mid/.test(all), all.includes('answer-refused')]).toEqual([false, true])
})

test('error codes: one union, with fatal, retryable, phase and cause', async () => {
  const socket = stage.socket()
  stage.calls.failNext('gateway.connect', 'rejects')
  const error = await socket.connect(stage.gateway, stage.config()).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(RealtimeError)
  const { name, code, phase, fatal, retryable, cause, elapsed } = error as RealtimeError
  expect({ name, code, phase, fatal, retryable, cause, elapsed }).toEqual({
    name: 'RealtimeError',
    code: 'gateway-unreachable',
    phase: 'awaiting-answer',
    fatal: false,
    retryable: true,
    cause: expect.objectContaining({ message: 'gateway.connect' }),
    elapsed: { 'selecting-gateway': 0, offering: 0, 'awaiting-answer': 0 },
  })
})
