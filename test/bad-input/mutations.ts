import * as fc from 'fast-check'

/** What may stand where nobody expects it. */
const ODD = fc.constantFrom<unknown>(
  null,
  true,
  false,
  0,
  -1,
  1e308,
  '',
  'x',
  '\u0000',
  '\uD800',
  '__proto__',
  'constructor',
  [],
  {},
  [[[[]]]],
)

const KEY = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'then', 'status', 'data', 'error', 'sdp'),
  fc.string({ maxLength: 8 }),
)

/** JSON of any shape, with keys that would change prototypes if somebody merged them. */
const json: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(ODD, fc.string(), fc.double()).map((value) => JSON.stringify(value) ?? 'null'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join()}]`),
    // Written out: an object literal with `__proto__` would lose it.
    fc
      .array(fc.tuple(KEY, tie('value')), { maxLength: 4 })
      .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`),
  ),
})).value

/** One change of a text. */
type Change = (text: string) => string

const at = (text: string, where: number): number => Math.floor(where * text.length)
const where = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

const inText: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(where, where).map(
    ([from, to]) =>
      (text: string) =>
        text.slice(0, at(text, from)) + text.slice(at(text, to)),
  ),
  where.map((end) => (text: string) => text.slice(0, at(text, end))),
  fc.tuple(where, fc.string({ maxLength: 12, unit: 'binary' })).map(([to, more]) => (text: string) => {
    const position = at(text, to)
    return text.slice(0, position) + more + text.slice(position)
  }),
)

const inLines = (change: (lines: string[], first: number, second: number) => void): fc.Arbitrary<Change> =>
  fc.tuple(where, where).map(([first, second]) => (text: string) => {
    const lines = text.split('\r\n')
    change(lines, Math.floor(first * lines.length), Math.floor(second * lines.length))
    return lines.join('\r\n')
  })

/** One change of a text of lines: one goes, comes twice, changes its place, or is another. */
const ofLines: fc.Arbitrary<Change> = fc.oneof(
  inLines((lines, first) => void lines.splice(first, 1)),
  inLines((lines, first, second) => void lines.splice(second, 0, lines[first] ?? '')),
  inLines((lines, first, second) => {
    const [moved = ''] = lines.splice(first, 1)
    lines.splice(second, 0, moved)
  }),
  fc
    .tuple(
      where,
      fc.constantFrom('m=audio 9 RTP 0', 'm=', 'a=mid:0', 'a=mid:', 'a=fingerprint:', 'a=group:BUNDLE', '='),
    )
    .map(([to, line]) => (text: string) => {
      const lines = text.split('\r\n')
      lines.splice(Math.floor(to * lines.length), 1, line)
      return lines.join('\r\n')
    }),
)

/** One change of a value in JSON: it is something else, or gone. */
const ofValues: fc.Arbitrary<Change> = fc.tuple(where, json).map(([which, instead]) => (text: string) => {
  const values = [...text.matchAll(/(?<=[:[,])(?:"(?:[^"\\]|\\.)*"|[\d.]+|true|false|null)/g)]
  const value = values[Math.floor(which * values.length)]
  return value ? text.slice(0, value.index) + instead + text.slice(value.index + value[0].length) : instead
})

const several = (change: fc.Arbitrary<Change>): fc.Arbitrary<Change> =>
  fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => (text: string) => changes.reduce((changed, next) => next(changed), text))

/** What becomes of a description on its way. */
export const anySdp: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: several(ofLines) },
  { weight: 3, arbitrary: several(inText) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => () => text) },
)

/** What becomes of JSON on its way. */
export const anyJson: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: several(ofValues) },
  { weight: 3, arbitrary: several(inText) },
  { weight: 2, arbitrary: json.map((text) => () => text) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => () => text) },
)
