import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Codecs, ContentHint, RealtimeSocketState as State, type SenderConfig } from '../../src/index.js'
import { sectionsOf } from '../doubles/sdp.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { ReceiverDouble, TransceiverDouble } from '../doubles/transceiver.js'
import { asked, askedFor, callsOf, connectRequests, warningsOf } from './reading.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  vi.restoreAllMocks()
  expect(await stage.dispose()).toEqual(NOTHING)
})

const FLOWING = 'live.source.flowing+server.informed'

test('C39 a receiver keeps its name at the server; each kind counts for itself, and no living two share one', async () => {
  const socket = await stage.connected({ receivers: { video: 2 } })
  const made = async (id: string, kind: 'audio' | 'video') => {
    const receiver = socket.createReceiverTrack(id, kind)
    await stage.clock.pass(1_000)
    return receiver
  }
  const names = () => socket.receivers.map(({ uuid, serverId }) => `${uuid} ${serverId}`)
  await made('ears', 'audio')
  const first = await made('first', 'video')
  await made('second', 'video')
  expect(names()).toEqual(['ears audio_0', 'first video_0', 'second video_1'])
  first.stop()
  await made('third', 'video')
  await made('fourth', 'video')
  await made('more ears', 'audio')
  const all = ['ears audio_0', 'second video_1', 'third video_0', 'fourth video_2', 'more ears audio_1']
  expect(names()).toEqual(all)
  // A new peer connection and server session count the same.
  stage.peer.channels[0]?.breaks()
  const again = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await again
  expect(names()).toEqual(all)
})

test('C40 two senders of one track have ids, lines and entries of their own', async () => {
  const configs = connectRequests(stage)
  const stream = stage.stream('video')
  const senders = ['left', 'right'].map((name) => ({ name, kind: 'video' as const, stream }))
  const socket = await stage.connected({ senders })
  const [left, right] = socket.senders
  expect(configs.flatMap(({ senders }) => senders.map(({ uuid, name }) => [uuid, name]))).toEqual([
    [left?.uuid, 'left'],
    [right?.uuid, 'right'],
  ])
  expect([left?.uuid === right?.uuid, left?.transceiver === right?.transceiver, left?.trackId]).toEqual([
    false,
    false,
    right?.trackId,
  ])
  expect(sectionsOf(configs[0]?.sdp ?? '').map(({ kind }) => kind)).toEqual(['video', 'video', 'application'])
})

test.each([undefined, null])(
  'C41 a sender whose stream is %s is offered, and sends once it has one',
  async (stream) => {
    const socket = await stage.connected()
    const sender = socket.createSenderTrack({ name: 'camera', kind: 'video', ...(stream === null && { stream }) })
    await stage.clock.quiet()
    expect([sender.stream, sender.trackId, sender.getTrack(), sender.state]).toEqual([
      null,
      undefined,
      null,
      'live.source.absent+server.informed',
    ])
    sender.replaceStream(stage.stream('audio', 'video'))
    await stage.clock.quiet()
    expect([sender.state, sender.transceiver?.sender.track?.id]).toEqual([FLOWING, sender.trackId])
    expect(askedFor(stage, 'sender.toggle')).toEqual([{ name: 'camera', kind: 'video', track: sender.trackId }])
  },
)

test('C42 100 rounds of stop and create add no m-line, and need no round', async () => {
  const socket = await stage.connected({ senders: [{ name: 'camera', kind: 'video' }], receivers: { video: 1 } })
  const before = stage.peer.getTransceivers()
  for (let round = 0; round < 100; round += 1) {
    const receiver = socket.createReceiverTrack(`view-${round}`, 'video')
    receiver.attach({ peer: 'bob', stream: 'camera' })
    await stage.clock.pass(20)
    expect([receiver.serverId, socket.senders[0]?.transceiver?.mid]).toEqual(['video_0', before[0]?.mid])
    receiver.stop()
    socket.senders[0]?.stop()
    socket.createSenderTrack({ name: 'camera', kind: 'video', stream: stage.stream('video') })
  }
  await stage.clock.quiet()
  expect([stage.peer.getTransceivers(), askedFor(stage, 'peer.updateSdp')]).toEqual([before, []])
  const { offer, meta } = await socket.generateOffer()
  expect([sectionsOf(offer.sdp ?? '').map(({ kind }) => kind), meta.senders.length]).toEqual([
    ['video', 'video', 'application'],
    1,
  ])
})

describe('C43 the server is told when a source goes', () => {
  test.each<[string, (sender: { stop(): void; replaceStream(stream: null): void }) => void, string]>([
    ['stop', (sender) => sender.stop(), 'stopped'],
    ['replaceStream(null)', (sender) => sender.replaceStream(null), 'live.source.absent+server.informed'],
  ])('C43 by %s', async (_, end, state) => {
    const socket = await stage.connected({
      senders: [{ name: 'camera', kind: 'video', stream: stage.stream('video') }],
    })
    const sender = socket.senders[0]!
    const { transceiver } = sender
    expect([asked(stage), transceiver?.sender.track?.id]).toEqual([[], sender.trackId])
    end(sender)
    await stage.clock.quiet()
    expect([asked(stage), transceiver?.sender.track, sender.state]).toEqual([
      [['sender.toggle', { name: 'camera', kind: 'video', track: null }]],
      null,
      state,
    ])
  })
})

describe('C44 layers are fixed when the transceiver is made', () => {
  test.each([
    ['a camera', {}, [4, 2, 1]],
    ['a screen', { screen: true }, [2, 1]],
  ])('C44 of %s, the smallest first', async (_, more, scales) => {
    await stage.connected({ senders: [{ name: 'camera', kind: 'video', simulcast: true, ...more }] })
    expect(stage.peer.getTransceivers()[0]?.sender.getParameters()).toEqual({
      transactionId: '0',
      encodings: scales.map((scaleResolutionDownBy, layer) => ({ rid: `${layer}`, scaleResolutionDownBy })),
    })
    // Their number cannot be changed later (webrtc-pc 5.2, setParameters).
    expect(callsOf(stage, /setParameters/)).toEqual([])
  })

  test('C44 audio has none', async () => {
    await stage.connected({ senders: [{ name: 'mic', kind: 'audio', simulcast: true }] })
    expect(stage.peer.getTransceivers()[0]?.sender.getParameters()).toEqual({ transactionId: '0', encodings: [] })
  })
})

describe('C45 what a sender is configured with is done', () => {
  const sending = async (more: Partial<SenderConfig>) => {
    const kind = more.kind ?? 'video'
    const socket = await stage.connected({ senders: [{ name: 'it', kind, stream: stage.stream(kind), ...more }] })
    return socket.senders[0]!
  }

  test.each([
    ['audio' as const, [Codecs.OPUS], ['audio/PCMU', 'audio/opus'], ['audio/opus', 'audio/PCMU']],
    [
      'video' as const,
      [Codecs.H264, Codecs.VP9],
      ['video/VP8', 'video/VP9', 'video/rtx', 'video/H264'],
      ['video/H264', 'video/VP9', 'video/VP8', 'video/rtx'],
    ],
  ])('C45 preferred codecs of %s, whatever the case of their names', async (kind, preferredCodecs, known, arranged) => {
    const all = known.map((mimeType) => ({ mimeType, clockRate: 48_000, channels: 1 }))
    vi.spyOn(ReceiverDouble, 'getCapabilities').mockReturnValue({ codecs: all, headerExtensions: [] })
    const set = vi.spyOn(TransceiverDouble.prototype, 'setCodecPreferences').mockReturnValue()
    await sending({ kind, preferredCodecs })
    expect(set.mock.calls.map(([codecs]) => codecs.map(({ mimeType }) => mimeType))).toEqual([arranged])
  })

  test('C45 a hint goes to the track, to that which replaces it, and to the server', async () => {
    const configs = connectRequests(stage)
    const sender = await sending({ contentHint: ContentHint.DETAIL })
    const hints = [sender.getTrack()?.contentHint]
    sender.replaceStream(stage.stream('video'))
    hints.push(sender.getTrack()?.contentHint)
    expect([hints, configs[0]?.senders[0]?.content_hint]).toEqual([['detail', 'detail'], 'detail'])
  })

  test('C45 a bound without layers', async () => {
    const sender = await sending({ maxBitrate: 300_000 })
    expect(sender.transceiver?.sender.getParameters().encodings).toEqual([{ maxBitrate: 300_000 }])
  })
})

describe('C46 replacing what is sent', () => {
  const camera = async () => {
    const stream = stage.stream('video')
    const socket = await stage.connected({ senders: [{ name: 'camera', kind: 'video', stream }] })
    const sender = socket.senders[0]!
    return { socket, stream, sender, sent: () => sender.transceiver?.sender.track?.id }
  }

  test('C46 the same stream with another track inside is another source', async () => {
    const { stream, sender, sent } = await camera()
    const [old] = stream.getTracks()
    const next = stage.track('video') as unknown as MediaStreamTrack
    stream.removeTrack(old!)
    stream.addTrack(next)
    expect(sent()).toBe(old?.id)
    sender.replaceStream(stream)
    await stage.clock.pass(0)
    expect([sent(), sender.trackId, sender.stream]).toEqual([next.id, next.id, stream])
  })

  test.each(['rejects', 'throws'] as const)(
    'C46 a replaceTrack that %s is reported, and the next one is tried',
    async (fault) => {
      const { socket, sender, sent } = await camera()
      const warned = warningsOf(socket)
      const before = sent()
      stage.calls.failNext('sender.replaceTrack', fault)
      sender.replaceStream(stage.stream('video'))
      await stage.clock.pass(0)
      expect([warned, sent(), socket.peerState]).toEqual([['internal connected'], before, State.Connected])
      sender.replaceStream(stage.stream('video'))
      await stage.clock.pass(0)
      expect([sent(), sender.state, warned.length]).toEqual([sender.trackId, FLOWING, 1])
    },
  )
})
