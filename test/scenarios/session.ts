import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RPC, RealtimeSocketState as State, StreamKinds } from '../../src/index.js'
import { NOTHING } from '../support/ledger.js'
import { holds, outcome } from '../support/stage.js'
import { MediaStage, type MediaPlace } from './media-stage.js'

const mids = (tracks: readonly { transceiver: RTCRtpTransceiver | undefined }[]) =>
  tracks.map(({ transceiver }) => transceiver?.mid ?? null)

/** The main job, on whatever real WebRTC the place has. */
export const sessionScenarios = (place: () => MediaPlace): void => {
  describe('a session', () => {
    let stage: MediaStage

    beforeEach(() => {
      stage = new MediaStage(place())
    })

    afterEach(async () => expect(await stage.dispose()).toEqual(NOTHING))

    test('connect resolves when the channel is open, and every state is heard once, in order', async () => {
      const socket = stage.socket()
      const heard: string[] = []
      socket.on('peer_state', (state) => heard.push(`peer ${state}`))
      socket.on('dc_state', (state) => heard.push(`dc ${state}`))
      await socket.connect(stage.connector(), stage.config('alice'))
      expect([socket.peerState, socket.dcState]).toEqual([State.Connected, State.Connected])
      socket.close()
      expect(heard).toEqual([
        'dc connecting',
        'peer connecting',
        'dc connected',
        'peer connected',
        'dc closed',
        'peer closed',
      ])
      expect(socket.reason).toBe('closed-by-application')
    })

    test('a viewer decodes what a publisher sends, attached before it is connected', async () => {
      const viewer = stage.socket()
      const video = viewer.createReceiverTrack('video', StreamKinds.VIDEO)
      const audio = viewer.createReceiverTrack('audio', StreamKinds.AUDIO)
      const before = video.stream
      video.attach({ peer: 'alice', stream: 'video_main' })
      audio.attach({ peer: 'alice', stream: 'audio_main' })
      const seen = stage.watched(video)
      const heard = stage.watched(audio)
      await stage.connected('alice', {
        senders: [
          { name: 'audio_main', kind: StreamKinds.AUDIO, stream: stage.playing(place().tone()).stream },
          { name: 'video_main', kind: StreamKinds.VIDEO, stream: stage.picture() },
        ],
      })
      await viewer.connect(stage.connector(), stage.config('bob'))
      await holds(() => seen.count >= 5 && heard.count >= 5, 'decoded audio and video')
      expect(video.stream).toBe(before)
      expect([video.hasTrack, video.serverId, audio.serverId]).toEqual([true, 'video_0', 'audio_0'])
    })

    test('requests are answered, those made before the channel is open too', async () => {
      const socket = stage.socket()
      const rpc = new RPC(socket)
      const early = rpc.request('room.unsubscribe', { peer: 'nobody' })
      await socket.connect(stage.connector(), stage.config('alice'))
      const late = rpc.request('room.unsubscribe', { peer: 'nobody' })
      expect(await Promise.all([early, late])).toEqual([
        { status: false, error: 'refused' },
        { status: false, error: 'refused' },
      ])
    })

    test('a track that is added while connected is negotiated by itself; a replaced one is not', async () => {
      const publisher = await stage.connected('alice', {
        senders: [{ name: 'camera', kind: StreamKinds.VIDEO, stream: stage.picture(320, 240) }],
      })
      const viewer = await stage.connected('bob')
      const camera = viewer.createReceiverTrack('camera', StreamKinds.VIDEO)
      camera.attach({ peer: 'alice', stream: 'camera' })
      const seen = stage.watched(camera)
      await holds(() => seen.width === 320, 'the first picture')
      const screen = publisher.createSenderTrack({
        name: 'screen',
        kind: StreamKinds.VIDEO,
        stream: stage.picture(160, 120),
      })
      const shown = viewer.createReceiverTrack('screen', StreamKinds.VIDEO)
      shown.attach({ peer: 'alice', stream: 'screen' })
      const other = stage.watched(shown)
      await holds(() => other.width === 160, 'the added track')
      const before = mids(publisher.senders)
      publisher.senders[0]?.replaceStream(stage.picture(480, 360))
      await holds(() => seen.width === 480, 'the replaced picture')
      expect(mids(publisher.senders)).toEqual(before)
      await holds(() => screen.state === 'live.source.flowing+server.shown', 'the word that others see it')
      expect([camera.serverId, shown.serverId]).toEqual(['video_0', 'video_1'])
    })

    test('receivers that come and go share one line', async () => {
      await stage.connected('alice', {
        senders: [{ name: 'camera', kind: StreamKinds.VIDEO, stream: stage.picture() }],
      })
      const viewer = await stage.connected('bob', { receivers: { video: 1 } })
      for (let round = 0; round < 5; round += 1) {
        const receiver = viewer.createReceiverTrack(`view-${round}`, StreamKinds.VIDEO)
        receiver.attach({ peer: 'alice', stream: 'camera' })
        const seen = stage.watched(receiver)
        await holds(() => seen.count >= 2, `a picture in round ${round}`)
        expect(receiver.serverId).toBe('video_0')
        receiver.stop()
        expect([receiver.state.split('.')[0], receiver.hasTrack]).toEqual(['stopping', false])
      }
      const report = await viewer.getStats()
      const kinds = [...(report.values() as Iterable<{ type: string; kind?: string }>)].filter(
        ({ type }) => type === 'inbound-rtp',
      )
      expect(kinds.filter(({ kind }) => kind === 'video')).toHaveLength(1)
    })

    test('a sender that is stopped and created again under its name takes the same line', async () => {
      const publisher = await stage.connected('alice', {
        senders: [{ name: 'camera', kind: StreamKinds.VIDEO, stream: stage.picture() }],
      })
      const viewer = await stage.connected('bob')
      const receiver = viewer.createReceiverTrack('camera', StreamKinds.VIDEO)
      receiver.attach({ peer: 'alice', stream: 'camera' })
      const seen = stage.watched(receiver)
      await holds(() => seen.count >= 3, 'the first picture')
      const [first] = publisher.senders
      const [mid, uuid] = [first?.transceiver?.mid, first?.uuid]
      first?.stop()
      const again = publisher.createSenderTrack({
        name: 'camera',
        kind: StreamKinds.VIDEO,
        stream: stage.picture(160, 120),
      })
      await holds(() => seen.width === 160, 'the picture of the new sender')
      expect([again.transceiver?.mid, again.uuid]).toEqual([mid, uuid])
    })

    test('a refused token is a typed error, and connect may be called again', async () => {
      const socket = stage.socket()
      const refused = socket.connect(stage.connector(), stage.config('alice', { token: 'no.such.token' }))
      expect(await outcome(refused)).toEqual({ code: 'token-refused', phase: 'awaiting-answer' })
      expect([socket.peerState, socket.getSnapshot().lastError?.fatal]).toEqual([State.Failed, true])
      await socket.connect(stage.connector(), stage.config('alice'))
      expect(socket.peerState).toBe(State.Connected)
    })

    test('the same call gets the same promise, another one is refused', async () => {
      const socket = stage.socket()
      const [connector, config] = [stage.connector(), stage.config('alice')]
      const first = socket.connect(connector, config)
      expect(socket.connect(connector, config)).toBe(first)
      expect(await outcome(socket.connect(connector, stage.config('alice')))).toEqual({
        code: 'already-connected',
        phase: 'idle',
      })
      await first
      expect(socket.connect(connector, config)).toBe(first)
    })

    test('close during a connect rejects it, and is the last that is heard', async () => {
      const socket = stage.socket()
      const heard: string[] = []
      socket.on('peer_state', (state) => heard.push(state))
      socket.on('transition', ({ to }) => to === 'awaitingAnswer' && socket.close())
      const connecting = socket.connect(stage.connector(), stage.config('alice'))
      expect(await outcome(connecting)).toEqual({ code: 'closed', phase: 'awaiting-answer' })
      expect(heard).toEqual(['connecting', 'closed'])
    })

    test('an aborted connect fails with its own code', async () => {
      const socket = stage.socket()
      const abort = new AbortController()
      const connecting = socket.connect(stage.connector(), stage.config('alice'), { signal: abort.signal })
      abort.abort()
      expect(await outcome(connecting)).toEqual({ code: 'aborted', phase: 'selecting-gateway' })
      expect(socket.peerState).toBe(State.Failed)
    })

    test('of several gateways the healthy one is taken', async () => {
      const socket = stage.socket({}, ['http://127.0.0.1:9', place().url])
      const connector = stage.connector()
      await socket.connect(connector, stage.config('alice'))
      expect(connector.url).toBe(place().url)
    })

    test('messages that nobody listens to are kept for the first listener', async () => {
      const socket = await stage.connected('alice')
      await stage.connected('bob')
      // The server announces the second peer by an event.
      const heard: string[] = []
      await holds(() => socket.bufferedAmount === 0, 'a quiet channel')
      socket.on('message', (data) => heard.push(String(data)))
      await holds(() => heard.some((text) => text.includes('"bob"')), 'the event about the second peer')
    })
  })
}
