import { RawPeer, senderInfo, type SenderLine } from '../raw-client.js'
import type { Json, Run, Target } from '../scenario.js'
import { onlyVp8 } from '../scenarios/connect.js'

const audio: SenderLine = { kind: 'audio', name: 'audio_main' }
const video: SenderLine = { kind: 'video', name: 'video_main' }
const small = { width: 320, height: 180 }

/** Everything one client said and was told, in order. */
const story = (peer: RawPeer, senders: readonly SenderLine[]) => ({
  connect: {
    request: {
      room: peer.room,
      peer: peer.peer,
      token: peer.target.token(peer.room, peer.peer),
      senders: senders.map(senderInfo),
      sdp: peer.firstOffer,
    },
    response: peer.response,
  },
  channel: peer.transcript.map(({ from, frame }) => ({ from, frame: from === 'client' ? asJson(frame) : frame })),
})

const asJson = (frame: Json) => {
  try {
    return JSON.parse(String(frame)) as Json
  } catch {
    return frame
  }
}

const published = (peer: RawPeer, names: readonly string[]) =>
  peer.until(() => names.every((name) => peer.saw('stream_added', name)))

/** All codecs appear in the first file; the others are about lines and would only grow. */
type Capture = (target: Target, run: Run) => Promise<unknown>

export const sessionCaptures: Record<string, Capture> = {
  async connect(target, run) {
    const peer = await RawPeer.join(target, run, {
      peer: 'alice',
      senders: [audio, video],
      receivers: { audio: 1, video: 1 },
    })
    await published(peer, ['audio_main', 'video_main'])
    return story(peer, [audio, video])
  },

  async 'two-peers'(target, run) {
    const bob = await RawPeer.join(target, run, { peer: 'bob', receivers: { audio: 1, video: 1 } })
    const alice = await RawPeer.join(target, run, { peer: 'alice', senders: [audio, video] })
    await published(bob, ['audio_main', 'video_main'])
    for (const kind of ['audio', 'video'])
      await bob.request('receiver.switch', {
        id: `${kind}_0`,
        priority: 100,
        remote: { peer: 'alice', stream: `${kind}_main` },
      })
    const sink = bob.sink(bob.receivers.video[0]!)
    await bob.until(() => sink.count > 0)
    await bob.request('receiver.limit', { id: 'video_0', limit: { priority: 100, max_spatial: 2, max_temporal: 2 } })
    await alice.request('sender.toggle', { name: 'video_main', kind: 'video', track: null })
    await bob.until(() => bob.saw('stream_removed', 'video_main'))
    await bob.request('receiver.disconnect', { id: 'video_0' })
    alice.close()
    await bob.until(() => bob.saw('peer_removed', 'alice') && bob.saw('stream_removed', 'audio_main'))
    await bob.ping()
    return { bob: story(bob, []) }
  },

  async renegotiation(target, run) {
    const peer = await RawPeer.join(target, run, {
      peer: 'alice',
      prepare: onlyVp8,
      senders: [audio],
      receivers: { audio: 1 },
    })
    await published(peer, ['audio_main'])
    peer.addSender(video)
    peer.addReceiver('video')
    onlyVp8(peer)
    await peer.renegotiate([senderInfo(audio), senderInfo(video)])
    await published(peer, ['video_main'])
    return story(peer, [audio])
  },

  async 'ice-restart'(target, run) {
    const peer = await RawPeer.join(target, run, { peer: 'alice', prepare: onlyVp8, senders: [audio] })
    await published(peer, ['audio_main'])
    await peer.renegotiate([senderInfo(audio)], { iceRestart: true })
    await peer.ping()
    return story(peer, [audio])
  },

  async 'line-inactive'(target, run) {
    const peer = await RawPeer.join(target, run, {
      peer: 'alice',
      prepare: onlyVp8,
      senders: [audio, video],
      receivers: { video: 2 },
    })
    await published(peer, ['audio_main', 'video_main'])
    peer.senders.get('video_main')!.direction = 'inactive'
    peer.receivers.video[0]!.direction = 'inactive'
    await peer.renegotiate([senderInfo(audio), senderInfo(video)])
    await peer.until(() => peer.saw('stream_removed', 'video_main'))
    await peer.ask('sender.toggle', { name: 'video_main', kind: 'video', track: 'track' })
    await peer.ask('receiver.disconnect', { id: 'video_0' })
    await peer.request('receiver.disconnect', { id: 'video_1' })
    return story(peer, [audio, video])
  },

  async simulcast(target, run) {
    const sendEncodings = [{ rid: '0', scaleResolutionDownBy: 2 }, { rid: '1' }]
    const layered: SenderLine = { ...video, size: { width: small.width * 2, height: small.height * 2 }, sendEncodings }
    const peer = await RawPeer.join(target, run, { peer: 'alice', prepare: onlyVp8, senders: [layered] })
    await published(peer, ['video_main'])
    return story(peer, [layered])
  },

  async unanswered(target, run) {
    const peer = await RawPeer.join(target, run, { peer: 'alice', prepare: onlyVp8, receivers: { video: 1 } })
    await peer.ask('peer.ping', {})
    await peer.ask('receiver.limit', { id: 'video_0', priority: 1, max_spatial: 2, max_temporal: 2 })
    await peer.ask('mix_minus.toggle', { id: 'default', enable: true })
    await peer.ask('peer.updateSdp', { sdp: 'nonsense', senders: [], receivers: { audio: 0, video: 1 } })
    return story(peer, [])
  },
}
