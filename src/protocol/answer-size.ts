/** The parts of a description as they stand in a JSON message: the session part, then one for each m-line. */
const parts = (sdp: string): string[] => JSON.stringify(sdp).split('\\nm=')

/**
 * Bytes of the answer to an offer that adds lines to what was answered before, at least what it will be: the server
 * repeats what it knows, and says of a new line no more than of the longest of its kind, and no more than was offered.
 */
export const answerSize = (offer: string, answered: string): number => {
  const known = parts(answered)
  const longest = (kind: string) =>
    Math.max(...known.filter((part) => part.startsWith(kind)).map(({ length }) => length))
  return parts(offer)
    .slice(known.length)
    .reduce(
      (sum, part) => sum + Math.min(part.length, Math.abs(longest(part.slice(0, 5)))),
      JSON.stringify(answered).length,
    )
}
