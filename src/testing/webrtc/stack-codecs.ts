import { described, identity, type Codec, type Extension } from './codecs.js'
import type { StackName } from './quirks.js'
import type { Kind } from './track.js'

/** What a stack can do, with the numbers that it prefers. */
export interface Abilities {
  readonly codecs: Record<Kind, readonly Codec[]>
  readonly extensions: Record<Kind, readonly Extension[]>
}

const PICTURE = ['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli']

const OPUS: Codec = {
  payload: 111,
  name: 'opus',
  rate: 48_000,
  channels: 2,
  format: 'minptime=10;useinbandfec=1',
  feedback: ['transport-cc'],
}

const sound = (payload: number, name: string, rate = 8_000, more: Partial<Codec> = {}): Codec => ({
  payload,
  name,
  rate,
  feedback: [],
  ...more,
})

/** A codec and its retransmission. */
const picture = (payload: number, rtx: number, name: string, format?: string): Codec[] => [
  { payload, name, rate: 90_000, feedback: PICTURE, ...(format && { format }) },
  { payload: rtx, name: 'rtx', rate: 90_000, format: `apt=${payload}`, feedback: [] },
]

const h264 = (payload: number, rtx: number, mode: 0 | 1, profile: string): Codec[] =>
  picture(payload, rtx, 'H264', `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`)

const redundant = (red: number, rtx: number, fec: number): Codec[] => [
  { payload: red, name: 'red', rate: 90_000, feedback: [] },
  { payload: rtx, name: 'rtx', rate: 90_000, format: `apt=${red}`, feedback: [] },
  { payload: fec, name: 'ulpfec', rate: 90_000, feedback: [] },
]

const RED = sound(63, 'red', 48_000, { channels: 2, format: '111/111' })

const extensions = (...uris: string[]): Extension[] => uris.map((uri, at) => ({ value: at + 1, uri }))

const LEVEL = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'
const SEND_TIME = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time'
const CONGESTION = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'
const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid'

/** The header extensions of libwebrtc, everywhere; what two kinds number differently gets a free number. */
const EXTENSIONS: Abilities['extensions'] = {
  audio: extensions(LEVEL, SEND_TIME, CONGESTION, MID),
  video: extensions(
    'urn:ietf:params:rtp-hdrext:toffset',
    SEND_TIME,
    'urn:3gpp:video-orientation',
    CONGESTION,
    'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
    'http://www.webrtc.org/experiments/rtp-hdrext/video-content-type',
    'http://www.webrtc.org/experiments/rtp-hdrext/video-timing',
    'http://www.webrtc.org/experiments/rtp-hdrext/color-space',
    MID,
    'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  ),
}

/** As `createOffer` lists them: Chromium 156, and libwebrtc in Node (@roamhq/wrtc 0.10). `spec`: the least that serves. */
export const ABILITIES: Record<StackName, Abilities> = {
  spec: {
    codecs: {
      audio: [OPUS],
      video: [...picture(96, 97, 'VP8'), ...picture(98, 99, 'VP9', 'profile-id=0'), ...h264(102, 103, 1, '42e01f')],
    },
    extensions: EXTENSIONS,
  },
  chromium: {
    codecs: {
      audio: [
        OPUS,
        RED,
        sound(9, 'G722'),
        sound(0, 'PCMU'),
        sound(8, 'PCMA'),
        sound(13, 'CN'),
        sound(110, 'telephone-event', 48_000),
        sound(126, 'telephone-event'),
      ],
      video: [
        ...picture(96, 97, 'VP8'),
        ...h264(102, 103, 1, '42001f'),
        ...h264(104, 107, 0, '42001f'),
        ...h264(108, 109, 1, '42e01f'),
        ...h264(114, 115, 0, '42e01f'),
        ...h264(116, 117, 1, '4d001f'),
        ...h264(39, 40, 0, '4d001f'),
        ...picture(45, 46, 'AV1', 'level-idx=5;profile=0;tier=0'),
        ...picture(98, 99, 'VP9', 'profile-id=0'),
        ...picture(100, 101, 'VP9', 'profile-id=2'),
        ...redundant(118, 119, 120),
      ],
    },
    extensions: EXTENSIONS,
  },
  node: {
    codecs: {
      audio: [
        OPUS,
        RED,
        sound(103, 'ISAC', 16_000),
        sound(104, 'ISAC', 32_000),
        sound(9, 'G722'),
        sound(102, 'ILBC'),
        sound(0, 'PCMU'),
        sound(8, 'PCMA'),
        sound(106, 'CN', 32_000),
        sound(105, 'CN', 16_000),
        sound(13, 'CN'),
        sound(110, 'telephone-event', 48_000),
        sound(112, 'telephone-event', 32_000),
        sound(113, 'telephone-event', 16_000),
        sound(126, 'telephone-event'),
      ],
      video: [
        ...picture(96, 97, 'VP8'),
        ...picture(39, 40, 'AV1'),
        ...picture(98, 99, 'VP9', 'profile-id=0'),
        ...picture(100, 101, 'VP9', 'profile-id=2'),
        ...redundant(125, 124, 127),
      ],
    },
    extensions: EXTENSIONS,
  },
}

/** RTCRtpSender.getCapabilities, RTCRtpReceiver.getCapabilities (webrtc-pc 5.2, 5.3): one entry for all retransmission. */
export const capabilitiesOf =
  (stack: StackName = 'spec') =>
  (kind: string): RTCRtpCapabilities | null => {
    if (kind !== 'audio' && kind !== 'video') return null
    const { codecs, extensions: known } = ABILITIES[stack]
    const shown = new Map<string, RTCRtpCodec>()
    for (const codec of codecs[kind]) shown.set(codec.name === 'rtx' ? 'rtx' : identity(codec), described(kind, codec))
    return { codecs: [...shown.values()], headerExtensions: known[kind].map(({ uri }) => ({ uri })) }
  }
