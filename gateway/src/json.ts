/** Strings are matched too, so that a number inside of one is none. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

const mark = '\u0000number '
const largest = 2n ** 64n - 1n

const isInteger = (token: string): boolean =>
  token.startsWith('"') || (/^-?\d+$/.test(token) && token !== '-0' && BigInt(token) <= largest)

/** As `JSON.stringify` writes half a pair, behind an even number of backslashes. */
const loneSurrogate = /(?<!\\)(?:\\\\)*\\ud[89a-f]/

/**
 * The real server's JSON library takes `1.0`, `1e0` and what is beyond 64 bits for another kind of number than `1`, and a
 * field that holds an integer refuses it. Such numbers come boxed, so that a check by `typeof` tells them apart although
 * they are written as before. Half a surrogate pair is no text for it. Throws as `JSON.parse` does.
 */
export const parseJson = (text: string): unknown => {
  const plain: unknown = JSON.parse(text)
  if (/\\u[dD][89a-fA-F]/.test(text) && loneSurrogate.test(JSON.stringify(plain)))
    throw new SyntaxError('half a surrogate pair')
  let boxed = 0
  const marked = text.replace(tokens, (token) => {
    if (isInteger(token)) return token
    boxed++
    return JSON.stringify(mark + token)
  })
  if (boxed === 0) return plain
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? Object(Number(value.slice(mark.length))) : value,
  )
}
