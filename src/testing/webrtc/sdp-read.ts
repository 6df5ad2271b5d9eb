import { parse, type MediaDescription, type SessionDescription, type SharedAttributes } from 'sdp-transform'
import type { Codec } from './codecs.js'
import type { Direction } from './directions.js'
import { flaw } from './sdp-grammar.js'
import type { Description, Msid, Section, Sources } from './section.js'

/** A description whose grammar is wrong. */
export class Unreadable extends Error {}

type Mid = string | number | undefined

/** sdp-transform turns what looks like a number into one. */
const text = (value: Mid): string => (value === undefined ? '' : String(value))

const codecsOf = ({ rtp, fmtp, rtcpFb = [], payloads = '' }: MediaDescription): Codec[] =>
  String(payloads)
    .split(' ')
    .flatMap((listed) => rtp.filter(({ payload }) => String(payload) === listed))
    .map(({ payload, codec, rate = 0, encoding }) => {
      const format = fmtp.find((one) => one.payload === payload)?.config
      return {
        payload,
        name: codec,
        rate,
        ...(encoding !== undefined && Number(encoding) > 1 && { channels: Number(encoding) }),
        ...(format !== undefined && { format: String(format) }),
        feedback: rtcpFb
          .filter((one) => one.payload === payload || one.payload === '*')
          .map(({ type, subtype }) => (subtype ? `${type} ${subtype}` : type)),
      }
    })

/** RFC 8830; lines that name their stream with the source only are of the time before it. */
const msidsOf = ({ msid = [], ssrcs = [] }: MediaDescription): Msid[] => {
  if (msid.length > 0) return msid.map(({ id, appdata }) => ({ stream: text(id), track: text(appdata) }))
  const old = ssrcs.find(({ attribute }) => attribute === 'msid')
  const [stream, track = ''] = text(old?.value).split(' ')
  return stream ? [{ stream, track }] : []
}

const sourcesOf = ({ ssrcs = [], ssrcGroups = [] }: MediaDescription): Sources | undefined => {
  if (ssrcs.length === 0) return undefined
  const repair = ssrcGroups
    .filter(({ semantics }) => semantics === 'FID')
    .map(({ ssrcs }) => Number(ssrcs.split(' ')[1]))
  const cname = text(ssrcs.find(({ attribute }) => attribute === 'cname')?.value)
  return { cname, ssrcs: [...new Set(ssrcs.map(({ id }) => id))].filter((id) => !repair.includes(id)), repair }
}

/** An attribute of the m-line, or of the session for all of them (RFC 8866 section 5.13). */
const sectionIn = (
  session: SessionDescription,
  media: MediaDescription,
  bundled: SharedAttributes | undefined,
  written: string,
): Section => {
  const { iceUfrag, icePwd, fingerprint, setup } = { ...session, ...bundled, ...media }
  // RFC 8859: who is bundled may leave what is of the transport to the first m-line of the group.
  return {
    kind: media.type,
    mid: media.mid === undefined ? '' : text(media.mid),
    rejected: media.port === 0 && !media.bundleOnly,
    direction: (media.direction ?? session.direction ?? 'sendrecv') as Direction,
    codecs: media.type === 'application' ? [] : codecsOf(media),
    extensions: (media.ext ?? []).map(({ value, uri }) => ({ value, uri })),
    msids: msidsOf(media),
    rids: (media.rids ?? []).map(({ id, direction }) => ({ id: text(id), direction: direction as 'send' | 'recv' })),
    sources: sourcesOf(media),
    ice: iceUfrag === undefined || icePwd === undefined ? undefined : { ufrag: text(iceUfrag), pwd: text(icePwd) },
    fingerprint: fingerprint && `${fingerprint.type.toLowerCase()} ${text(fingerprint.hash).toUpperCase()}`,
    setup,
    rtcpMux: media.rtcpMux !== undefined,
    sctpPort: media.sctpPort ?? media.sctpmap?.sctpmapNumber,
    maxMessageSize: media.maxMessageSize,
    candidates: candidateLines(written),
  }
}

/** As they were written: sdp-transform drops what it does not know of a candidate. */
const candidateLines = (written: string): string[] =>
  written
    .split(/\r?\n/)
    .filter((line) => line.startsWith('a=candidate:'))
    .map((line) => line.slice(2))

const transportOf = ({ iceUfrag, icePwd, fingerprint, setup }: MediaDescription): SharedAttributes => ({
  ...(iceUfrag !== undefined && { iceUfrag }),
  ...(icePwd !== undefined && { icePwd }),
  ...(fingerprint && { fingerprint }),
  ...(setup && { setup }),
})

/** Reads a description; `Unreadable` when it is none. */
export const readDescription = (type: RTCSdpType, sdp: string): Description => {
  const wrong = flaw(sdp)
  if (wrong !== undefined) throw new Unreadable(`Failed to parse SessionDescription. ${wrong}`)
  const session = parse(sdp)
  const parts = sdp.split(/^m=/m)
  const group = session.groups?.find((one) => one.type === 'BUNDLE')
  const bundle = text(group?.mids)
    .split(' ')
    .filter((mid) => mid !== '')
  const tagged = session.media.find(({ mid }) => text(mid) === bundle[0])
  const shared = tagged && transportOf(tagged)
  const sections = session.media.map((media, at) =>
    sectionIn(session, media, bundle.includes(text(media.mid)) ? shared : undefined, parts[at + 1] ?? ''),
  )
  const lines = [session, ...session.media]
  return {
    type,
    sdp,
    bundle,
    sections,
    lite: session.icelite !== undefined,
    trickle: lines.some(({ iceOptions }) => text(iceOptions).split(/\s/).includes('trickle')),
  }
}
