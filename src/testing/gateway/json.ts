/** Strings first, so that a number inside of one is none. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const MARK = '\u0000number '
const BIGGEST = 2n ** 64n - 1n

const plainInteger = (token: string): boolean => /^-?\d+$/.test(token) && token !== '-0' && BigInt(token) <= BIGGEST

/**
 * JSON as the server's library reads it: `1.0`, `1e0` and what is beyond 64 bits are no integers, and come boxed so that
 * `typeof` tells them apart; half of a surrogate pair is no text. Throws like `JSON.parse`.
 */
export const readJson = (text: string): unknown => {
  const plain: unknown = JSON.parse(text)
  // Only what was escaped can be half a pair: text is UTF-8.
  if (/\\u[dD][89a-fA-F]/.test(text) && !wellFormed(plain)) throw new SyntaxError('half of a surrogate pair')
  let boxed = false
  const marked = text.replace(TOKENS, (token) => {
    if (token.startsWith('"') || plainInteger(token)) return token
    boxed = true
    return JSON.stringify(MARK + token)
  })
  if (!boxed) return plain
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? Object(Number(value.slice(MARK.length))) : value,
  )
}

const HALF = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

const wellFormed = (value: unknown): boolean => {
  if (typeof value === 'string') return !HALF.test(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, below]) => !HALF.test(key) && wellFormed(below))
}
