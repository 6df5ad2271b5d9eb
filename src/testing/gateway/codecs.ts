import type { OfferedCodec, OfferLine } from './offer.js'

/** A codec that both sides speak, with the payload types of the session. */
export interface KeptCodec extends Numbers {
  readonly spoken: Spoken
}

interface Numbers {
  readonly payload: number
  /** Of its retransmission. */
  readonly rtx: number | undefined
}

interface Spoken {
  readonly encoding: string
  readonly format: string
  accepts(format: ReadonlyMap<string, string>): boolean
}

const VIDEO_FEEDBACK = ['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli']

/** Profiles by `profile_idc` and constraint flags: name, idc, mask, value (RFC 6184 section 8.1, table 5). */
const PROFILES: readonly (readonly [name: string, idc: number, mask: number, value: number])[] = [
  ['constrained baseline', 0x42, 0x4f, 0x40],
  ['constrained baseline', 0x4d, 0x8f, 0x80],
  ['constrained baseline', 0x58, 0xcf, 0xc0],
  ['baseline', 0x42, 0x4f, 0x00],
  ['baseline', 0x58, 0xcf, 0x80],
  ['main', 0x4d, 0xaf, 0x00],
  ['high', 0x64, 0xff, 0x00],
]

/** Profile and level of an id; without one it is baseline 3.1. */
const levelOf = (id = '42001f'): string | undefined => {
  const [idc = 0, flags = 0, level = 0] = [0, 2, 4].map((at) => Number.parseInt(id.slice(at, at + 2), 16))
  const profile = PROFILES.find(([, wanted, mask, value]) => idc === wanted && (flags & mask) === value)
  return profile && `${profile[0]} ${level}`
}

const h264 = (mode: '0' | '1', id: string): Spoken => ({
  encoding: 'H264/90000',
  format: `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${id}`,
  accepts: (format) =>
    (format.get('packetization-mode') ?? '0') === mode && levelOf(format.get('profile-level-id')) === levelOf(id),
})

const vp9 = (profile: string): Spoken => ({
  encoding: 'VP9/90000',
  format: `profile-id=${profile}`,
  accepts: (format) => format.get('profile-id') === profile,
})

/** What the server speaks, in the order in which it lists it, whatever the client prefers. */
const SPOKEN: readonly Spoken[] = [
  { encoding: 'opus/48000/2', format: 'minptime=10;useinbandfec=1', accepts: () => true },
  { encoding: 'VP8/90000', format: '', accepts: () => true },
  ...['42001f', '42e01f', '4d001f'].flatMap((id) => [h264('1', id), h264('0', id)]),
  h264('1', '64001f'),
  vp9('0'),
  vp9('2'),
]

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

const parametersOf = ({ format }: OfferedCodec): ReadonlyMap<string, string> =>
  new Map(
    format.split(';').map((pair) => {
      const [name = '', value = ''] = pair.split('=')
      return [name.trim(), value.trim().toLowerCase()]
    }),
  )

/**
 * The codecs of a session: the first line that offers one decides its payload types for all lines, and a line keeps the
 * codecs that it began with.
 */
export class Codecs {
  readonly #agreed = new Map<Spoken, Numbers>()
  readonly #ofLine = new Map<string, readonly KeptCodec[]>()

  of(line: OfferLine): readonly KeptCodec[] {
    const known = this.#ofLine.get(line.mid)
    if (known) return known
    const kept = SPOKEN.flatMap((spoken) => this.#kept(spoken, line))
    if (kept.length > 0) this.#ofLine.set(line.mid, kept)
    return kept
  }

  #kept(spoken: Spoken, { codecs, direction }: OfferLine): KeptCodec[] {
    const matches = codecs.filter(
      (codec) => same(codec.encoding, spoken.encoding) && spoken.accepts(parametersOf(codec)),
    )
    const match = matches.at(-1)
    if (!match) return []
    const rtx = codecs.find(
      (codec) => same(codec.encoding, 'rtx/90000') && parametersOf(codec).get('apt') === `${match.payload}`,
    )
    const numbers = this.#agreed.get(spoken) ?? { payload: match.payload, rtx: rtx?.payload }
    this.#agreed.set(spoken, numbers)
    // Who sends can be told other numbers than it proposed, who receives cannot (RFC 3264 section 5.1).
    const fits = direction === 'sendonly' || matches.some(({ payload }) => payload === numbers.payload)
    return fits ? [{ ...numbers, spoken }] : []
  }
}

export const codecLines = (codecs: readonly KeptCodec[]): string[] =>
  codecs.flatMap(({ payload, rtx, spoken: { encoding, format } }) => [
    `a=rtpmap:${payload} ${encoding}`,
    ...(encoding.startsWith('opus') ? ['transport-cc'] : VIDEO_FEEDBACK).map((kind) => `a=rtcp-fb:${payload} ${kind}`),
    ...(format ? [`a=fmtp:${payload} ${format}`] : []),
    ...(rtx === undefined ? [] : [`a=rtpmap:${rtx} rtx/90000`, `a=fmtp:${rtx} apt=${payload}`]),
  ])
