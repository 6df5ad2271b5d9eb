import type { Kind } from './track.js'

/** A codec as an m-line has it. */
export interface Codec {
  readonly payload: number
  readonly name: string
  readonly rate: number
  readonly channels?: number
  /** `a=fmtp`. */
  readonly format?: string
  /** `a=rtcp-fb`, e.g. `nack pli`. */
  readonly feedback: readonly string[]
}

/** An RTP header extension (RFC 8285) as an m-line has it. */
export interface Extension {
  readonly value: number
  readonly uri: string
}

const PICTURE = ['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli']

const video = (payload: number, name: string, format?: string): Codec[] => [
  { payload, name, rate: 90_000, feedback: PICTURE, ...(format && { format }) },
  { payload: payload + 1, name: 'rtx', rate: 90_000, format: `apt=${payload}`, feedback: [] },
]

/** What this stack can do, with the payload types that it prefers. */
export const CODECS: Record<Kind, readonly Codec[]> = {
  audio: [
    {
      payload: 111,
      name: 'opus',
      rate: 48_000,
      channels: 2,
      format: 'minptime=10;useinbandfec=1',
      feedback: ['transport-cc'],
    },
  ],
  video: [
    ...video(96, 'VP8'),
    ...video(98, 'VP9', 'profile-id=0'),
    ...video(102, 'H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'),
  ],
}

const MID: Extension = { value: 4, uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' }
const CONGESTION: Extension = {
  value: 3,
  uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
}
const SEND_TIME: Extension = { value: 2, uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time' }

/** Header extensions of this stack. */
export const EXTENSIONS: Record<Kind, readonly Extension[]> = {
  audio: [{ value: 1, uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level' }, SEND_TIME, CONGESTION, MID],
  video: [
    SEND_TIME,
    { value: 13, uri: 'urn:3gpp:video-orientation' },
    CONGESTION,
    MID,
    { value: 10, uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id' },
    { value: 11, uri: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id' },
  ],
}

/** The codec that a retransmission belongs to (RFC 4588 section 8.6), by payload type. */
export const repaired = ({ name, format = '' }: Codec): number | undefined => {
  const [, payload] = /(?:^|;)\s*apt=(\d+)/.exec(format) ?? []
  return name.toLowerCase() === 'rtx' && payload !== undefined ? Number(payload) : undefined
}

const parameter = (format: string, name: string): string | undefined =>
  format
    .split(';')
    .map((part) => part.trim().split('='))
    .find(([key]) => key?.toLowerCase() === name)?.[1]

/** What of the format decides whether two sides mean the same (RFC 6184 section 8.2.2, RFC 9628). */
const variantOf = (name: string, format = ''): string => {
  if (name === 'h264') {
    const profile = (parameter(format, 'profile-level-id') ?? '420010').slice(0, 4).toLowerCase()
    return `${parameter(format, 'packetization-mode') ?? 0} ${profile}`
  }
  return name === 'vp9' ? (parameter(format, 'profile-id') ?? '0') : ''
}

/** Equal for codecs that can be used with one another. */
export const identity = ({ name, rate, channels = 1, format }: Omit<Codec, 'payload' | 'feedback'>): string => {
  const lower = name.toLowerCase()
  return `${lower} ${rate} ${channels} ${variantOf(lower, format)}`
}

/** RTCRtpSender.getCapabilities, RTCRtpReceiver.getCapabilities (webrtc-pc 5.2, 5.3): one entry for all retransmission. */
export const capabilities = (kind: string): RTCRtpCapabilities | null => {
  if (kind !== 'audio' && kind !== 'video') return null
  const shown = new Map<string, RTCRtpCodec>()
  for (const codec of CODECS[kind]) shown.set(codec.name === 'rtx' ? 'rtx' : identity(codec), described(kind, codec))
  return { codecs: [...shown.values()], headerExtensions: EXTENSIONS[kind].map(({ uri }) => ({ uri })) }
}

/** A codec as RTCRtpCodec has it. */
export const described = (kind: Kind, { name, rate, channels, format }: Codec): RTCRtpCodec => ({
  mimeType: `${kind}/${name}`,
  clockRate: rate,
  ...(channels !== undefined && { channels }),
  ...(format !== undefined && name !== 'rtx' && { sdpFmtpLine: format }),
})
