import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RealtimeSocket, RealtimeSocketState as State, type IConnectConfig } from '../../src/index.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { outcome } from '../support/stage.js'

// A test for each row of the contract that has to do with a session as a whole, named by the row.

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

test('constructor: touches no global, makes nothing, and what only reads still makes nothing', () => {
  const reached = vi.fn()
  const environment = new Proxy({}, { get: reached, ownKeys: () => (reached(), []) })
  const socket = new RealtimeSocket('https://one.example', { environment })
  expect([
    socket.peerState,
    socket.dcState,
    socket.reason,
    socket.bufferedAmount,
    socket.senders,
    socket.receivers,
  ]).toEqual([State.Created, State.Created, undefined, 0, [], []])
  expect([socket.getSnapshot().generation, socket.can('connect'), reached.mock.calls]).toEqual([0, true, []])
})

test('constructor: a missing RTCPeerConnection is a typed error of connect', async () => {
  const socket = stage.socket({ environment: { RTCPeerConnection: undefined } })
  expect(await outcome(socket.connect(stage.gateway, stage.config()))).toEqual({ code: 'no-webrtc', phase: 'offering' })
})

test('connect: the offer leaves before a candidate is there, and gathering begins with the request', async () => {
  const at: Record<string, number> = {}
  const release = stage.calls.hold('gateway.connect')
  const socket = stage.socket()
  const connecting = socket.connect(stage.gateway, stage.config())
  await stage.clock.pass(0)
  at.requests = stage.calls.log.filter(({ name }) => name === 'gateway.connect').length
  at.gathering = stage.calls.log.filter(({ name }) => name === 'pc.setLocalDescription').length
  at.time = stage.clock.now()
  release()
  await stage.clock.quiet()
  await connecting
  expect(at).toEqual({ requests: 1, gathering: 1, time: 0 })
})

test('connect: an AbortSignal ends it at once, with nothing left but the session that the gateway may have made', async () => {
  const abort = new AbortController()
  const socket = stage.socket()
  const release = stage.calls.hold('gateway.connect')
  const connecting = outcome(socket.connect(stage.gateway, stage.config(), { signal: abort.signal }))
  await stage.clock.pass(100)
  abort.abort()
  await stage.clock.pass(0)
  expect([await connecting, socket.peerState, stage.peer.signalingState]).toEqual([
    { code: 'aborted', phase: 'awaiting-answer' },
    State.Failed,
    'closed',
  ])
  release()
})

test('after a failed connect: failed, everything released, tracks kept, and connect may be called again', async () => {
  const socket = stage.socket()
  const sender = socket.createSenderTrack({ name: 'mic', kind: 'audio' })
  stage.calls.failNext('gateway.connect', 'rejects')
  expect(await outcome(socket.connect(stage.gateway, stage.config()))).toMatchObject({ code: 'gateway-unreachable' })
  expect([socket.peerState, stage.peer.signalingState, socket.senders, sender.state]).toEqual([
    State.Failed,
    'closed',
    [sender],
    'waiting',
  ])
  const again = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await again
  expect([socket.peerState, sender.state]).toEqual([State.Connected, 'live.source.absent+server.informed'])
})

test('close: each pending promise settles once, the last event is peer_state closed, with a reason', async () => {
  const socket = stage.socket()
  const heard: string[] = []
  socket.onMany(['peer_state', 'dc_state', 'warning', 'message', 'drain'], (...args: unknown[]) =>
    heard.push(String(args[0])),
  )
  const connecting = outcome(socket.connect(stage.gateway, stage.config()))
  await stage.clock.pass(1)
  const offer = outcome(socket.generateOffer())
  const connected = outcome(socket.when(State.Connected))
  socket.close()
  socket.close()
  await stage.clock.quiet()
  expect([await connecting, await offer, await connected]).toEqual([
    { code: 'closed', phase: expect.any(String) },
    { code: 'closed', phase: 'idle' },
    { code: 'closed', phase: 'idle' },
  ])
  expect([heard.filter((state) => state === 'closed').length, heard.at(-1), socket.reason]).toEqual([
    2,
    'closed',
    'closed-by-application',
  ])
})

test('farewell: connect, close, connect as the same peer within 5 ms leaves one server session', async () => {
  const first = stage.socket()
  const refused = outcome(first.connect(stage.gateway, stage.config()))
  await stage.clock.pass(2)
  first.close()
  const second = stage.socket()
  const connecting = second.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await connecting
  expect([await refused, stage.gateway.sessions.size]).toEqual([{ code: 'closed', phase: expect.any(String) }, 1])
})

test('config.senders: created at connect, their handles are socket.senders; a name twice is a typed error', async () => {
  const socket = await stage.connected({
    senders: [
      { name: 'mic', kind: 'audio' },
      { name: 'cam', kind: 'video' },
    ],
  })
  expect(socket.senders.map(({ info }) => info.name)).toEqual(['mic', 'cam'])
  const twice = { name: 'mic', kind: 'audio' } as const
  expect(await outcome(stage.socket().connect(stage.gateway, stage.config({ senders: [twice, twice] })))).toEqual({
    code: 'duplicate',
    phase: 'idle',
  })
})

test('config.receivers: so many lines of each kind are reserved in the first offer; what cannot be counted is refused', async () => {
  const configs: IConnectConfig[] = []
  stage.gateway.answerConnect = (usual, config) => {
    configs.push(config)
    return usual
  }
  await stage.connected({ receivers: { audio: 2, video: 1 } })
  expect(configs.map(({ receivers, sdp }) => [receivers, sdp.match(/^m=\w+/gm)])).toEqual([
    [{ audio: 2, video: 1 }, ['m=audio', 'm=audio', 'm=video', 'm=application']],
  ])
  for (const video of [-1, 256, Number.NaN])
    expect(await outcome(stage.socket().connect(stage.gateway, stage.config({ receivers: { video } })))).toEqual({
      code: 'invalid-config',
      phase: 'idle',
    })
})

test('ICE: servers and token may be functions, asked for each peer connection; the policy goes through', async () => {
  let asked = 0
  const iceServers = async () => [{ urls: `stun:stun-${(asked += 1)}.example` }]
  const tokens: string[] = []
  stage.gateway.answerConnect = (usual, { token }) => {
    tokens.push(token)
    return usual
  }
  const socket = stage.socket({ iceTransportPolicy: 'relay', iceServers: [{ urls: 'stun:never.example' }] })
  const config = stage.config({ iceServers, token: () => `token-${tokens.length}` })
  stage.network.transport = false
  const failed = outcome(socket.connect(stage.gateway, config))
  await stage.clock.quiet()
  await failed
  stage.network.transport = true
  const again = socket.connect(stage.gateway, config)
  await stage.clock.quiet()
  await again
  expect([stage.peers.map(({ configuration }) => configuration), tokens]).toEqual([
    [1, 2].map((number) => ({
      bundlePolicy: 'max-bundle',
      iceServers: [{ urls: `stun:stun-${number}.example` }],
      iceTransportPolicy: 'relay',
    })),
    ['token-0', 'token-1'],
  ])
})

test('media: no track that the application gave is ever stopped', async () => {
  const stream = stage.stream('video')
  const socket = await stage.connected({ senders: [{ name: 'cam', kind: 'video', stream }] })
  socket.senders[0]?.replaceStream(stage.stream('video'))
  socket.senders[0]?.stop()
  socket.close()
  await stage.clock.quiet()
  expect([stage.stopped, stream.getTracks().map(({ readyState }) => readyState)]).toEqual([[], ['live']])
})

test('many sockets on one page: independent', async () => {
  const one = await stage.connected()
  const two = await stage.connected({ peerId: 'bob' })
  one.createReceiverTrack('a', 'video')
  one.close()
  await stage.clock.quiet()
  expect([two.peerState, two.receivers, stage.peers.map(({ signalingState }) => signalingState)]).toEqual([
    State.Connected,
    [],
    ['closed', 'stable'],
  ])
})
