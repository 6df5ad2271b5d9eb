import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

const range = (section: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${section}${from + index}`)

/** Section F waits for a layer above the socket. */
const OWED = [
  ...range('A', 1, 19),
  ...range('B', 20, 32),
  ...range('C', 33, 46),
  ...range('D', 47, 51),
  ...range('E', 52, 63),
  ...range('G', 76, 83),
]
const KNOWN = [...OWED, ...range('F', 64, 75)]

/** Numbers at the beginning of a test's name; several may stand there. A group of tests is none. */
const named = (source: string): string[] =>
  [...source.matchAll(/(?<=^|[\s(])(?<!describe\()['"`]((?:[A-G]\d+ )+)/gm)].flatMap(([, numbers = '']) =>
    numbers.trim().split(' '),
  )

const tests = readdirSync(fileURLToPath(new URL('test', root)), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts') && !path.endsWith('complete.test.ts'))
  .flatMap((path) => named(read(`test/${path}`)))

/** Rows of the tables: a number, what users met, what happens now. */
const rows = read('docs/defects.md')
  .split('\n')
  .filter((line) => /^\| [A-G]\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

const without = (all: readonly string[], these: readonly string[]) => all.filter((one) => !these.includes(one))
const inOrder = (numbers: readonly string[]) => KNOWN.toSorted().filter((number) => numbers.includes(number))

test('a name is found wherever it stands, and nothing else is', () => {
  const source = [
    `test('A1 x', ...)`,
    `  'C33 C34 %s',`,
    `test.each(x)("E52 y")`,
    `describe('D47 z')`,
    `f('B minor', 'G7', 'xA9 ')`,
  ].join('\n')
  expect(named(source)).toEqual(['A1', 'C33', 'C34', 'E52'])
})

test('every number has a test, and every test a number that there is', () => {
  expect([without(OWED, tests), without(tests, KNOWN)]).toEqual([[], []])
})

test('every number has one line in docs/defects.md, and every number that a test names too', () => {
  const numbers = rows.map(([, number = '']) => number)
  expect(numbers.toSorted()).toEqual(inOrder([...OWED, ...tests]))
})

test('every line says what users met and what happens now, in a sentence each', () => {
  const incomplete = rows.filter(
    ([, , met = '', now = '', ...rest]) => ![met, now].every((text) => /^\S.*\.$/.test(text)) || rest.join(''),
  )
  expect([rows.length > 0, incomplete]).toEqual([true, []])
})
