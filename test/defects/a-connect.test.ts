import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  MediaGatewayConnector,
  RealtimeSocket,
  RealtimeSocketState as State,
  type RealtimeError,
} from '../../src/index.js'
import type { Fault } from '../doubles/calls.js'
import { NOTHING, Stage, URL_1 } from '../doubles/stage.js'
import { outcome } from '../support/stage.js'
import { callsOf, statesOf } from './reading.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

/** A connect that fails: its error, and when it came. */
const failing = async (socket = stage.socket(), connector: Parameters<typeof socket.connect>[0] = stage.gateway) => {
  const failed = socket.connect(connector, stage.config()).then(
    () => new Error('it resolved'),
    (error: unknown) => Object.assign(error as RealtimeError, { at: stage.clock.now() }),
  )
  await stage.clock.quiet()
  return (await failed) as RealtimeError & { at: number }
}

test('A1 connect resolves when the channel is open, not before', async () => {
  stage.network.channel = false
  const socket = stage.socket()
  const seen: unknown[] = []
  const see = (what: string) => {
    const { connectionState, channels } = stage.peer
    seen.push([what, connectionState, channels.map(({ readyState }) => readyState), socket.peerState, socket.dcState])
  }
  const connecting = socket.connect(stage.gateway, stage.config()).then(() => see('resolved'))
  await stage.clock.pass(5_000)
  see('waiting')
  stage.peer.channels[0]?.opens()
  await connecting
  expect(seen).toEqual([
    ['waiting', 'connected', ['connecting'], State.Connecting, State.Connecting],
    ['resolved', 'connected', ['open'], State.Connected, State.Connected],
  ])
})

test('A2 every state is told, connecting too, and can be read whenever it is told', async () => {
  const socket = stage.socket()
  const seen = [[socket.peerState, socket.dcState]]
  const read = () => seen.push([socket.peerState, socket.dcState])
  socket.onMany(['peer_state', 'dc_state'], read)
  const told = statesOf(socket)
  const connecting = socket.connect(stage.gateway, stage.config())
  expect(told).toEqual(['dc connecting', 'peer connecting'])
  await stage.clock.quiet()
  await connecting
  expect(told).toEqual(['dc connecting', 'peer connecting', 'dc connected', 'peer connected'])
  expect(seen).toEqual([
    [State.Created, State.Created],
    [State.Connecting, State.Connecting],
    [State.Connecting, State.Connecting],
    [State.Connecting, State.Connected],
    [State.Connected, State.Connected],
  ])
})

describe('A3 a description that is not taken rejects the connect, and nothing else', () => {
  test.each<[call: string, fault: Fault, code: string, phase: string]>([
    ['pc.createOffer', 'rejects', 'offer-failed', 'offering'],
    ['pc.setLocalDescription', 'rejects', 'offer-failed', 'awaiting-answer'],
    ['pc.setLocalDescription', 'throws', 'offer-failed', 'awaiting-answer'],
    ['pc.setRemoteDescription', 'rejects', 'answer-refused', 'applying-answer'],
    ['pc.setRemoteDescription', 'throws', 'answer-refused', 'applying-answer'],
  ])('A3 %s %s', async (call, fault, code, phase) => {
    stage.calls.failNext(call, fault)
    const socket = stage.socket()
    const error = await failing(socket)
    expect([error.code, error.phase, socket.peerState]).toEqual([code, phase, State.Failed])
  })

  test.each([
    ['no SDP', () => 'hello'],
    ['nothing', () => ''],
    ['other m-lines', (sdp: string) => sdp.replaceAll('a=mid:', 'a=mid:other')],
    ['no fingerprint', (sdp: string) => sdp.replaceAll(/a=fingerprint:.*\r\n/g, '')],
  ])('A3 an answer with %s', async (_, spoilt) => {
    stage.gateway.answerConnect = (usual) => ({ ...usual, data: { ...usual.data, sdp: spoilt(usual.data.sdp) } })
    const error = await failing()
    expect([error.code, error.phase]).toEqual(['answer-refused', 'applying-answer'])
  })
})

test('A4 a failed connect ends in failed, says so, keeps nothing but the tracks, and may be called again', async () => {
  const socket = stage.socket()
  const told = statesOf(socket)
  const sender = socket.createSenderTrack({ name: 'camera', kind: 'video', stream: stage.stream('video') })
  stage.gateway.answerConnect = (usual) => ({ ...usual, data: { ...usual.data, sdp: '' } })
  await failing(socket)
  expect(told.splice(0)).toEqual(['dc connecting', 'peer connecting', 'dc failed', 'peer failed'])
  const left = () => [stage.clock.timers, stage.listeners, stage.peer.signalingState, [...stage.gateway.sessions]]
  expect([left(), sender.state, socket.senders]).toEqual([[0, 0, 'closed', []], 'waiting', [sender]])
  stage.gateway.answerConnect = (usual) => usual
  const again = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  expect([await outcome(again), sender.state]).toEqual(['resolved', 'live.source.flowing+server.informed'])
  expect(told).toEqual(['dc connecting', 'peer connecting', 'dc connected', 'peer connected'])
})

test('A5 a status that refuses is in the error of the connect', async () => {
  const answers = [new Response('', { status: 400 }), new Response('busy', { status: 503 }), new Response('{}')]
  const seen: unknown[] = []
  for (const answer of answers) {
    const environment = { ...stage.environment, fetch: async () => answer }
    const { code, phase, status, retryable } = await failing(
      stage.socket(),
      new MediaGatewayConnector(undefined, { environment }),
    )
    seen.push([code, phase, status, retryable])
  }
  expect(seen).toEqual([
    ['gateway-refused', 'awaiting-answer', 400, true],
    ['gateway-refused', 'awaiting-answer', 503, true],
    ['gateway-broken', 'awaiting-answer', undefined, true],
  ])
})

test.each([
  ['gateway.selectFromUrls', 5_000, 'selecting-gateway'],
  ['gateway.connect', 8_000, 'awaiting-answer'],
] as const)('A6 a connector whose %s never answers is given up after %i ms', async (call, at, phase) => {
  stage.calls.failNext(call, 'hangs')
  const error = await failing()
  expect([error.code, error.phase, error.at]).toEqual(['timeout', phase, at])
})

test('A9 a second connect starts nothing: the same arguments get the same promise, others are refused', async () => {
  const socket = stage.socket()
  const config = stage.config()
  const first = socket.connect(stage.gateway, config)
  const again = socket.connect(stage.gateway, config)
  const other = outcome(socket.connect(stage.gateway, stage.config()))
  expect(again).toBe(first)
  await stage.clock.quiet()
  await first
  expect(socket.connect(stage.gateway, config)).toBe(first)
  expect([await other, await outcome(socket.connect(stage.gateway, stage.config()))]).toEqual([
    { code: 'already-connected', phase: 'idle' },
    { code: 'already-connected', phase: 'idle' },
  ])
  expect(callsOf(stage, /^gateway.connect|^new /)).toEqual(['new RTCPeerConnection', 'gateway.connect'])
  expect([...stage.gateway.sessions]).toEqual(['conn-1'])
})

describe('A15 every wait has an end', () => {
  test.each([
    ['the path never comes up', { transport: false, channel: false }, 'establishing', 10_000, { establishing: 10_000 }],
    [
      'the channel never opens',
      { transport: true, channel: false },
      'opening-channel',
      10_020,
      { establishing: 20, 'opening-channel': 10_000 },
    ],
  ])('A15 %s', async (_, network, phase, at, elapsed) => {
    Object.assign(stage.network, network)
    const error = await failing()
    expect([error.code, error.phase, error.retryable, error.at]).toEqual(['timeout', phase, true, at])
    const before = { 'selecting-gateway': 0, offering: 0, 'awaiting-answer': 0, 'applying-answer': 0 }
    expect(error.elapsed).toEqual({ ...before, ...elapsed })
  })

  test('A15 the whole connect has one too, 15 s, whatever its phases may take', async () => {
    stage.network.channel = false
    const { code, phase, at } = await failing(stage.socket({ deadlines: { openChannel: 60_000 } }))
    expect([code, phase, at]).toEqual(['timeout', 'opening-channel', 15_000])
  })
})

describe('A16 a peer connection is made by the connect, and each attempt has its own', () => {
  test('A16 the constructor looks at nothing, and makes nothing', () => {
    const looked: PropertyKey[] = []
    const note = (_: object, name: PropertyKey) => void looked.push(name)
    const ownKeys = () => {
      looked.push('every member')
      return []
    }
    const socket = new RealtimeSocket(URL_1, { environment: new Proxy({}, { get: note, ownKeys }) })
    expect([socket.peerState, socket.getSnapshot().generation, looked]).toEqual([State.Created, 0, []])
    expect(stage.peers).toEqual([])
    // The first call that needs a session is what looks.
    socket.createReceiverTrack('guest', 'video')
    expect(looked).toEqual(['every member'])
    socket.close()
  })

  test('A16 wishes make none; a second attempt begins from scratch', async () => {
    const socket = stage.socket()
    socket.createReceiverTrack('guest', 'video')
    expect(stage.peers).toEqual([])
    stage.network.transport = false
    await failing(socket)
    stage.network.transport = true
    const again = socket.connect(stage.gateway, stage.config())
    await stage.clock.quiet()
    await again
    expect(stage.peers.map(({ signalingState, channels }) => [signalingState, channels.length])).toEqual([
      ['closed', 1],
      ['stable', 1],
    ])
    expect(socket.getSnapshot().generation).toBe(2)
  })
})
