import { randomBytes } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { zlibSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RealtimeError, RealtimeSocketState as State, RPC, type RealtimeSocket } from '../../src/index.js'
import { compressWith } from '../../src/protocol/framing.js'
import { ChannelDouble } from '../doubles/channel.js'
import { usualAnswer, type ChannelRequest } from '../doubles/gateway.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { asked, askedFor, warningsOf } from './reading.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  vi.restoreAllMocks()
  expect(await stage.dispose()).toEqual(NOTHING)
})

const connect = async (socket: RealtimeSocket) => {
  const connecting = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await connecting
}

const codeOf = (call: () => unknown) => {
  try {
    return call()
  } catch (error) {
    return error instanceof RealtimeError ? error.code : error
  }
}

/** What goes over the channel from now on, as the wire has it. */
const frames = () => {
  const sent = vi.spyOn(ChannelDouble.prototype, 'send')
  return () => sent.mock.calls.map(([frame]) => frame)
}

describe('E52 what is sent before the channel is open', () => {
  test('E52 is kept, in order, and goes out when it is; a request too', async () => {
    const socket = stage.socket()
    const rpc = new RPC(socket, { environment: stage.environment })
    const wire = frames()
    socket.send('one')
    const answer = rpc.request('room.subscribe', { peer: 'bob' })
    socket.send('two')
    expect([wire(), socket.messages.waiting, socket.bufferedAmount > 0]).toEqual([[], 3, true])
    await connect(socket)
    const request = JSON.stringify({ type: 'request', req_id: 1, request: 'room.subscribe', data: { peer: 'bob' } })
    expect(wire().slice(0, 3)).toEqual(['one', request, 'two'])
    expect([await answer, socket.messages.waiting, socket.bufferedAmount]).toEqual([{ status: true, data: null }, 0, 0])
  })

  test('E52 is bounded: what is too much is refused at the call, and what was kept stays', async () => {
    const socket = stage.socket({ outboxBytes: 10 })
    const wire = frames()
    const refused = ['12345', '67890', 'x'].map((text) => codeOf(() => socket.send(text)))
    expect([refused, socket.messages.waiting]).toEqual([[1, 2, 'outbox-full'], 2])
    await connect(socket)
    expect(wire().slice(0, 2)).toEqual(['12345', '67890'])
  })
})

test('E53 bytes go out as zlib of exactly these bytes, few and many', async () => {
  const socket = await stage.connected()
  const payloads = [new Uint8Array([7, 0, 255]), new Uint8Array(2_000).fill(7)]
  const wire = frames()
  for (const payload of payloads) socket.send(payload)
  expect(wire().map((frame) => new Uint8Array(inflateSync(frame as Uint8Array)))).toEqual(payloads)
})

describe('E57 commands take effect in the order in which they were given', () => {
  test('E57 there is one channel, ordered and reliable', async () => {
    await stage.connected()
    expect(stage.peer.channels.map(({ label, init }) => [label, init])).toEqual([['data', { ordered: true }]])
  })

  test('E57 a limit waits for the answer to its switch, and the last wish wins', async () => {
    const socket = await stage.connected({ receivers: { video: 1 } })
    const receiver = socket.createReceiverTrack('guest', 'video')
    const heard: string[] = []
    stage.gateway.answerRequest = (request: ChannelRequest) => {
      heard.push(`${request.request} at ${stage.clock.now() - start}`)
      return usualAnswer(request)
    }
    const start = stage.clock.now()
    receiver.attach({ peer: 'bob', stream: 'camera' }, { maxSpatial: 1 })
    receiver.limit({ maxSpatial: 0 })
    await stage.clock.quiet()
    // The double answers after 5 ms.
    expect(heard).toEqual(['receiver.switch at 0', 'receiver.limit at 5'])
    expect(askedFor(stage, 'receiver.limit')).toEqual([
      { id: 'video_0', limit: { priority: 1, max_spatial: 0, max_temporal: 2 } },
    ])
  })

  test('E57 offers do not overtake each other: the next one waits for the answer', async () => {
    const socket = await stage.connected()
    const open: number[] = []
    stage.gateway.answerRequest = (request) => {
      open.push(stage.clock.now() - start)
      return usualAnswer(request)
    }
    const start = stage.clock.now()
    for (const id of ['one', 'two', 'three']) socket.createReceiverTrack(id, 'video')
    await stage.clock.quiet()
    // The first goes at once; what was wished for meanwhile goes together.
    expect([open, askedFor(stage, 'peer.updateSdp').length]).toEqual([[0, 5], 2])
    expect(socket.receivers.map(({ serverId }) => serverId)).toEqual(['video_0', 'video_1', 'video_2'])
  })
})

test('E58 what waits for an answer is settled by the close of the socket', async () => {
  const socket = await stage.connected()
  stage.gateway.answerRequest = () => undefined
  const rpc = new RPC(socket, { environment: stage.environment })
  const waiting = [rpc.request('a', {}), rpc.request('b', {}, { timeoutMs: 0 })]
  socket.close()
  expect(await Promise.all(waiting)).toEqual([
    { status: false, error: 'closed' },
    { status: false, error: 'closed' },
  ])
  expect(await rpc.request('c', {})).toEqual({ status: false, error: 'closed' })
})

describe('E62 there is a limit to what the channel takes', () => {
  test('E62 bufferedAmount says how much waits, drain when there is room', async () => {
    const socket = await stage.connected()
    const channel = stage.peer.channels[0]!
    let drained = 0
    socket.on('drain', () => (drained += 1))
    channel.bufferedAmount = 100_000
    expect([socket.bufferedAmount, channel.bufferedAmountLowThreshold, drained]).toEqual([100_000, 65_536, 0])
    channel.bufferedAmount = 60_000
    channel.tell('bufferedamountlow')
    expect([socket.bufferedAmount, drained]).toEqual([60_000, 1])
  })

  test('E62 a channel that takes no more is a typed error at the call', async () => {
    const socket = await stage.connected()
    stage.calls.failNext('channel.send', 'throws')
    expect([codeOf(() => socket.send('x')), codeOf(() => socket.send('x'))]).toEqual(['outbox-full', 1])
    expect(socket.messages.sent).toBe(1)
  })

  test.each([
    ['before the channel is open', false],
    ['after that', true],
  ])('E62 a message above max-message-size is refused at the call, %s', async (_, connected) => {
    const socket = stage.socket()
    if (connected) await connect(socket)
    const wire = frames()
    // Noise does not get smaller by deflating; zeros do once the compressor is there, and it is the wire that counts.
    compressWith(zlibSync)
    const [noise, zeros] = [randomBytes(262_144), new Uint8Array(1_000_000)]
    expect([codeOf(() => socket.send(noise)), codeOf(() => socket.send(zeros))]).toEqual(['message-too-large', 1])
    if (!connected) await connect(socket)
    expect(inflateSync(wire()[0] as Uint8Array).length).toBe(1_000_000)
    expect(socket.peerState).toBe(State.Connected)
  })
})

describe('E63 what the server never answers ends too', () => {
  test('E63 a request of the application after 5 s, by default', async () => {
    const socket = await stage.connected()
    stage.gateway.answerRequest = () => undefined
    const rpc = new RPC(socket, { environment: stage.environment })
    let result: unknown
    void rpc.request('peer.ping', {}).then((settled) => (result = settled))
    await stage.clock.pass(4_999)
    expect(result).toBeUndefined()
    await stage.clock.pass(1)
    expect(result).toEqual({ status: false, error: 'timeout' })
  })

  test('E63 a request of a receiver after 5 s, reported; attach asks again', async () => {
    const socket = await stage.connected({ receivers: { video: 1 } })
    const warned = warningsOf(socket)
    const receiver = socket.createReceiverTrack('guest', 'video')
    stage.gateway.answerRequest = () => undefined
    receiver.attach({ peer: 'bob', stream: 'camera' })
    await stage.clock.pass(5_000)
    expect([warned, receiver.state]).toEqual([
      ['timeout connected'],
      'live.media.none+playback.playing+subscription.refused',
    ])
    stage.gateway.answerRequest = usualAnswer
    receiver.attach({ peer: 'bob', stream: 'camera' })
    await stage.clock.quiet()
    expect([receiver.state, asked(stage).length]).toEqual(['live.media.none+playback.playing+subscription.attached', 2])
  })

  test('E63 an offer: sent once more after 8 s, rolled back after 16 s, and tried again', async () => {
    const socket = await stage.connected()
    const warned = warningsOf(socket)
    const start = stage.clock.now()
    const at: number[] = []
    stage.gateway.answerRequest = (request) => {
      if (request.request !== 'peer.updateSdp') return usualAnswer(request)
      at.push(stage.clock.now() - start)
      return at.length < 3 ? undefined : usualAnswer(request)
    }
    const receiver = socket.createReceiverTrack('guest', 'video')
    await stage.clock.quiet()
    const offers = askedFor(stage, 'peer.updateSdp')
    expect([at, warned, receiver.serverId]).toEqual([[0, 8_000, 16_500], ['timeout renegotiating'], 'video_0'])
    expect(offers[1]).toEqual(offers[0])
  })
})
