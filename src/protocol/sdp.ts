/** One m-line of a description, as far as the engine reads it. */
interface MediaLine {
  readonly kind: string
  readonly mid: string | undefined
}

/** The m-lines of a description (RFC 8866 section 5.14) with their mids (RFC 9143), in order. */
export const mediaLines = (sdp: string): MediaLine[] =>
  sdp
    .split(/^m=/m)
    .slice(1)
    .map((section) => ({ kind: /^\S*/.exec(section)?.[0] ?? '', mid: /^a=mid:(\S+)/m.exec(section)?.[1] }))

/**
 * The description with other mids. RFC 9429 section 5.2.1 lets the browser choose them, and it numbers afresh after
 * each createOffer and rollback; the server must see the same mid for a line for ever.
 */
export const withMids = (sdp: string, mids: ReadonlyMap<string, string>): string => {
  const renamed = (mid: string) => mids.get(mid) ?? mid
  return sdp
    .replace(/^(a=mid:)(\S+)/gm, (_, name: string, mid: string) => name + renamed(mid))
    .replace(/^(a=group:BUNDLE )(.*)/gm, (_, name: string, list: string) => name + list.replace(/\S+/g, renamed))
}

/** No answer is longer; the longest seen has 384 KB. */
const ANSWER_BOUND = 4_194_304

/** Why an answer cannot belong to an offer, or `undefined`: the same m-lines in the same order, and a fingerprint. */
export const mismatch = (offer: string, answer: string): string | undefined => {
  const shown = (sdp: string) =>
    mediaLines(sdp)
      .map(({ kind, mid }) => `${kind} ${mid}`)
      .join(', ')
  if (answer.length > ANSWER_BOUND) return 'the answer is too long'
  if (shown(offer) !== shown(answer)) return `the m-lines of the answer are not ${shown(offer)}`
  return /^a=fingerprint:/m.test(answer) ? undefined : 'the answer has no DTLS fingerprint'
}
