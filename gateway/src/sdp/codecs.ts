import { attributes } from './offer.js'

interface KnownCodec {
  /** As in `a=rtpmap`, behind the payload type. */
  readonly encoding: string
  readonly format: string
  readonly feedback: readonly string[]
  readonly accepts: (offered: ReadonlyMap<string, string>) => boolean
}

/** `transport-cc` is missing here: see `steer-by-remb.ts`. */
const videoFeedback = ['goog-remb', 'ccm fir', 'nack', 'nack pli']

/** Profile by `profile_idc` and the constraint flags behind it (RFC 6184 8.1, table 5). Others are not spoken. */
const h264Profiles: readonly (readonly [profile: string, idc: number, mask: number, flags: number])[] = [
  ['constrained baseline', 0x42, 0x4f, 0x40],
  ['constrained baseline', 0x4d, 0x8f, 0x80],
  ['constrained baseline', 0x58, 0xcf, 0xc0],
  ['baseline', 0x42, 0x4f, 0x00],
  ['baseline', 0x58, 0xcf, 0x80],
  ['main', 0x4d, 0xaf, 0x00],
  ['high', 0x64, 0xff, 0x00],
]

/** Profile and level; an offer that names none means baseline 3.1, as for libwebrtc. */
const h264ProfileLevel = (id = '42001f'): string | undefined => {
  const [idc = 0, flags = 0, level = 0] = Buffer.from(id, 'hex')
  const found = h264Profiles.find(([, wanted, mask, value]) => idc === wanted && (flags & mask) === value)
  return found && `${found[0]} ${level}`
}

const h264 = (mode: '0' | '1', id: string): KnownCodec => ({
  encoding: 'H264/90000',
  format: `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${id}`,
  feedback: videoFeedback,
  accepts: (offered) =>
    (offered.get('packetization-mode') ?? '0') === mode &&
    h264ProfileLevel(offered.get('profile-level-id')) === h264ProfileLevel(id),
})

/** A VP9 that does not name its profile, as Firefox offers it, is none of these: the real server does not take it. */
const vp9 = (profile: string): KnownCodec => ({
  encoding: 'VP9/90000',
  format: `profile-id=${profile}`,
  feedback: videoFeedback,
  accepts: (offered) => offered.get('profile-id') === profile,
})

/** In the order in which the real server lists them, whatever the client prefers. */
const knownCodecs: readonly KnownCodec[] = [
  { encoding: 'opus/48000/2', format: 'minptime=10;useinbandfec=1', feedback: [], accepts: () => true },
  { encoding: 'VP8/90000', format: '', feedback: videoFeedback, accepts: () => true },
  h264('1', '42001f'),
  h264('0', '42001f'),
  h264('1', '42e01f'),
  h264('0', '42e01f'),
  h264('1', '4d001f'),
  h264('0', '4d001f'),
  h264('1', '64001f'),
  vp9('0'),
  vp9('2'),
]

/** How many codecs of this name one line can have. */
export const profilesOf = (encoding: string): number =>
  knownCodecs.filter((known) => known.encoding === encoding).length

interface OfferedCodec {
  readonly payloadType: string
  readonly encoding: string
  readonly format: ReadonlyMap<string, string>
}

const parseFormat = (text: string): Map<string, string> =>
  new Map(
    text.split(';').map((pair) => {
      const [key = '', value = ''] = pair.split('=')
      return [key.trim(), value.trim().toLowerCase()]
    }),
  )

const byPayloadType = (lines: readonly string[], name: string): [payloadType: string, value: string][] =>
  attributes(lines, name).map((value) => {
    const space = value.indexOf(' ')
    return [value.slice(0, space), value.slice(space + 1).trim()]
  })

const offeredCodecs = (lines: readonly string[]): OfferedCodec[] => {
  const formats = new Map(byPayloadType(lines, 'fmtp'))
  return byPayloadType(lines, 'rtpmap').map(([payloadType, encoding]) => ({
    payloadType,
    encoding,
    format: parseFormat(formats.get(payloadType) ?? ''),
  }))
}

interface Numbers {
  readonly payloadType: string
  readonly rtx: string | undefined
}

interface Kept {
  readonly known: KnownCodec
  readonly numbers: Numbers
}

const describe = (known: KnownCodec, { payloadType, rtx }: Numbers): string[] => [
  `a=rtpmap:${payloadType} ${known.encoding}`,
  ...known.feedback.map((feedback) => `a=rtcp-fb:${payloadType} ${feedback}`),
  ...(known.format ? [`a=fmtp:${payloadType} ${known.format}`] : []),
  ...(rtx === undefined ? [] : [`a=rtpmap:${rtx} rtx/90000`, `a=fmtp:${rtx} apt=${payloadType}`]),
]

const sameEncoding = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** A number that no client gives away (RFC 3551, table 4: reserved). */
const placeholderType = '19'

/** werift refuses a line of which it knows no codec. The real server accepts it with an empty list. */
const placeholder = (media: string): Kept => ({
  known: { ...(knownCodecs[media.startsWith('m=audio') ? 0 : 1] as KnownCodec), format: '', feedback: [] },
  numbers: { payloadType: placeholderType, rtx: undefined },
})

/** Takes back from an answer what stands for no codec at all. */
export const withoutPlaceholder = (lines: readonly string[]): string[] => {
  const [media = '', ...rest] = lines
  if (!media.endsWith(` ${placeholderType}`)) return [...lines]
  return [
    media.slice(0, -placeholderType.length),
    ...rest.filter((line) => !line.startsWith(`a=rtpmap:${placeholderType} `)),
  ]
}

/**
 * Reduces the codecs of offered lines to those that the real server takes, in its order and with its parameters. The first
 * line that offers a codec decides its payload types for the whole session, and a line keeps the codecs that it began with.
 */
export const codecBook = () => {
  const agreed = new Map<KnownCodec, Numbers>()
  const byMid = new Map<string, readonly Kept[]>()

  const choose = (lines: readonly string[]): Kept[] => {
    const offered = offeredCodecs(lines)
    const demandsNumbers = !lines.includes('a=sendonly')
    return knownCodecs.flatMap((known): Kept[] => {
      const matches = offered.filter(
        ({ encoding, format }) => sameEncoding(encoding, known.encoding) && known.accepts(format),
      )
      const match = matches.at(-1)
      if (!match) return []
      const rtx = offered.find(
        ({ encoding, format }) => sameEncoding(encoding, 'rtx/90000') && format.get('apt') === match.payloadType,
      )
      const numbers = agreed.get(known) ?? { payloadType: match.payloadType, rtx: rtx?.payloadType }
      agreed.set(known, numbers)
      // a client that sends can be told other numbers than it proposed, one that receives cannot (RFC 3264 5.1)
      const fits = !demandsNumbers || matches.some(({ payloadType }) => payloadType === numbers.payloadType)
      return fits ? [{ known, numbers }] : []
    })
  }

  return {
    reduce: (mid: string, lines: readonly string[]): string[] => {
      const [media = ''] = lines
      if (!/^m=(audio|video) /.test(media)) return [...lines]
      const common = byMid.get(mid) ?? choose(lines)
      if (common.length > 0) byMid.set(mid, common)
      const kept = common.length > 0 ? common : [placeholder(media)]
      const list = kept.flatMap(({ numbers }) => [numbers.payloadType, numbers.rtx ?? []].flat())
      return [
        media.replace(/^(m=\S+ \d+ \S+) .*/, `$1 ${list.join(' ')}`),
        ...lines.slice(1).filter((line) => !/^a=(rtpmap|rtcp-fb|fmtp):/.test(line)),
        ...kept.flatMap(({ known, numbers }) => describe(known, numbers)),
      ]
    },
  }
}
