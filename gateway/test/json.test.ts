import { expect, test } from 'vitest'
import { parseJson } from '../src/json.js'

const kinds = (text: string) => Object.values(parseJson(text) as object).map((value) => typeof value)

test('an integer is one by its spelling, and every number is still written as it was', () => {
  const text = '{"a":1,"b":1.5,"c":"1.0 \\" 2.0","d":[-3],"e":-1e3}'
  expect(kinds(text)).toEqual(['number', 'object', 'string', 'object', 'object'])
  expect(JSON.parse(JSON.stringify(parseJson(text)))).toEqual(JSON.parse(text))
  expect(kinds('{"a":1.0,"b":1e0,"c":-0,"d":18446744073709551615,"e":18446744073709551616}')).toEqual([
    'object',
    'object',
    'object',
    'number',
    'object',
  ])
})

test('what is no JSON is refused, and half a surrogate pair too', () => {
  for (const text of ['', '{', '1 x', '{"a":07}', '{"a":"\\ud800"}', '{"\\uDC00":1}'])
    expect(() => parseJson(text), text).toThrow(SyntaxError)
  expect(parseJson('["\\ud83d\\ude00", "\\\\ud800"]')).toEqual(['😀', '\\ud800'])
})
