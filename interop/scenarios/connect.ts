import { describeLines, describeSdp } from '../describe-sdp.js'
import { RawPeer, type JoinOptions } from '../raw-client.js'
import type { Scenario } from '../scenario.js'

/** Keeps one codec, as an engine with `preferredCodecs` would: the answer must not bring others back. */
export const onlyVp8 = (peer: RawPeer) => {
  for (const transceiver of peer.pc.getTransceivers()) {
    const { kind } = transceiver.receiver.track
    if (kind !== 'video') continue
    const codecs = [
      { mimeType: 'video/VP8', clockRate: 90_000 },
      { mimeType: 'video/rtx', clockRate: 90_000 },
    ]
    transceiver.setCodecPreferences(codecs)
  }
}

const joining =
  (options: Omit<JoinOptions, 'peer'>): Scenario['run'] =>
  async (target, run) => {
    const peer = await RawPeer.join(target, run, { peer: 'a', ...options })
    return {
      response: { ...peer.response, conn_id: '<conn_id>', sdp: '<sdp>' },
      answer: describeSdp(peer.answer),
      connection: peer.pc.connectionState,
      channel: peer.channel.readyState,
    }
  }

const audio = { kind: 'audio', name: 'audio_main' } as const
const video = { kind: 'video', name: 'video_main' } as const

/** Names the mids anew, everywhere they occur. */
const renameMids = (prefix: string) => (sdp: string) =>
  sdp
    .replace(/^a=mid:(.*)$/gm, `a=mid:${prefix}$1`)
    .replace(
      /^a=group:BUNDLE (.*)$/m,
      (_, mids: string) => `a=group:BUNDLE ${mids.trim().replace(/\S+/g, `${prefix}$&`)}`,
    )

/** Which mids come back. */
const namingMids =
  (prefix: string): Scenario['run'] =>
  async (target, run) => {
    const peer = new RawPeer(target, run.room, 'a')
    run.defer(() => peer.leave())
    peer.addReceiver('video')
    // Only sent, not applied: libwebrtc crashes by a mid of more than 16 characters of its own.
    await peer
      .connect({ peer: 'a', receivers: { video: 1 }, editSent: renameMids(prefix), open: false })
      .catch(() => {})
    return describeLines(peer.answer)
  }

const scenarios: Record<string, Scenario['run']> = {
  'channel only': joining({}),
  'one audio sender': joining({ senders: [audio] }),
  'one video sender': joining({ senders: [video] }),
  'audio and video sender': joining({ senders: [audio, video] }),
  'one receiver of each kind': joining({ receivers: { audio: 1, video: 1 } }),
  'three receivers of each kind': joining({ receivers: { audio: 3, video: 3 } }),
  'senders and receivers': joining({ senders: [audio, video], receivers: { audio: 1, video: 1 } }),
  'video of one codec': joining({ receivers: { video: 1 }, prepare: onlyVp8 }),
  'a sendrecv line': joining({
    prepare: (peer) => void (peer.addSender(video).direction = 'sendrecv'),
    body: {
      senders: [{ ...video, uuid: 'u', label: 'l' }],
    },
  }),
  'an inactive line': joining({
    prepare: (peer) => void peer.pc.addTransceiver('audio', { direction: 'inactive' }),
  }),
  'mids that are words': namingMids('line'),
  'mids with a hyphen': namingMids('line-'),
  'mids with other characters': namingMids('a_b.c+d~'),
  'mids of 20 characters': namingMids('x'.repeat(19)),
  'an offer that says setup passive': joining({
    receivers: { audio: 1 },
    editSent: (sdp) => sdp.replaceAll('a=setup:actpass', 'a=setup:passive'),
  }),
  'simulcast of two layers': joining({
    senders: [
      {
        ...video,
        size: { width: 640, height: 360 },
        sendEncodings: [{ rid: '0', scaleResolutionDownBy: 2 }, { rid: '1' }],
      },
    ],
  }),
}

export const connectScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `connect/${name}`,
  run,
}))
