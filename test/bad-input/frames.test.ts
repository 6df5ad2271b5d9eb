import { deflateRawSync, deflateSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RPC, RealtimeSocketState as State, type RealtimeSocket } from '../../src/index.js'
import { usualAnswer, type ChannelRequest } from '../doubles/gateway.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { verdict } from '../support/network.js'

let stage: Stage
let socket: RealtimeSocket
/** What the socket warned of. */
let warnings: unknown[]
/** Payloads as an application hears them. */
let messages: unknown[]

beforeEach(async () => {
  stage = new Stage()
  socket = await stage.connected({ receivers: { audio: 1, video: 1 } })
  warnings = []
  messages = []
  socket.on('warning', ({ facts }) => warnings.push(verdict(facts)))
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

const listen = () => socket.on('message', (data) => messages.push(data))
const arrives = (...frames: unknown[]) => frames.forEach((frame) => stage.peer.channels[0]?.arrives(frame))
const event = (name: string, data: unknown) => JSON.stringify({ type: 'event', event: name, data })
const answer = (req_id: number, more: object = { success: true, data: null }) =>
  JSON.stringify({ type: 'answer', req_id, ...more })
const bytes = (from: Uint8Array) => Uint8Array.from(from).buffer

/** Ids of the engine begin here; an application cannot count that far. */
const ENGINE = 2 ** 40

const told = (code: string, phase: string, retryable: boolean) => ({
  code,
  phase,
  status: undefined,
  fatal: false,
  retryable,
})

/** The requests of this name that came over the channel. */
const asked = (name: string) => stage.gateway.received.filter((it) => (it as ChannelRequest).request === name)

describe('a frame that cannot be read', () => {
  test.each<[string, () => unknown]>([
    ['is no JSON', () => 'ceci n’est pas du JSON'],
    ['is half a JSON', () => event('n', 'x').slice(0, -3)],
    ['is an engine answer cut in half', () => answer(ENGINE, { success: true, data: { sdp: 'v=0' } }).slice(0, -3)],
    ['is empty', () => ''],
    ['is no zlib', () => bytes(new Uint8Array(3_000).fill(7))],
    ['is raw deflate', () => bytes(deflateRawSync(event('n', 'x')))],
    ['is half of a zlib frame', () => bytes(deflateSync(event('n', 'x')).subarray(0, -6))],
    ['is an empty buffer', () => new ArrayBuffer(0)],
    ['is a bomb of 64 MiB', () => bytes(deflateSync(new Uint8Array(64 * 1_024 * 1_024)))],
  ])('%s: one warning; a request of the application, one of the engine and a listener go on', async (_, frame) => {
    listen()
    // Inflating takes time that is not stepped: no deadline may pass meanwhile.
    const rpc = new RPC(socket, { timeoutMs: 0 })
    const heard = new Promise((resolve) => rpc.on('n', resolve))
    const request = rpc.request('room.ping', {})
    socket.createReceiverTrack('guest', 'video').attach({ peer: 'bob', stream: 'camera' })
    const [bad, good] = [frame(), event('n', 'after')]
    arrives(bad, good)
    await stage.clock.pass(100)
    expect([await heard, await request]).toEqual(['after', { status: true, data: null }])
    expect(warnings).toEqual([told('undecodable', 'connected', false)])
    expect(messages).toEqual([bad, good, expect.stringContaining('"req_id":1,')])
    expect(socket.getSnapshot().receivers[0]?.state).toContain('attached')
  })
})

describe('a frame that nobody waits for', () => {
  test.each<[string, unknown]>([
    ['the answer to a request that was never made', answer(7)],
    ['an answer without an id', JSON.stringify({ type: 'answer', success: true })],
    ['an answer whose id is a text', JSON.stringify({ type: 'answer', req_id: '1', success: true })],
    ['an unknown event', event('peer_exploded', {})],
    ['an event without a name', JSON.stringify({ type: 'event', data: 1 })],
    ['a request of the server that nobody handles', JSON.stringify({ type: 'request', req_id: 1, request: 'x' })],
    ['a message of an unknown type', JSON.stringify({ type: '__proto__', req_id: 1 })],
    ['JSON with keys of the prototype', '{"__proto__":{"type":"answer","req_id":1,"success":true}}'],
    ['a list', '[1]'],
    ['null', 'null'],
  ])('%s is handed to the application and changes nothing', async (_, frame) => {
    listen()
    const rpc = new RPC(socket, { environment: stage.environment })
    stage.gateway.answerRequest = () => undefined
    const request = rpc.request('room.ping', {})
    const sent = stage.gateway.received.length
    arrives(frame)
    await stage.clock.pass(10)
    expect([messages, warnings, stage.gateway.received.length]).toEqual([[frame], [], sent])
    expect(socket.getSnapshot().lastError).toBeUndefined()
    arrives(answer(1, { success: true, data: 'right' }))
    expect(await request).toEqual({ status: true, data: 'right' })
    expect(({} as Record<string, unknown>).type).toBeUndefined()
  })

  test.each([
    ['never made', ENGINE + 5_000],
    ['answered already', ENGINE],
  ])('the answer to a request of the engine that was %s is heard by nobody', async (_, id) => {
    listen()
    socket.createReceiverTrack('guest', 'video').attach({ peer: 'bob', stream: 'camera' })
    await stage.clock.quiet()
    expect((asked('receiver.switch')[0] as ChannelRequest).req_id).toBe(ENGINE)
    const before = socket.getSnapshot()
    arrives(answer(id, { success: false, data: null }), answer(id))
    await stage.clock.quiet()
    expect([messages, warnings]).toEqual([[], []])
    expect(socket.getSnapshot()).toBe(before)
  })
})

describe('a late answer', () => {
  test('to a command: one warning at the deadline, and none for the answer', async () => {
    listen()
    stage.gateway.answerRequest = () => undefined
    const receiver = socket.createReceiverTrack('guest', 'video')
    receiver.attach({ peer: 'bob', stream: 'camera' })
    await stage.clock.pass(5_000)
    expect(warnings).toEqual([told('timeout', 'connected', true)])
    const { state } = receiver
    arrives(answer(ENGINE))
    await stage.clock.quiet()
    expect([receiver.state, warnings.length, messages]).toEqual([state, 1, []])
    // The next wish is asked for, and answered, as if nothing had been.
    stage.gateway.answerRequest = usualAnswer
    receiver.attach({ peer: 'eve', stream: 'camera' })
    await stage.clock.quiet()
    expect([receiver.state.includes('attached'), warnings.length]).toEqual([true, 1])
  })

  test('to an offer: the offer that was sent again is the one that counts, once', async () => {
    stage.gateway.answerRequest = () => undefined
    const receivers = ['one', 'two'].map((id) => socket.createReceiverTrack(id, 'video'))
    await stage.clock.pass(8_000)
    const offers = asked('peer.updateSdp') as ChannelRequest[]
    expect(offers.map(({ data }) => data)).toEqual([offers[0]?.data, offers[0]?.data])
    const [late, right] = offers.map((offer) => answer(offer.req_id, usualAnswer(offer)))
    arrives(late)
    await stage.clock.pass(1)
    expect([stage.peer.signalingState, receivers[1]?.serverId]).toEqual(['have-local-offer', undefined])
    arrives(right, late, right)
    await stage.clock.quiet()
    expect([stage.peer.signalingState, receivers.map(({ serverId }) => serverId), warnings]).toEqual([
      'stable',
      ['video_0', 'video_1'],
      [],
    ])
  })

  test('of a channel that is over is heard by nobody', async () => {
    listen()
    const old = stage.peer.channels[0]
    stage.peer.transport('failed')
    await stage.clock.quiet()
    expect(socket.peerState).toBe(State.Failed)
    const again = socket.connect(stage.gateway, stage.config())
    await stage.clock.quiet()
    await again
    if (old) old.readyState = 'open'
    old?.arrives(event('n', 'from the grave'))
    old?.tell('close')
    if (old) old.readyState = 'closed'
    await stage.clock.quiet()
    expect([messages, socket.peerState, socket.dcState]).toEqual([[], State.Connected, State.Connected])
  })
})

describe('more than can be kept', () => {
  test('a flood before anybody listens is kept up to 256 KiB, and told once', async () => {
    const frames = Array.from({ length: 2_000 }, (_, index) => `${index} `.padEnd(1_024, 'x'))
    arrives(...frames)
    expect(warnings).toEqual([told('outbox-full', 'idle', true)])
    listen()
    await stage.clock.quiet()
    expect(messages).toEqual(frames.slice(0, 256))
    arrives('after')
    expect([messages.at(-1), warnings.length]).toEqual(['after', 1])
  })

  test('a bomb behind a bomb: each is reported once, and the order is kept', async () => {
    const rpc = new RPC(socket, { environment: stage.environment })
    const bomb = deflateSync(new Uint8Array(32 * 1_024 * 1_024))
    const heard: unknown[] = []
    const all = new Promise<void>((resolve) => {
      rpc.on('n', (data) => {
        heard.push(data)
        if (heard.length === 3) resolve()
      })
    })
    arrives(event('n', 1), bytes(bomb), event('n', 2), bytes(bomb), bytes(deflateSync(event('n', 3))))
    await all
    expect([heard, warnings]).toEqual([
      [1, 2, 3],
      [told('undecodable', 'connected', false), told('undecodable', 'connected', false)],
    ])
  })
})
