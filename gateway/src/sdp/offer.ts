import type { Kind } from '../messages.js'

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

export interface OfferLine {
  readonly kind: Kind | 'application'
  readonly mid: string
  readonly direction: Direction
  readonly simulcast: boolean
  readonly lines: readonly string[]
}

export interface Offer {
  readonly session: readonly string[]
  readonly media: readonly OfferLine[]
}

export const splitSections = (sdp: string): string[][] => {
  const sections: string[][] = [[]]
  for (const line of sdp.split(/\r?\n/)) {
    if (line === '') continue
    if (line.startsWith('m=')) sections.push([])
    sections.at(-1)?.push(line)
  }
  return sections
}

export const joinSections = (sections: readonly (readonly string[])[]): string =>
  sections.flatMap((lines) => lines.map((line) => `${line}\r\n`)).join('')

export const attributes = (lines: readonly string[], name: string): string[] => {
  const prefix = `a=${name}:`
  return lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length))
}

export const attribute = (lines: readonly string[], name: string): string | undefined => attributes(lines, name)[0]

const maxMidLength = 16

/** The real server keeps a mid in 16 bytes of letters and digits, and answers with what is left of it. */
const keepableMid = (mid: string): string => mid.replace(/[^A-Za-z0-9]/gu, '_').slice(0, maxMidLength)

const withKeepableMids = (line: string): string => {
  if (line.startsWith('a=mid:')) return `a=mid:${keepableMid(line.slice('a=mid:'.length))}`
  const [group = '', ...mids] = line.split(' ')
  return group === 'a=group:BUNDLE' ? [group, ...mids.map(keepableMid)].join(' ') : line
}

const directions: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

export const isDirection = (line: string): boolean => directions.some((direction) => line === `a=${direction}`)

/** The real server insists on one direction for each media line, although RFC 8866 6.7 knows a default. */
const directionOf = (lines: readonly string[]): Direction | undefined => {
  const [direction, ...others] = directions.filter((name) => lines.includes(`a=${name}`))
  return others.length > 0 ? undefined : direction
}

const parseLine = (lines: readonly string[]): OfferLine | undefined => {
  const match = /^m=(audio|video|application) \d+ [A-Z/]+ .+/.exec(lines[0] ?? '')
  const kind = match?.[1] as OfferLine['kind'] | undefined
  const direction = kind === 'application' ? 'sendrecv' : directionOf(lines)
  const mid = attribute(lines, 'mid')
  if (!match || !kind || !direction || mid === undefined) return undefined
  return {
    kind,
    mid,
    direction,
    simulcast: attribute(lines, 'simulcast') !== undefined,
    lines,
  }
}

/** `undefined` for what the real server does not even parse. */
export const parseOffer = (sdp: string): Offer | undefined => {
  const [session = [], ...sections] = splitSections(sdp).map((lines) => lines.map(withKeepableMids))
  if (session[0] !== 'v=0' || sections.length === 0) return undefined
  const media = sections.map(parseLine)
  return media.every((line) => line !== undefined) ? { session, media } : undefined
}

const everyLine = (offer: Offer): string[] => [...offer.session, ...offer.media.flatMap((line) => line.lines)]

/** What the real server refuses although it parses: no ICE credentials, no BUNDLE group. */
export const isNegotiable = (offer: Offer): boolean => {
  const all = everyLine(offer)
  return (
    attribute(all, 'ice-ufrag') !== undefined &&
    attribute(all, 'ice-pwd') !== undefined &&
    offer.session.some((line) => line.startsWith('a=group:BUNDLE'))
  )
}

/** Asked for in the first offer only; later the real server goes by the one it knows. */
export const hasFingerprint = (offer: Offer): boolean => attribute(everyLine(offer), 'fingerprint') !== undefined
