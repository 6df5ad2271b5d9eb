import { parse } from 'sdp-transform'
import type { IceCredentials } from '../transport/ice-agent.js'
import { read, type Candidate } from '../transport/candidates.js'
import type { Kind } from './events.js'

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** An m-line of an offer. */
export interface OfferLine {
  readonly kind: Kind | 'application'
  readonly mid: string
  readonly direction: Direction
  readonly simulcast: boolean
  /** Layers that it sends (RFC 8851), in its order. */
  readonly rids: readonly string[]
  /** Its `rtpmap`, `fmtp` and `extmap` attributes as they were. */
  readonly codecs: readonly OfferedCodec[]
  readonly extensions: readonly string[]
}

export interface OfferedCodec {
  readonly payload: number
  /** `VP8/90000`. */
  readonly encoding: string
  readonly format: string
}

/** What the server reads of an offer. */
export interface Offer {
  readonly lines: readonly OfferLine[]
  readonly ice: IceCredentials | undefined
  readonly fingerprint: string | undefined
  readonly setup: string
  readonly bundled: boolean
  readonly candidates: readonly Candidate[]
}

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/gm

const sectionsOf = (sdp: string): string[] => sdp.split(/^(?=m=)/m)

const lineOf = (section: string): OfferLine | undefined => {
  const head = /^m=(audio|video|application) \d+ [A-Z/]+ .+/.exec(section)
  const kind = head?.[1] as OfferLine['kind'] | undefined
  const directions = [...section.matchAll(DIRECTION)].map(([, direction]) => direction as Direction)
  // The server wants one direction of each media line, although RFC 8866 section 6.7 knows a default.
  const direction = kind === 'application' ? 'sendrecv' : directions.length === 1 ? directions[0] : undefined
  const mid = /^a=mid:(\S+)/m.exec(section)?.[1]
  if (!kind || !direction || mid === undefined) return undefined
  const [media] = parse(`v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n${section}`).media
  return {
    kind,
    // It keeps a mid in 16 bytes of letters and digits.
    mid: mid.replaceAll(/[^A-Za-z0-9]/gu, '_').slice(0, 16),
    direction,
    simulcast: /^a=simulcast:/m.test(section),
    rids: [...section.matchAll(/^a=rid:(\S+) send/gm)].map(([, rid = '']) => rid),
    codecs: (media?.rtp ?? []).map(({ payload, codec, rate, encoding }) => ({
      payload,
      encoding: `${codec}/${rate}${encoding ? `/${encoding}` : ''}`,
      format: media?.fmtp.find((fmtp) => fmtp.payload === payload)?.config ?? '',
    })),
    extensions: section.match(/^a=extmap:\S+ \S+/gm) ?? [],
  }
}

const attribute = (sdp: string, name: string): string | undefined =>
  new RegExp(`^a=${name}:(.*?)\\r?$`, 'm').exec(sdp)?.[1]

/** Reads an offer; `undefined` for what the server does not even parse. */
export const readOffer = (sdp: string): Offer | undefined => {
  const [session = '', ...sections] = sectionsOf(sdp)
  const lines = sections.map(lineOf)
  if (!/^v=0\r?\n/.test(session) || sections.length === 0 || lines.includes(undefined)) return undefined
  const [ufrag, pwd] = [attribute(sdp, 'ice-ufrag'), attribute(sdp, 'ice-pwd')]
  return {
    lines: lines as OfferLine[],
    ice: ufrag !== undefined && pwd !== undefined ? { ufrag, pwd } : undefined,
    fingerprint: attribute(sdp, 'fingerprint'),
    setup: attribute(sdp, 'setup') ?? 'actpass',
    bundled: /^a=group:BUNDLE/m.test(session),
    candidates: (sdp.match(/^a=candidate:.*$/gm) ?? []).flatMap((text) => {
      const candidate = read(text)
      return candidate && candidate !== 'unusable' ? [candidate] : []
    }),
  }
}
