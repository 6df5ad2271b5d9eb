import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  Codecs,
  LatencyMode,
  MixMinusMode,
  RealtimeSocketState as State,
  StreamKinds,
  type ISessionConfig,
  type SenderConfig,
} from '../../src/index.js'
import { NOTHING } from '../support/ledger.js'
import { holds, outcome, Stage } from '../support/stage.js'
import { MediaStage, type MediaPlace } from './media-stage.js'

const section = (sdp: string | undefined, kind: string) => sdp?.split(/^m=/m).find((one) => one.startsWith(kind)) ?? ''

/** Codecs of the first line of a kind in the order of the offer, each once, without what only helps them. */
const codecsOf = (sdp: string | undefined, kind: string) => {
  const line = section(sdp, kind)
  const [, , , ...payloads] = line.slice(0, line.indexOf('\r')).split(' ')
  const names = payloads.map((payload) => new RegExp(`^a=rtpmap:${payload} ([^/]+)`, 'm').exec(line)?.[1] ?? '')
  return [...new Set(names)].filter((name) => !/rtx|red|fec|CN|telephone/.test(name))
}

/** How tracks are sent and played, on whatever real WebRTC the place has. */
export const widthScenarios = (place: () => MediaPlace): void => {
  describe('tracks as they were asked for', () => {
    let stage: MediaStage

    beforeEach(() => {
      stage = new MediaStage(place())
    })

    afterEach(async () => expect(await stage.dispose()).toEqual(NOTHING))

    const offered = async (sender: Partial<SenderConfig>, more: Partial<ISessionConfig> = {}) => {
      const stream = stage.picture(640, 480)
      const senders = [{ name: 'cam', kind: StreamKinds.VIDEO, stream, ...sender }]
      const socket = await stage.connected('alice', { senders, ...more })
      const { sdp } = stage.ledger.made[0]!.localDescription!
      const [cam] = socket.senders
      const encodings = cam!.transceiver!.sender.getParameters().encodings
      return { socket, sdp, encodings }
    }

    test.each([
      ['a camera in three layers', false, ['0', '1', '2'], [4, 2, 1], [50_000, 200_000, 800_000]],
      ['a screen in two', true, ['0', '1'], [2, 1], [210_000, 840_000]],
    ])(
      '%s: rids from low to high, and of a bound each layer gets its share',
      async (_, screen, rids, scales, shares) => {
        const { sdp, encodings } = await offered({ simulcast: true, screen, maxBitrate: 1_050_000 })
        expect(/^a=simulcast:send (.*)\r$/m.exec(section(sdp, 'video'))?.[1]).toBe(rids.join(';'))
        expect(
          encodings.map(({ rid, scaleResolutionDownBy, maxBitrate }) => [rid, scaleResolutionDownBy, maxBitrate]),
        ).toEqual(rids.map((rid, layer) => [rid, scales[layer], shares[layer]]))
      },
    )

    test('what is sent in layers is decoded by a viewer', async () => {
      await offered({ simulcast: true })
      const viewer = stage.socket()
      const receiver = viewer.createReceiverTrack('cam', StreamKinds.VIDEO)
      const seen = stage.watched(receiver)
      receiver.attach({ peer: 'alice', stream: 'cam' }, { maxSpatial: 0 })
      await viewer.connect(stage.connector(), stage.config('bob'))
      await holds(() => seen.count > 0, 'a decoded frame')
    })

    test('a bound without layers is one encoding’s', async () => {
      const { sdp, encodings } = await offered({ maxBitrate: 300_000 })
      expect([section(sdp, 'video').includes('a=simulcast'), encodings.map(({ maxBitrate }) => maxBitrate)]).toEqual([
        false,
        [300_000],
      ])
    })

    test('preferred codecs come first, the others stay behind them', async () => {
      const plain = codecsOf((await offered({})).sdp, 'video')
      stage.ledger.made.length = 0
      const { sdp } = await offered({ preferredCodecs: [Codecs.VP9, Codecs.VP8] })
      const arranged = codecsOf(sdp, 'video')
      expect([arranged.slice(0, 2), arranged.toSorted()]).toEqual([['VP9', 'VP8'], plain.toSorted()])
    })

    test('the codecs of a session are the only ones that its lines offer', async () => {
      const { sdp } = await offered({}, { codecs: [Codecs.VP8, Codecs.OPUS], receivers: { audio: 1 } })
      expect([codecsOf(sdp, 'video'), codecsOf(sdp, 'audio')]).toEqual([['VP8'], ['opus']])
    })

    test('the latency mode of the session wins over the socket’s, and is the receivers’ alone', async () => {
      const aims = async (mode: LatencyMode | undefined) => {
        const socket = stage.socket({ latencyMode: LatencyMode.UltraLow })
        const receiver = socket.createReceiverTrack('a', StreamKinds.VIDEO)
        const config = stage.config(`peer-${mode}`, mode ? { latencyMode: mode } : {})
        await socket.connect(stage.connector(), config)
        const { jitterBufferTarget, playoutDelayHint } = receiver.transceiver!.receiver as RTCRtpReceiver & {
          playoutDelayHint?: number
        }
        return jitterBufferTarget ?? (playoutDelayHint === undefined ? undefined : playoutDelayHint * 1_000)
      }
      expect([
        await aims(LatencyMode.Smooth500),
        await aims(undefined),
        (await aims(LatencyMode.Default)) ?? 0,
      ]).toEqual([500, 0, 0])
    })

    test('the elements of an audio mix get its three slots', async () => {
      const elements = [{}, {}, {}] as [HTMLAudioElement, HTMLAudioElement, HTMLAudioElement]
      const receivers = { audio: 1 }
      const socket = await stage.connected('alice', {
        receivers,
        mixMinusAudio: { mode: MixMinusMode.AllAudioStreams, elements },
      })
      await holds(() => socket.receivers.every(({ state }) => state.includes('subscription.attached')), 'the slots')
      expect(socket.receivers.map(({ uuid, serverId }) => [uuid, serverId])).toEqual([
        ['mix_minus_0', 'audio_0'],
        ['mix_minus_1', 'audio_1'],
        ['mix_minus_2', 'audio_2'],
      ])
      expect([elements.map(({ srcObject }) => srcObject), receivers]).toEqual([
        socket.receivers.map(({ stream }) => stream),
        { audio: 1 },
      ])
    })
  })

  describe('what can be asked, and waited for', () => {
    let stage: Stage

    beforeEach(() => {
      stage = new Stage(place())
    })

    afterEach(async () => expect(await stage.dispose()).toEqual(NOTHING))

    test('the commands of each state', async () => {
      const wishes = ['createSenderTrack', 'createReceiverTrack', 'send', 'close']
      const socket = stage.socket()
      const seen = [socket.nextCommands()]
      await socket.connect(stage.connector(), stage.config('alice'))
      seen.push(socket.nextCommands())
      const { offer } = await socket.generateOffer()
      seen.push(socket.nextCommands())
      expect([socket.can('connect'), socket.can('updateSdp')]).toEqual([false, true])
      socket.updateSdp(offer, 'no answer')
      socket.close()
      seen.push(socket.nextCommands())
      expect(seen).toEqual([
        ['connect', ...wishes],
        [...wishes, 'generateOffer', 'getStats'],
        [...wishes, 'generateOffer', 'getStats', 'updateSdp'],
        [],
      ])
    })

    test('when() resolves at the state, at once if it is there, and rejects when nothing leads there', async () => {
      const socket = stage.socket()
      const connected = outcome(socket.when(State.Connected))
      const failed = outcome(socket.when(State.Failed))
      expect(await outcome(socket.when(State.Created))).toBe('resolved')
      await socket.connect(stage.connector(), stage.config('alice'))
      expect([await connected, await outcome(socket.when(State.Created))]).toEqual([
        'resolved',
        { code: 'closed', phase: 'idle' },
      ])
      const closed = outcome(socket.when(State.Closed))
      socket.close()
      expect([await closed, await failed, await outcome(socket.when(State.Connected))]).toEqual([
        'resolved',
        { code: 'closed', phase: 'idle' },
        { code: 'closed', phase: 'idle' },
      ])
    })

    test('who waits for a connect that fails learns why', async () => {
      const socket = stage.socket()
      const [connected, failed] = [outcome(socket.when(State.Connected)), outcome(socket.when(State.Failed))]
      await outcome(socket.connect(stage.connector(), stage.config('alice', { token: 'no token' })))
      expect([await connected, await failed]).toEqual([{ code: 'token-refused', phase: 'awaiting-answer' }, 'resolved'])
    })
  })
}
