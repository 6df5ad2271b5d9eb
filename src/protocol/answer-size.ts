/** What a codec costs in an answer, its feedback and retransmission included, at least. */
const CODEC_BYTES = 200

/** The parts of a description as they stand in a JSON message: the session part, then one for each m-line. */
const parts = (sdp: string): string[] => JSON.stringify(sdp).split('\\nm=')

const codecs = (part: string): number => part.match(/ (VP8|VP9|H264)\//g)?.length ?? 0

/**
 * Bytes of the answer to an offer that adds lines to what was answered before, at least what it will be: the server
 * repeats what it knows, and says of a new line no more than of the longest of its kind, less for each codec missing.
 */
export const answerSize = (offer: string, answered: string): number => {
  const known = parts(answered)
  const cost = (part: string) => {
    const [like = part] = known.filter((one) => one.startsWith(part.slice(0, 5))).sort((a, b) => b.length - a.length)
    return like.length - CODEC_BYTES * Math.max(0, codecs(like) - codecs(part))
  }
  return parts(offer)
    .slice(known.length)
    .reduce((sum, part) => sum + cost(part), JSON.stringify(answered).length)
}
