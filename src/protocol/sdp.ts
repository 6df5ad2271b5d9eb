import { parse } from 'sdp-transform'

/** One m-line of a description, as far as the engine reads it. */
export interface MediaLine {
  readonly kind: string
  readonly mid: string
}

/** The m-lines of a description, in order. Throws when it is not SDP or a line has no mid. */
export const mediaLines = (sdp: string): MediaLine[] => {
  const { media } = parse(sdp)
  if (media.length === 0) throw new Error('the description has no m-line')
  return media.map(({ type, mid }) => {
    if (mid === undefined) throw new Error('an m-line has no mid')
    return { kind: type, mid: String(mid) }
  })
}

/**
 * The offer with other mids (RFC 9429 section 5.2.1 lets the browser choose them; the server must see the same mid for
 * a line for ever, and a browser numbers afresh after each createOffer and rollback).
 */
export const withMids = (sdp: string, mids: ReadonlyMap<string, string>): string => {
  if ([...mids].every(([from, to]) => from === to)) return sdp
  const renamed = (mid: string) => mids.get(mid) ?? mid
  return sdp
    .replace(/^a=mid:(\S+)/gm, (_, mid: string) => `a=mid:${renamed(mid)}`)
    .replace(
      /^a=group:BUNDLE ([^\r\n]*)/gm,
      (_, list: string) => `a=group:BUNDLE ${list.split(' ').map(renamed).join(' ')}`,
    )
}

/** Why an answer cannot belong to an offer, or `undefined`: same m-lines in the same order, none unknown. */
export const mismatch = (offer: string, answer: string): string | undefined => {
  const offered = mediaLines(offer)
  let answered: MediaLine[]
  try {
    answered = mediaLines(answer)
  } catch (error) {
    return `the answer is not usable SDP: ${(error as Error).message}`
  }
  if (answered.length !== offered.length)
    return `the answer has ${answered.length} m-lines, the offer ${offered.length}`
  for (const [index, line] of answered.entries())
    if (line.mid !== offered[index]?.mid || line.kind !== offered[index].kind)
      return `m-line ${index} of the answer is ${line.kind} "${line.mid}", of the offer ${offered[index]?.kind} "${offered[index]?.mid}"`
  if (!/^a=fingerprint:/m.test(answer)) return 'the answer has no DTLS fingerprint'
  return undefined
}
