import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RealtimeSocket } from '../../src/index.js'
import { sectionsOf } from '../doubles/sdp.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { asked, connectRequests } from './reading.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

const remote = (line: number) => stage.peer.getTransceivers()[line]!.receiver.track
const again = async (socket: RealtimeSocket) => {
  const connecting = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await connecting
}

test('D47 the list of senders has the order of their m-lines, whenever and however they came', async () => {
  const configs = connectRequests(stage)
  const socket = await stage.connected({
    senders: [
      { name: 'v1', kind: 'video' },
      { name: 'a1', kind: 'audio' },
    ],
    receivers: { audio: 1 },
  })
  socket.createReceiverTrack('guest', 'video')
  socket.createSenderTrack({ name: 'v2', kind: 'video' })
  await stage.clock.quiet()
  socket.createSenderTrack({ name: 'a2', kind: 'audio' })
  // A sender that comes back takes its old place, not the last.
  socket.senders.find(({ info }) => info.name === 'v1')?.stop()
  socket.createSenderTrack({ name: 'v1', kind: 'video' })
  await stage.clock.quiet()
  const names = ['v1', 'a1', 'v2', 'a2']
  const byLine = () => {
    const order = sectionsOf(stage.peer.localDescription?.sdp ?? '').map(({ mid }) => mid)
    const lineOf = (sender: (typeof socket.senders)[number]) => order.indexOf(sender.transceiver?.mid ?? '')
    return socket.senders.toSorted((a, b) => lineOf(a) - lineOf(b)).map(({ info }) => info.name)
  }
  const { meta } = await socket.generateOffer()
  expect([meta.senders.map(({ name }) => name), byLine()]).toEqual([names, names])
  stage.peer.channels[0]?.breaks()
  await again(socket)
  expect([configs.map(({ senders }) => senders.map(({ name }) => name)), byLine()]).toEqual([
    [['v1', 'a1'], names],
    names,
  ])
})

test('D48 the stream of a receiver is the same before it is connected, while it is, and after another connect', async () => {
  const socket = stage.socket()
  const receiver = socket.createReceiverTrack('guest', 'video')
  const added: string[] = []
  receiver.on('track_added', ({ id }) => added.push(id))
  const { stream } = receiver
  const seen: unknown[] = []
  const see = () => seen.push([receiver.stream === stream, stream.getTracks().map(({ id }) => id)])
  see()
  await again(socket)
  const first = remote(0).id
  see()
  stage.peer.channels[0]?.breaks()
  see()
  await again(socket)
  const second = remote(0).id
  see()
  expect(seen).toEqual([
    [true, []],
    [true, [first]],
    [true, []],
    [true, [second]],
  ])
  expect([added, first === second]).toEqual([[first, second], false])
})

test('D49 each receiver shows the track of its own line: no event and no msid is needed', async () => {
  const socket = await stage.connected({ receivers: { video: 2 } })
  const one = socket.createReceiverTrack('one', 'video')
  const two = socket.createReceiverTrack('two', 'video')
  const three = socket.createReceiverTrack('three', 'video')
  for (const receiver of [one, two, three]) receiver.attach({ peer: 'bob', stream: 'camera' })
  await stage.clock.quiet()
  // The doubles never dispatch `track`, and their descriptions name no stream.
  expect(stage.peer.remoteDescription?.sdp).not.toMatch(/msid/)
  expect([one, two, three].map(({ stream, trackId }) => [stream.getTracks().map(({ id }) => id), trackId])).toEqual(
    [0, 1, 2].map((line) => [[remote(line).id], remote(line).id]),
  )
  expect(new Set([0, 1, 2].map((line) => remote(line).id)).size).toBe(3)
})

describe('D50 what becomes of a track can be seen', () => {
  const receiving = async () => {
    const socket = await stage.connected()
    const receiver = socket.createReceiverTrack('guest', 'video')
    await stage.clock.quiet()
    const states: string[] = []
    socket.on('transition', ({ chart, to }) => chart === 'receiver:guest' && states.push(to))
    const shown = () => [receiver.hasTrack, receiver.trackId, receiver.stream.getTracks().length]
    return { socket, receiver, states, shown }
  }

  test('D50 of the far side: media begins, pauses, goes on', async () => {
    const { states, shown } = await receiving()
    for (const on of [true, false, true]) remote(0).flows(on)
    expect(states).toEqual(
      ['flowing', 'none', 'flowing'].map((media) => `live.media.${media}+playback.playing+subscription.detached`),
    )
    expect(shown()).toEqual([true, remote(0).id, 1])
  })

  test('D50 of the far side: it ends', async () => {
    const { states, shown } = await receiving()
    remote(0).flows(true)
    states.length = 0
    remote(0).ends()
    expect(states).toEqual(['live.media.none+playback.playing+subscription.detached'])
    expect(shown()).toEqual([false, undefined, 0])
  })

  test('D50 of the far side: the peer connection ends', async () => {
    const { receiver, shown } = await receiving()
    remote(0).flows(true)
    stage.peer.channels[0]?.breaks()
    expect([shown(), receiver.state]).toEqual([[false, undefined, 0], 'waiting'])
  })

  test('D50 of this side: a source that ends is told to the server', async () => {
    const source = stage.track('video')
    const socket = stage.socket()
    const stream = stage.stream()
    stream.addTrack(source as never)
    const sender = socket.createSenderTrack({ name: 'camera', kind: 'video', stream })
    await again(socket)
    source.ends()
    await stage.clock.quiet()
    expect([sender.state, sender.transceiver?.sender.track, asked(stage)]).toEqual([
      'live.source.ended+server.informed',
      null,
      [['sender.toggle', { name: 'camera', kind: 'video', track: null }]],
    ])
  })

  test('D50 of this side: a source that had ended before', async () => {
    const socket = await stage.connected()
    const stream = stage.stream('video')
    for (const track of stream.getTracks() as unknown as { ends(): void }[]) track.ends()
    const sender = socket.createSenderTrack({ name: 'camera', kind: 'video', stream })
    await stage.clock.quiet()
    expect(sender.state).toBe('live.source.ended+server.informed')
  })
})

test('D51 a stopped receiver is disconnected before its line serves the next one', async () => {
  const socket = await stage.connected({ receivers: { video: 1 } })
  const first = socket.createReceiverTrack('guest', 'video')
  first.attach({ peer: 'bob', stream: 'camera' })
  first.pause()
  await stage.clock.quiet()
  const track = remote(0)
  const { transceiver, stream } = first
  expect([first.hasTrack, track.enabled]).toEqual([true, false])
  const heard: string[] = []
  first.on('stopped', () => heard.push('stopped'))
  first.stop()
  first.stop()
  const next = socket.createReceiverTrack('guest', 'video')
  next.attach({ peer: 'carol', stream: 'screen' })
  await stage.clock.quiet()
  expect([heard, first.state, first.hasTrack, stream.getTracks()]).toEqual([['stopped'], 'stopped', false, []])
  expect([next.transceiver, next.serverId, next.trackId, track.enabled]).toEqual([
    transceiver,
    'video_0',
    track.id,
    true,
  ])
  expect(asked(stage)).toEqual([
    ['receiver.switch', { id: 'video_0', priority: 1, remote: { peer: 'bob', stream: 'camera' } }],
    ['receiver.disconnect', { id: 'video_0' }],
    ['receiver.switch', { id: 'video_0', priority: 1, remote: { peer: 'carol', stream: 'screen' } }],
  ])
  expect(transceiver?.direction).toBe('recvonly')
})
