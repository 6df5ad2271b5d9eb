import type { OfferedCodec } from './offer.js'

/** A codec that both sides speak. */
export interface KeptCodec {
  readonly payload: number
  readonly encoding: string
  readonly format: string
  /** Payload type of its retransmission. */
  readonly rtx: number | undefined
}

const VIDEO_FEEDBACK = ['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli']

/** What the server speaks, in its order; of H264 and VP9 each profile by its parameters. */
const SPOKEN: readonly { readonly name: string; readonly format: string; readonly has: RegExp }[] = [
  { name: 'opus/48000/2', format: 'minptime=10;useinbandfec=1', has: /^/ },
  { name: 'VP8/90000', format: '', has: /^/ },
  ...['42001f', '42e01f', '4d001f', '64001f'].flatMap((profile) =>
    (profile === '64001f' ? ['1'] : ['1', '0']).map((mode) => ({
      name: 'H264/90000',
      format: `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`,
      has: new RegExp(`(?=.*packetization-mode=${mode})(?=.*profile-level-id=${profile})`, 'i'),
    })),
  ),
  ...['0', '2'].map((profile) => ({
    name: 'VP9/90000',
    format: `profile-id=${profile}`,
    has: new RegExp(`profile-id=${profile}`),
  })),
]

/** The offered codecs that are spoken, in the server's order. */
export const keptCodecs = (offered: readonly OfferedCodec[]): KeptCodec[] =>
  SPOKEN.flatMap(({ name, format, has }) => {
    const match = offered.findLast(
      (codec) => codec.encoding.toLowerCase() === name.toLowerCase() && has.test(codec.format),
    )
    if (!match) return []
    const rtx = offered.find(
      (codec) =>
        codec.encoding.toLowerCase() === 'rtx/90000' && codec.format.split(';').includes(`apt=${match.payload}`),
    )
    return [{ payload: match.payload, encoding: name, format, rtx: rtx?.payload }]
  })

export const codecLines = (codecs: readonly KeptCodec[]): string[] =>
  codecs.flatMap(({ payload, encoding, format, rtx }) => [
    `a=rtpmap:${payload} ${encoding}`,
    ...(encoding.startsWith('opus') ? ['transport-cc'] : VIDEO_FEEDBACK).map((kind) => `a=rtcp-fb:${payload} ${kind}`),
    ...(format ? [`a=fmtp:${payload} ${format}`] : []),
    ...(rtx === undefined ? [] : [`a=rtpmap:${rtx} rtx/90000`, `a=fmtp:${rtx} apt=${payload}`]),
  ])
