import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Gateway } from '../../gateway/src/index.js'
import { MediaGatewayConnector, RealtimeSocketState as State, RPC, type RealtimeSocket } from '../../src/index.js'
import { mediaLines } from '../../src/protocol/sdp.js'
import { nodePlace } from '../node/place.js'
import { MediaStage, type MediaPlace } from '../scenarios/media-stage.js'
import { NOTHING } from '../support/ledger.js'
import { holds, outcome } from '../support/stage.js'
import { warningsOf } from './reading.js'

let gateway: Gateway
let place: MediaPlace
let stage: MediaStage

beforeAll(async () => {
  ;({ gateway, place } = await nodePlace({ relay: true }))
})

afterAll(() => gateway.close())

beforeEach(() => {
  stage = new MediaStage(place)
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
  gateway.faults.clear()
  await holds(() => gateway.sessions().length === 0, 'no session left at the gateway')
})

const picture = (width = 160, height = 120) => stage.picture(width, height)
const lines = (sdp: string | undefined) => mediaLines(sdp ?? '').map(({ kind, mid }) => `${kind} ${mid}`)

test('A3 an answer that is no answer rejects the connect; the next one is taken', async () => {
  const socket = stage.socket()
  let spoil = true
  const connector = new (class extends MediaGatewayConnector {
    override async connect(...args: Parameters<MediaGatewayConnector['connect']>) {
      const answer = await super.connect(...args)
      if (spoil) answer.data.sdp = answer.data.sdp.replace(/a=ice-pwd:.*/g, 'a=ice-pwd:x')
      return answer
    }
  })(undefined, { environment: stage.ledger.environment })
  const failed = outcome(socket.connect(connector, stage.config('alice')))
  expect([await failed, socket.peerState]).toEqual([{ code: 'answer-refused', phase: 'applying-answer' }, State.Failed])
  spoil = false
  await socket.connect(connector, stage.config('alice'))
  expect(socket.peerState).toBe(State.Connected)
})

test('A12 a session is over at once although nothing gets through to the server but HTTP', async () => {
  const socket = await stage.connected('alice')
  expect(gateway.faults.udp.set('drop', { room: stage.room })).toBe(1)
  socket.close()
  // Less than the 51 s that the server waits for a silent peer.
  await holds(() => gateway.sessions().length === 0, 'the end of the session')
  expect([socket.peerState, stage.ledger.leftovers.peerConnections]).toEqual([State.Closed, 0])
})

describe('rounds by hand', () => {
  const manual = async () => {
    const socket = stage.socket({ negotiation: 'manual' })
    await socket.connect(stage.connector(), stage.config('alice'))
    return socket
  }
  const round = async (
    socket: RealtimeSocket,
    { offer, meta }: Awaited<ReturnType<RealtimeSocket['generateOffer']>>,
  ) => {
    const answer = await new RPC(socket).request<typeof meta, { sdp: string }>('peer.updateSdp', meta)
    socket.updateSdp(offer, answer.status ? answer.data.sdp : '')
  }

  test('C33 two generateOffer before the first answer: two rounds, one after the other', async () => {
    const socket = await manual()
    const warned = warningsOf(socket)
    const one = socket.createReceiverTrack('one', 'video')
    const [first, second] = [socket.generateOffer(), socket.generateOffer()]
    await first
    const two = socket.createReceiverTrack('two', 'audio')
    await round(socket, await first)
    await holds(() => one.serverId !== undefined, 'the first line')
    await round(socket, await second)
    await holds(() => two.serverId !== undefined, 'the second line')
    expect([one.serverId, two.serverId, warned, stage.ledger.made[0]?.signalingState]).toEqual([
      'video_0',
      'audio_0',
      [],
      'stable',
    ])
  })

  test('C34 an answer that is no good is rolled back, and the next round keeps the lines and their mids', async () => {
    const socket = await manual()
    const warned = warningsOf(socket)
    const guest = socket.createReceiverTrack('guest', 'video')
    const spoilt = await socket.generateOffer()
    socket.updateSdp(spoilt.offer, 'hello')
    const next = await socket.generateOffer()
    expect([warned, stage.ledger.made[0]?.signalingState]).toEqual([['answer-refused renegotiating'], 'stable'])
    expect(lines(next.offer.sdp)).toEqual(lines(spoilt.offer.sdp))
    await round(socket, next)
    await holds(() => guest.serverId !== undefined, 'the line')
    expect([lines(stage.ledger.made[0]?.currentRemoteDescription?.sdp), guest.serverId]).toEqual([
      lines(next.offer.sdp),
      'video_0',
    ])
  })
})

test('C42 100 rounds of stop and create add no m-line', async () => {
  const senders = [{ name: 'camera', kind: 'video' as const }]
  const socket = await stage.connected('alice', { senders, receivers: { video: 1 } })
  const peer = stage.ledger.made[0]!
  const before = lines(peer.localDescription?.sdp)
  for (let count = 0; count < 100; count += 1) {
    socket.senders[0]?.stop()
    socket.receivers[0]?.stop()
    const sender = socket.createSenderTrack({ name: 'camera', kind: 'video' })
    const receiver = socket.createReceiverTrack(`view-${count}`, 'video')
    await holds(() => [sender, receiver].every(({ state }) => state.startsWith('live')), `round ${count}`)
    expect(receiver.serverId).toBe('video_0')
  }
  expect([before.length, lines((await socket.generateOffer()).offer.sdp), peer.getTransceivers().length]).toEqual([
    3,
    before,
    2,
  ])
})

test('C43 others see a stream go when its sender stops, and when it has no source any more', async () => {
  const other = await stage.connected('bob')
  const heard: string[] = []
  const rpc = new RPC(other)
  for (const event of ['stream_added', 'stream_removed'])
    rpc.on(event, (data) => void heard.push(`${event} ${(data as { stream: string }).stream}`))
  const publisher = await stage.connected('alice', {
    senders: ['one', 'two'].map((name) => ({ name, kind: 'video', stream: picture() })),
  })
  await holds(() => heard.length === 2, 'both streams')
  publisher.senders[1]?.replaceStream(null)
  await holds(() => heard.length === 3, 'the end of the second')
  publisher.senders[0]?.stop()
  await holds(() => heard.length === 4, 'the end of the first')
  expect(heard.toSorted()).toEqual(['stream_added one', 'stream_added two', 'stream_removed one', 'stream_removed two'])
})

test('D47 the server shows each stream under its own name, in whatever order the tracks came', async () => {
  const publisher = await stage.connected('alice', {
    receivers: { video: 1, audio: 1 },
    senders: [
      { name: 'narrow', kind: 'video', stream: picture(160, 120) },
      { name: 'mic', kind: 'audio', stream: stage.playing(place.tone()).stream },
      { name: 'wide', kind: 'video', stream: picture(320, 240) },
    ],
  })
  publisher.createReceiverTrack('guest', 'video')
  publisher.createReceiverTrack('another', 'video')
  publisher.createSenderTrack({ name: 'late', kind: 'video', stream: picture(240, 180) })
  const viewer = await stage.connected('bob', { receivers: { video: 3 } })
  const seen = ['late', 'wide', 'narrow'].map((name) => {
    const receiver = viewer.createReceiverTrack(name, 'video')
    const sink = stage.watched(receiver)
    receiver.attach({ peer: 'alice', stream: name })
    return sink
  })
  await holds(() => seen.every(({ width }) => width > 0), 'three pictures')
  expect(seen.map(({ width }) => width)).toEqual([240, 320, 160])
})

test('D49 receivers of the same stream show a track of their own each', async () => {
  await stage.connected('alice', { senders: [{ name: 'camera', kind: 'video', stream: picture() }] })
  const viewer = await stage.connected('bob', { receivers: { video: 1 } })
  const receivers = ['one', 'two'].map((id) => viewer.createReceiverTrack(id, 'video'))
  const seen = receivers.map((receiver) => stage.watched(receiver))
  for (const receiver of receivers) receiver.attach({ peer: 'alice', stream: 'camera' })
  await holds(() => seen.every(({ count }) => count > 0), 'both pictures')
  expect(receivers.map(({ trackId }) => trackId)).toEqual(
    receivers.map(({ transceiver }) => transceiver?.receiver.track.id),
  )
  expect(new Set(receivers.map(({ trackId }) => trackId)).size).toBe(2)
})
