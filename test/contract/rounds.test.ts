import { afterEach, beforeEach, expect, test } from 'vitest'
import { RPC, type RealtimeSocket } from '../../src/index.js'
import { usualAnswer } from '../doubles/gateway.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { outcome } from '../support/stage.js'

// A test for each row of the contract that has to do with lines and rounds, named by the row.

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

const offers = () =>
  stage.gateway.received.flatMap((message) => {
    const { req_id, request, data } = (message ?? {}) as { req_id?: number; request?: string; data?: { sdp: string } }
    return request === 'peer.updateSdp' && data
      ? [{ id: req_id ?? 0, lines: data.sdp.match(/^m=/gm)?.length ?? 0 }]
      : []
  })
const warnings = (socket: RealtimeSocket) => {
  const heard: string[] = []
  socket.on('warning', ({ code }) => heard.push(code))
  return heard
}

test('renegotiation by itself: one round at a time, wishes coalesce, and the engine’s ids are out of an application’s reach', async () => {
  const socket = await stage.connected()
  const messages: unknown[] = []
  socket.on('message', (data: unknown) => messages.push(data))
  for (const name of ['a', 'b', 'c']) socket.createReceiverTrack(name, 'video')
  await stage.clock.quiet()
  expect([offers().map(({ lines }) => lines), offers().every(({ id }) => id >= 2 ** 40), messages]).toEqual([
    [2, 4],
    true,
    [],
  ])
})

test('renegotiation by hand: in manual mode the engine starts no round itself', async () => {
  const socket = await stage.connected({}, { negotiation: 'manual' })
  const receiver = socket.createReceiverTrack('a', 'video')
  await stage.clock.quiet()
  expect([offers(), receiver.state]).toEqual([[], 'waiting'])
  const made = socket.generateOffer()
  await stage.clock.quiet()
  const { offer, meta } = await made
  expect([offer, meta.receivers, meta.sdp.match(/^m=\w+/gm)]).toEqual([
    { type: 'offer', sdp: meta.sdp },
    { audio: 0, video: 1 },
    ['m=application', 'm=video'],
  ])
})

test('generateOffer/updateSdp: the old way, debounced, beside the engine’s own rounds', async () => {
  const socket = await stage.connected()
  const rpc = new RPC(socket, { environment: stage.environment })
  const warned = warnings(socket)
  // What the old SDK’s session layer does some time after each wish.
  const update = async () => {
    const { offer, meta } = await socket.generateOffer()
    const answer = await rpc.request<unknown, { sdp: string }>('peer.updateSdp', meta)
    if (answer.status) socket.updateSdp(offer, answer.data.sdp)
  }
  const sender = socket.createSenderTrack({ name: 'mic', kind: 'audio' })
  stage.clock.later(500, () => void update())
  await stage.clock.pass(100)
  const receiver = socket.createReceiverTrack('a', 'video')
  stage.clock.later(500, () => void update())
  await stage.clock.quiet()
  expect([
    sender.transceiver?.mid,
    receiver.transceiver?.mid,
    receiver.serverId,
    socket.getSnapshot().charts.negotiation,
  ]).toEqual(['1', '2', 'video_0', 'stable'])
  expect(warned).toEqual([])
})

test('generateOffer/updateSdp: a caller waits its turn, and the round expires after 10 s', async () => {
  const socket = await stage.connected()
  const warned = warnings(socket)
  const first = socket.generateOffer()
  const second = socket.generateOffer()
  let turn = 0
  void second.then(() => (turn = stage.clock.now()))
  await stage.clock.pass(0)
  const { offer } = await first
  const begun = stage.clock.now()
  await stage.clock.pass(20_000)
  socket.updateSdp(offer, 'v=0')
  expect([turn - begun, warned]).toEqual([10_000, ['stale-offer']])
})

test('m-lines: a mid is fixed once, over repeated offers and rollbacks', async () => {
  const socket = await stage.connected({ receivers: { video: 1 } })
  let refusals = 2
  stage.gateway.answerRequest = (request) =>
    request.request === 'peer.updateSdp' && (refusals -= 1) >= 0 ? { success: false } : usualAnswer(request)
  const warned = warnings(socket)
  const sender = socket.createSenderTrack({ name: 'cam', kind: 'video' })
  await stage.clock.quiet()
  // The double of the gateway writes down every mid that changes: see what `NOTHING` says of violations.
  expect([warned, sender.transceiver?.mid, offers().map(({ lines }) => lines)]).toEqual([
    ['request-refused', 'request-refused'],
    '2',
    [3, 3, 3],
  ])
})

test('answer lost: the same offer once more, by a gateway that did apply it, then rolled back', async () => {
  const socket = await stage.connected()
  const warned = warnings(socket)
  let lost = 0
  stage.gateway.answerRequest = (request) =>
    request.request === 'peer.updateSdp' && (lost += 1) <= 1 ? undefined : usualAnswer(request)
  const receiver = socket.createReceiverTrack('a', 'video')
  await stage.clock.quiet()
  const [one, two] = stage.gateway.received
    .filter((message) => (message as { request?: string }).request === 'peer.updateSdp')
    .map((message) => (message as { data: unknown }).data)
  expect([lost, one, warned, receiver.serverId]).toEqual([2, two, [], 'video_0'])
})

test('createSenderTrack, createReceiverTrack: a live duplicate is a typed error at the call, a stopped one is none', async () => {
  const socket = await stage.connected()
  const sender = socket.createSenderTrack({ name: 'mic', kind: 'audio' })
  const receiver = socket.createReceiverTrack('a', 'video')
  const codes = [
    await outcome(Promise.resolve().then(() => socket.createSenderTrack({ name: 'mic', kind: 'audio' }))),
    await outcome(Promise.resolve().then(() => socket.createReceiverTrack('a', 'video'))),
  ]
  sender.stop()
  receiver.stop()
  expect(codes).toEqual([
    { code: 'duplicate', phase: 'idle' },
    { code: 'duplicate', phase: 'idle' },
  ])
  expect([
    socket.createSenderTrack({ name: 'mic', kind: 'audio' }).uuid,
    socket.createReceiverTrack('a', 'video').state,
  ]).toEqual([sender.uuid, 'waiting'])
})

test('sender stop: toggled off, replaceTrack(null), the line is kept and serves the same name', async () => {
  const senders = [{ name: 'cam', kind: 'video' as const, stream: stage.stream('video') }]
  const socket = await stage.connected({ senders })
  const [cam] = socket.senders
  const line = cam?.transceiver
  cam?.stop()
  await stage.clock.quiet()
  const told = stage.gateway.received.map((message) => message as { request?: string; data?: unknown })
  expect([told.map(({ request, data }) => [request, data]), line?.sender.track]).toEqual([
    [['sender.toggle', { name: 'cam', kind: 'video', track: null }]],
    null,
  ])
  const again = socket.createSenderTrack({ name: 'cam', kind: 'video', stream: stage.stream('video') })
  await stage.clock.quiet()
  expect([again.transceiver, offers()]).toEqual([line, []])
})

test('sender stop: silent first, told 100 ms later, since a packet after the word announces the stream again', async () => {
  const senders = [{ name: 'cam', kind: 'video' as const, stream: stage.stream('video') }]
  const socket = await stage.connected({ senders })
  const [cam] = socket.senders
  const begun = stage.clock.now()
  const seen: unknown[] = []
  stage.gateway.answerRequest = ({ data }) => {
    seen.push([stage.clock.now() - begun, (data as { track: unknown }).track, cam?.transceiver?.sender.track])
    return { success: true }
  }
  cam?.stop()
  const again = socket.createSenderTrack({ name: 'cam', kind: 'video', stream: stage.stream('video') })
  await stage.clock.quiet()
  expect(seen).toEqual([
    [100, null, null],
    [100, again.trackId, null],
  ])
  expect(again.transceiver?.sender.track?.id).toBe(again.trackId)
})

test('sender stop: a word that waits for the silence is taken back when its track stops meanwhile', async () => {
  const senders = [{ name: 'cam', kind: 'video' as const, stream: stage.stream('video') }]
  const socket = await stage.connected({ senders })
  const [cam] = socket.senders
  cam?.replaceStream(null)
  await stage.clock.pass(50)
  cam?.stop()
  await stage.clock.quiet()
  expect(stage.gateway.received.map((message) => (message as { data: unknown }).data)).toEqual([
    { name: 'cam', kind: 'video', track: null },
  ])
})

test('pause, resume: local, without a round and without a word to the server', async () => {
  const socket = await stage.connected({
    senders: [{ name: 'cam', kind: 'video', stream: stage.stream('video') }],
    receivers: { video: 1 },
  })
  const [cam] = socket.senders
  const receiver = socket.createReceiverTrack('a', 'video')
  await stage.clock.quiet()
  const seen: unknown[] = []
  const see = () => seen.push([cam?.transceiver?.sender.track !== null, receiver.getTrack()?.enabled])
  for (const call of ['pause', 'resume'] as const) {
    cam?.[call]()
    receiver[call]()
    await stage.clock.quiet()
    see()
  }
  expect([seen, stage.gateway.received]).toEqual([
    [
      [false, false],
      [true, true],
    ],
    [],
  ])
})

test('receiver stop: disconnected, the line serves the next of its kind, and the ordinal stays', async () => {
  const socket = await stage.connected({ receivers: { video: 1 } })
  const first = socket.createReceiverTrack('a', 'video')
  first.attach({ peer: 'bob', stream: 'cam' })
  await stage.clock.quiet()
  first.stop()
  const second = socket.createReceiverTrack('b', 'video')
  await stage.clock.quiet()
  expect([
    second.serverId,
    offers(),
    stage.gateway.received.map((message) => (message as { request: string }).request),
  ]).toEqual(['video_0', [], ['receiver.switch', 'receiver.disconnect']])
})
