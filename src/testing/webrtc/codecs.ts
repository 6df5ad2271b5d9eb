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

/** A codec as RTCRtpCodec has it. */
export const described = (kind: Kind, { name, rate, channels, format }: Codec): RTCRtpCodec => ({
  mimeType: `${kind}/${name}`,
  clockRate: rate,
  ...(channels !== undefined && { channels }),
  ...(format !== undefined && name !== 'rtx' && { sdpFmtpLine: format }),
})
