import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CHARTS } from '../../src/testing/explore/index.js'
import { fill, staleIn } from '../../visualizations/src/folder.js'
import { WHOLE } from '../../visualizations/src/model/whole.js'

const FILES = { 'a.svg': '<svg/>\n', 'b.md': '# b\n' }
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diagrams-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('what was just written is not stale', () => {
  fill(folder, FILES)
  expect(staleIn(folder, FILES)).toEqual([])
  expect(readFileSync(join(folder, 'a.svg'), 'utf8')).toBe('<svg/>\n')
})

test('a file that was changed, is missing or is left over is stale until all is drawn anew', () => {
  fill(folder, FILES)
  writeFileSync(join(folder, 'a.svg'), '<svg />\n')
  rmSync(join(folder, 'b.md'))
  writeFileSync(join(folder, 'gone.svg'), '')
  expect(staleIn(folder, FILES)).toEqual([
    { name: 'a.svg', why: 'changed' },
    { name: 'b.md', why: 'missing' },
    { name: 'gone.svg', why: 'left over' },
  ])
  fill(folder, FILES)
  expect(staleIn(folder, FILES)).toEqual([])
  expect(readdirSync(folder).sort()).toEqual(['a.svg', 'b.md'])
})

test('a folder that is not there is stale as a whole', () => {
  expect(staleIn(join(folder, 'none'), FILES).map(({ why }) => why)).toEqual(['missing', 'missing'])
})

test('docs/charts.md shows every chart, beside two paragraphs', () => {
  const text = readFileSync(new URL('../../docs/charts.md', import.meta.url), 'utf8')
  const shown = text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const blocks = section.trim().split(/\n\n+/).slice(1)
      const picture = blocks.flatMap(
        (block) => /^\[!\[[^\]]+\]\((\.\.\/visualizations\/diagrams\/(\w+)\.svg)\)\]\(\1\)/.exec(block)?.[2] ?? [],
      )
      return [picture, blocks.filter((block) => /^[A-Z]/.test(block)).length]
    })
  expect(shown.filter(([picture]) => (picture as string[]).length > 0)).toEqual(
    [WHOLE, ...CHARTS.map(({ name }) => name)].map((name) => [[name], 2]),
  )
})
