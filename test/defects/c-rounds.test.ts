import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RealtimeSocketState as State } from '../../src/index.js'
import { usualAnswer } from '../doubles/gateway.js'
import { PeerConnectionDouble } from '../doubles/peer-connection.js'
import { answerTo, sectionsOf } from '../doubles/sdp.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { askedFor, callsOf, connectRequests, warningsOf } from './reading.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  vi.restoreAllMocks()
  expect(await stage.dispose()).toEqual(NOTHING)
})

const manual = () => stage.connected({}, { negotiation: 'manual' })
const answered = ({ sdp = '' }: RTCSessionDescriptionInit) => answerTo(sdp)
const kinds = ({ sdp = '' }: { sdp?: string }) => sectionsOf(sdp).map(({ kind, direction }) => `${kind} ${direction}`)
const DATA = 'application sendrecv'
const VIDEO_IN = 'video recvonly'

describe('C33 two generateOffer before the first answer', () => {
  test('C33 two generateOffer before the first answer: the second waits for the end of the first round', async () => {
    const socket = await manual()
    const warned = warningsOf(socket)
    const one = socket.createReceiverTrack('one', 'video')
    let came = 0
    const offers = [socket.generateOffer(), socket.generateOffer()]
    for (const offer of offers) void offer.then(() => (came += 1))
    const first = await offers[0]!
    const two = socket.createReceiverTrack('two', 'video')
    await stage.clock.pass(1_000)
    expect([came, kinds(first.offer), first.meta.receivers]).toEqual([1, [DATA, VIDEO_IN], { audio: 0, video: 1 }])
    socket.updateSdp(first.offer, answered(first.offer))
    const second = await offers[1]!
    expect([kinds(second.offer), second.meta.receivers]).toEqual([[DATA, VIDEO_IN, VIDEO_IN], { audio: 0, video: 2 }])
    socket.updateSdp(second.offer, answered(second.offer))
    await stage.clock.pass(0)
    expect([one.serverId, two.serverId, stage.peer.signalingState, warned]).toEqual([
      'video_0',
      'video_1',
      'stable',
      [],
    ])
  })

  test('C33 of two generateOffer the first expires after 10 s: its answer is stale, and changes nothing', async () => {
    const socket = await manual()
    const warned = warningsOf(socket)
    const offers = [socket.generateOffer(), socket.generateOffer()]
    const first = await offers[0]!
    await stage.clock.pass(10_000)
    const second = await offers[1]!
    const before = callsOf(stage, /Description/).length
    socket.updateSdp(first.offer, answered(first.offer))
    await stage.clock.pass(0)
    expect([warned, callsOf(stage, /Description/).length]).toEqual([['stale-offer renegotiating'], before])
    socket.updateSdp(second.offer, answered(second.offer))
    await stage.clock.pass(0)
    expect([stage.peer.signalingState, stage.peer.remoteDescription?.sdp]).toEqual(['stable', answered(second.offer)])
  })
})

describe('C34 an answer that is no good', () => {
  test.each([
    ['is no SDP', () => 'hello'],
    ['is of other lines', (sdp: string) => sdp.replaceAll('a=mid:', 'a=mid:x')],
    ['the peer connection refuses', answerTo],
  ])(
    'C34 to a round by hand, which %s: rolled back and reported, and the next round is as good as any',
    async (what, spoilt) => {
      const socket = await manual()
      const warned = warningsOf(socket)
      const guest = socket.createReceiverTrack('guest', 'video')
      const { offer } = await socket.generateOffer()
      if (what.startsWith('the peer')) stage.calls.failNext('pc.setRemoteDescription', 'rejects')
      socket.updateSdp(offer, spoilt(offer.sdp ?? ''))
      await stage.clock.quiet()
      expect([warned, stage.peer.signalingState, socket.peerState, guest.state]).toEqual([
        ['answer-refused renegotiating'],
        'stable',
        State.Connected,
        'waiting',
      ])
      const next = await socket.generateOffer()
      // The line keeps the mid that it was offered with, whatever the browser calls it after a rollback.
      expect(sectionsOf(next.offer.sdp ?? '')).toEqual(sectionsOf(offer.sdp ?? ''))
      socket.updateSdp(next.offer, answered(next.offer))
      await stage.clock.pass(0)
      expect([stage.peer.signalingState, guest.serverId]).toEqual(['stable', 'video_0'])
    },
  )

  test.each([
    ['refused', 'request-refused renegotiating', { success: false, data: null }],
    ['answered with nonsense', 'answer-refused renegotiating', { success: true, data: { sdp: 'hello' } }],
  ])('C34 a round of the engine that is %s is rolled back, reported and tried again', async (_, warning, answer) => {
    const socket = await stage.connected()
    const warned = warningsOf(socket)
    const states: string[] = []
    stage.gateway.answerRequest = (request) => {
      if (request.request === 'peer.updateSdp' && states.push(stage.peer.signalingState) < 3) return answer
      return usualAnswer(request)
    }
    const guest = socket.createReceiverTrack('guest', 'video')
    await stage.clock.quiet()
    expect([warned, states, stage.peer.signalingState, guest.serverId]).toEqual([
      [warning, warning],
      ['stable', 'stable', 'stable'],
      'stable',
      'video_0',
    ])
  })
})

describe('C35 a sender that is made while the socket connects is offered', () => {
  const camera = () => ({ name: 'camera', kind: 'video' as const, stream: stage.stream('video') })

  test.each([
    ['gateway.selectFromUrls', 0],
    ['pc.createOffer', 1],
    ['gateway.connect', 1],
    ['pc.setRemoteDescription', 1],
  ])('C35 during %s', async (call, rounds) => {
    const release = stage.calls.hold(call)
    const configs = connectRequests(stage)
    const socket = stage.socket()
    const connecting = socket.connect(stage.gateway, stage.config())
    await stage.clock.pass(100)
    const sender = socket.createSenderTrack(camera())
    release()
    await stage.clock.quiet()
    await connecting
    expect([configs.map(({ senders }) => senders.length), askedFor(stage, 'peer.updateSdp').length]).toEqual([
      [1 - rounds],
      rounds,
    ])
    expect([sender.state, sender.transceiver?.currentDirection]).toEqual([
      'live.source.flowing+server.informed',
      'sendonly',
    ])
  })

  test('C35 after the answer, while the channel is not open yet: when it is', async () => {
    stage.network.channel = false
    const socket = stage.socket()
    const connecting = socket.connect(stage.gateway, stage.config())
    await stage.clock.pass(1_000)
    const sender = socket.createSenderTrack(camera())
    await stage.clock.pass(1_000)
    expect(sender.state).toBe('waiting')
    stage.peer.channels[0]?.opens()
    await connecting
    await stage.clock.quiet()
    expect([sender.state, askedFor(stage, 'peer.updateSdp').length]).toEqual(['live.source.flowing+server.informed', 1])
  })
})

describe('C36 an offer has the lines that were asked for, and no other', () => {
  test.each([
    ['nothing', {}, { audio: 0, video: 0 }, [DATA]],
    [
      'receivers',
      { receivers: { video: 2, audio: 1 } },
      { audio: 1, video: 2 },
      ['audio recvonly', VIDEO_IN, VIDEO_IN, DATA],
    ],
    [
      'a sender',
      { senders: [{ name: 'a', kind: 'audio' as const }] },
      { audio: 0, video: 0 },
      ['audio sendonly', DATA],
    ],
  ])('C36 of %s, at the connect and in a round by hand', async (_, more, receivers, lines) => {
    const created = vi.spyOn(PeerConnectionDouble.prototype, 'createOffer')
    const configs = connectRequests(stage)
    const socket = await stage.connected(more)
    const { offer, meta } = await socket.generateOffer()
    expect(configs.map((config) => [kinds(config), config.receivers])).toEqual([[lines, receivers]])
    expect([kinds(offer), meta.receivers]).toEqual([lines, receivers])
    // `offerToReceiveAudio` and `offerToReceiveVideo` are options of createOffer.
    expect(created.mock.calls.flat().filter(Boolean)).toEqual([])
    expect(stage.peer.getTransceivers().length).toBe(lines.length - 1)
  })
})

test('C37 every later offer names its senders as the first one did, or the server could not read it', async () => {
  const configs = connectRequests(stage)
  const socket = await stage.connected({ senders: [{ name: 'mic', kind: 'audio' }] })
  const screen = socket.createSenderTrack({ name: 'screen', kind: 'video', screen: true, label: 'slides' })
  await stage.clock.quiet()
  const [mic] = socket.senders
  const senders = [
    {
      uuid: mic?.uuid,
      name: 'mic',
      kind: 'audio',
      label: 'mic',
      screen: false,
      simulcast: false,
      max_bitrate: 0,
    },
    {
      uuid: screen.uuid,
      name: 'screen',
      kind: 'video',
      label: 'slides',
      screen: true,
      simulcast: false,
      max_bitrate: 0,
    },
  ]
  const { meta } = await socket.generateOffer()
  expect([configs[0]?.senders, meta.senders]).toEqual([senders.slice(0, 1), senders])
  expect(askedFor(stage, 'peer.updateSdp')).toEqual([
    { sdp: expect.stringMatching(/^v=0/), senders, receivers: { audio: 0, video: 0 } },
  ])
})

test('C38 generateOffer is createOffer: no description is set, no line is added while the round is open', async () => {
  const socket = await manual()
  socket.createReceiverTrack('one', 'video')
  const seen: unknown[] = []
  const during = async (round: () => Promise<unknown>) => {
    const from = stage.calls.log.length
    const made = await round()
    seen.push([made, stage.calls.log.slice(from).map(({ name }) => name), stage.peer.signalingState])
  }
  const offered = async () => kinds((await socket.generateOffer()).offer)
  await during(offered)
  await during(async () => {
    socket.createReceiverTrack('two', 'video')
    await stage.clock.pass(5_000)
  })
  await stage.clock.pass(5_000)
  await during(offered)
  await stage.clock.pass(10_000)
  await during(offered)
  expect(seen).toEqual([
    // The line of the wish is realised once, when it is first offered.
    [[DATA, VIDEO_IN], ['pc.addTransceiver', 'pc.createOffer'], 'stable'],
    [undefined, [], 'stable'],
    [[DATA, VIDEO_IN, VIDEO_IN], ['pc.addTransceiver', 'pc.createOffer'], 'stable'],
    [[DATA, VIDEO_IN, VIDEO_IN], ['pc.createOffer'], 'stable'],
  ])
})
