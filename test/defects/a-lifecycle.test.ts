import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  LatencyMode,
  MediaGatewayConnector,
  RealtimeError,
  RealtimeSocketState as State,
  RPC,
  type RealtimeSocket,
} from '../../src/index.js'
import { answerTo } from '../doubles/sdp.js'
import { NOTHING, Stage, URL_1 } from '../doubles/stage.js'
import type { TransceiverDouble } from '../doubles/transceiver.js'
import { outcome } from '../support/stage.js'
import { callsOf, statesOf, warningsOf } from './reading.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

describe('A10 close during a connect', () => {
  test('A10 a request under way is let go on, since only its answer names the session that is then deleted', async () => {
    const answer = stage.calls.hold('gateway.connect')
    const made: string[] = []
    stage.gateway.answerConnect = (usual) => {
      made.push(usual.data.conn_id)
      return usual
    }
    const socket = stage.socket()
    const connecting = outcome(socket.connect(stage.gateway, stage.config()))
    await stage.clock.pass(100)
    socket.close()
    expect(await connecting).toEqual({ code: 'closed', phase: 'awaiting-answer' })
    expect([made, stage.peer.signalingState, callsOf(stage, /^gateway.close/)]).toEqual([[], 'closed', []])
    answer()
    await stage.clock.pass(0)
    expect([made, callsOf(stage, /^gateway.close/), [...stage.gateway.sessions]]).toEqual([
      ['conn-1'],
      ['gateway.close'],
      [],
    ])
  })

  test('A10 a request that is never answered is waited for 5 s', async () => {
    stage.calls.failNext('gateway.connect', 'hangs')
    const socket = stage.socket()
    const connecting = outcome(socket.connect(stage.gateway, stage.config()))
    await stage.clock.pass(100)
    socket.close()
    await stage.clock.pass(4_999)
    expect(stage.calls.open).toBe(1)
    await stage.clock.pass(1)
    expect([stage.calls.open, stage.clock.timers, await connecting]).toEqual([
      0,
      0,
      { code: 'closed', phase: 'awaiting-answer' },
    ])
  })
})

describe('A11 closed is told once, and nothing is told after it', () => {
  const places: Record<string, (socket: RealtimeSocket) => Promise<void>> = {
    created: async () => {},
    connecting: async (socket) => {
      stage.network.transport = false
      void socket.connect(stage.gateway, stage.config())
      await stage.clock.pass(100)
    },
    connected: async (socket) => {
      void socket.connect(stage.gateway, stage.config())
      await stage.clock.pass(100)
    },
    failed: async (socket) => {
      stage.calls.failNext('gateway.connect', 'rejects')
      void socket.connect(stage.gateway, stage.config())
      await stage.clock.pass(100)
    },
  }

  test.each(Object.keys(places))('A11 of a socket that is %s', async (state) => {
    const socket = stage.socket()
    await places[state]?.(socket)
    expect(socket.peerState).toBe(state)
    const told = statesOf(socket)
    const warned = warningsOf(socket)
    stage.calls.failNext('pc.close', 'throws')
    socket.close()
    for (const { channels } of stage.peers) for (const channel of channels) channel.tell('close')
    for (const peer of stage.peers) peer.tell('connectionstatechange')
    await stage.clock.quiet()
    expect([told, warned, socket.reason]).toEqual([['dc closed', 'peer closed'], [], 'closed-by-application'])
  })
})

describe('A12 the server is told by HTTP', () => {
  /** A network with the gateway's answer to a connect, and what was asked of it besides. */
  const http = () => {
    const asked: unknown[] = []
    const fetch = async (input: RequestInfo | URL, { method, body, keepalive }: RequestInit = {}) => {
      asked.push([method, String(input), keepalive])
      const sdp = method === 'POST' ? answerTo(JSON.parse(String(body)).sdp) : ''
      return Response.json({ status: true, data: { node_id: 1, conn_id: 'a/b', sdp } })
    }
    return { asked, connector: new MediaGatewayConnector(undefined, { environment: { ...stage.environment, fetch } }) }
  }

  test.each(['by the application', 'by the page that goes away'])('A12 closed %s', async (why) => {
    const { asked, connector } = http()
    const socket = await stage.connected({}, {}, connector)
    if (why === 'by the application') socket.close()
    else stage.leave()
    expect([socket.peerState, socket.reason]).toEqual([
      State.Closed,
      why === 'by the application' ? 'closed-by-application' : 'page-left',
    ])
    await stage.clock.pass(0)
    expect(asked).toEqual([
      ['POST', `${URL_1}/webrtc/connect`, false],
      // It may outlive the page.
      ['DELETE', `${URL_1}/webrtc/conn/a%2Fb`, true],
    ])
  })

  test('A12 a session whose channel died is deleted too', async () => {
    await stage.connected()
    expect([...stage.gateway.sessions]).toEqual(['conn-1'])
    stage.peer.channels[0]?.breaks()
    await stage.clock.pass(0)
    expect([...stage.gateway.sessions]).toEqual([])
  })
})

test('A13 close may be called twice, and every later call ends in one way: closed', async () => {
  const socket = await stage.connected()
  const receiver = socket.createReceiverTrack('guest', 'video')
  const told = statesOf(socket)
  const description = { type: 'offer', sdp: 'v=0' } as const
  socket.close()
  socket.close()
  const codeOf = (call: () => unknown) => {
    try {
      return call()
    } catch (error) {
      return error instanceof RealtimeError ? error.code : error
    }
  }
  const thrown = [
    () => socket.send('x'),
    () => socket.createSenderTrack({ name: 'a', kind: 'audio' }),
    () => socket.createReceiverTrack('b', 'audio'),
    () => socket.updateSdp(description, 'v=0'),
    () => receiver.attach({ peer: 'bob', stream: 'camera' }),
  ].map(codeOf)
  const rejected = [
    socket.connect(stage.gateway, stage.config()),
    socket.generateOffer(),
    socket.when(State.Connected),
  ].map((call) => outcome(call))
  expect(thrown).toEqual(['closed', 'closed', 'closed', 'closed', 'closed'])
  expect(await Promise.all(rejected)).toEqual([
    { code: 'closed', phase: 'idle' },
    { code: 'closed', phase: 'idle' },
    { code: 'closed', phase: 'idle' },
  ])
  receiver.stop()
  receiver.detach()
  socket.close()
  await stage.clock.quiet()
  expect([told, socket.peerState, socket.dcState, receiver.state]).toEqual([
    ['dc closed', 'peer closed'],
    State.Closed,
    State.Closed,
    'stopped',
  ])
})

describe('A14 a path that fails is a state, not an exception', () => {
  test('A14 while connecting', async () => {
    stage.network.transport = false
    const socket = stage.socket()
    const told = statesOf(socket)
    const connecting = outcome(socket.connect(stage.gateway, stage.config()))
    await stage.clock.pass(1_000)
    stage.peer.transport('failed')
    expect(await connecting).toEqual({ code: 'transport-failed', phase: 'establishing' })
    expect(told).toEqual(['dc connecting', 'peer connecting', 'dc failed', 'peer failed'])
  })

  test('A14 while connected', async () => {
    const socket = await stage.connected()
    const told = statesOf(socket)
    stage.peer.transport('failed')
    await stage.clock.pass(2_000)
    expect(told).toEqual(['dc failed', 'peer failed'])
    expect(socket.getSnapshot().lastError).toMatchObject({ code: 'transport-failed', phase: 'connected' })
  })
})

describe('A17 what the configuration says reaches the peer connection', () => {
  const ours = [{ urls: 'turn:ours.example', username: 'u', credential: 'c' }]
  const theirs = [{ urls: 'stun:theirs.example' }]

  test.each([
    ['the options of the socket', { iceServers: ours, latencyMode: LatencyMode.Smooth500 }, {}, ours, 500],
    ['the configuration of the session', {}, { iceServers: ours, latencyMode: LatencyMode.Smooth500 }, ours, 500],
    [
      'both: the session wins',
      { iceServers: theirs, latencyMode: LatencyMode.UltraLow },
      { iceServers: ours, latencyMode: LatencyMode.Smooth500 },
      ours,
      500,
    ],
    ['functions that fetch them', {}, { iceServers: async () => theirs }, theirs, null],
    ['none', {}, {}, [], null],
  ])('A17 %s', async (_, options, config, iceServers, target) => {
    await stage.connected({ receivers: { video: 1 }, ...config }, options)
    expect([stage.peer.configuration, stage.peer.getTransceivers()[0]?.receiver.jitterBufferTarget]).toEqual([
      { bundlePolicy: 'max-bundle', iceTransportPolicy: 'all', iceServers },
      target,
    ])
  })
})

describe('A18 each latency mode is a number', () => {
  /** A stack that does not know `jitterBufferTarget` yet. */
  const older = () => {
    const made = stage.environment.RTCPeerConnection as unknown as (given?: RTCConfiguration) => {
      addTransceiver(...args: unknown[]): TransceiverDouble
    }
    const constructor = function (given?: RTCConfiguration) {
      const peer = made(given)
      const add = peer.addTransceiver.bind(peer)
      peer.addTransceiver = (...args) => {
        const transceiver = add(...args)
        delete (transceiver.receiver as Partial<typeof transceiver.receiver>).jitterBufferTarget
        return transceiver
      }
      return peer
    }
    return constructor as unknown as typeof RTCPeerConnection
  }

  test.each([
    ['ultra-low', 0],
    ['default', null],
    ['smooth-200', 200],
    ['smooth-500', 500],
    ['smooth-800', 800],
    ['smooth-1000', 1_000],
    ['smooth-2000', 2_000],
  ] as const)('A18 %s', async (latencyMode, ms) => {
    const seen: unknown[] = []
    for (const environment of [{}, { RTCPeerConnection: older() }]) {
      const socket = await stage.connected({ latencyMode, receivers: { audio: 1 } }, { environment })
      const { jitterBufferTarget, playoutDelayHint } = stage.peer.getTransceivers()[0]!.receiver
      seen.push([jitterBufferTarget, playoutDelayHint])
      socket.close()
    }
    expect(seen).toEqual([
      [ms, null],
      [undefined, ms === null ? null : ms / 1_000],
    ])
  })
})

test('A19 a channel that dies is noticed at once: both states say so, and what waits for it is settled', async () => {
  const socket = await stage.connected()
  const told = statesOf(socket)
  const rpc = new RPC(socket, { environment: stage.environment })
  stage.gateway.answerRequest = () => undefined
  const waiting = rpc.request('room.subscribe', { peer: 'bob' })
  stage.peer.channels[0]?.breaks()
  expect(told).toEqual(['dc disconnected', 'dc failed', 'peer failed'])
  expect([await waiting, rpc.connected]).toEqual([{ status: false, error: 'failed' }, false])
  expect(socket.getSnapshot().lastError).toMatchObject({ code: 'channel-closed', phase: 'connected' })
  const again = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  expect([await outcome(again), socket.dcState, rpc.connected]).toEqual(['resolved', State.Connected, true])
})
