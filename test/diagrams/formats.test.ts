import { describe, expect, test } from 'vitest'
import { edgeId, edgesOf, CHARTS } from '../../src/testing/explore/index.js'
import { nodesOf } from '../../src/testing/explore/chart.js'
import { drawAll } from '../../visualizations/src/files.js'
import { modelOf } from '../../visualizations/src/model/chart.js'
import { edgesBelow } from '../../visualizations/src/model/types.js'
import { wholeOf } from '../../visualizations/src/model/whole.js'
import { collisions } from './support/geometry.js'
import { mermaidFaults } from './support/mermaid.js'
import { attributesOf, xmlFaults } from './support/xml.js'

const drawn = new Map((await drawAll()).map((one) => [one.chart, one]))
const fileOf = (chart: string, ending: string): string => drawn.get(chart)?.files[`${chart}.${ending}`] ?? ''

const captured = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name]) => name ?? '')

/** The edges that each format shows, by their names. */
const shown = (chart: string): Record<string, string[]> => ({
  svg: attributesOf(fileOf(chart, 'svg'), 'data-edge').sort(),
  mermaid: captured(fileOf(chart, 'mmd'), /^ *%% (.*)\n *\w+ --> \w+ : \S/gm).sort(),
  table: captured(fileOf(chart, 'md').split('## Edges')[1] ?? '', /\| `([^`|]*)` \|$/gm).sort(),
  scxml: attributesOf(fileOf(chart, 'scxml'), 'c:edge').sort(),
})

const inAll = (edges: readonly string[]) => {
  const sorted = [...edges].sort()
  return { svg: sorted, mermaid: sorted, table: sorted, scxml: sorted }
}

describe.each(CHARTS.map(({ name, machine }) => [name, machine] as const))('%s', (name, machine) => {
  const edges = edgesOf(machine).map(edgeId)

  test('is drawn with every edge of the machine, each once, in every format', () => {
    expect(new Set(edges).size).toBe(edges.length)
    expect(shown(name)).toEqual(inAll(edges))
    expect(drawn.get(name)?.edges).toBe(edges.length)
  })

  test('is drawn with every state of the machine, and an arrow for each way between two', () => {
    const states = nodesOf(machine.root)
    const ways = edgesOf(machine).flatMap(({ source, target = [] }) => target.map(({ id }) => `${source.id}->${id}`))
    const svg = fileOf(name, 'svg')
    expect(attributesOf(svg, 'data-state')).toEqual(states.map(({ id }) => id))
    const arrows = attributesOf(svg, 'data-arrow').map((id) => id.replace(/:(anywhere|itself)/, ''))
    expect(arrows.sort()).toEqual([...new Set(ways)].sort())
    expect(svg.match(/class="dot"/g)?.length).toBe(states.filter(({ type }) => type === 'compound').length)
    expect(attributesOf(fileOf(name, 'scxml'), 'id').filter((id) => states.some((state) => state.id === id))).toEqual(
      states.map(({ id }) => id),
    )
  })
})

test('the whole is drawn with every message that the charts send', () => {
  const charts = modelOf(CHARTS)
  const messages = edgesBelow(wholeOf(charts).root).map(({ id }) => id)
  const { scxml, ...others } = shown('whole')
  const { scxml: _, ...wanted } = inAll(messages)
  expect(others).toEqual(wanted)
  // As SCXML the whole is all charts side by side.
  expect(scxml).toEqual(CHARTS.flatMap(({ machine }) => edgesOf(machine).map(edgeId)).sort())
  expect(messages).toContain('session>connection:connect')
  expect(messages).toContain('channel>session:channel.open')
  expect(messages).toContain('session>farewell:(begins it)')
})

describe.each([...drawn.keys()])('the files of %s', (name) => {
  test('are well formed', () => {
    expect(xmlFaults(fileOf(name, 'svg'))).toEqual([])
    expect(xmlFaults(fileOf(name, 'scxml'))).toEqual([])
    expect(mermaidFaults(fileOf(name, 'mmd'))).toEqual([])
  })

  test('can be read at 1,600 pixels, light and dark', () => {
    const svg = fileOf(name, 'svg')
    expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBeLessThanOrEqual(1_600)
    const sizes = captured(svg, /font-size:([\d.]+)px/g).map(Number)
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(11)
    expect(svg).toContain('prefers-color-scheme: dark')
  })

  test('have no text on another, on a line or on a border', () => {
    expect(collisions(fileOf(name, 'svg'))).toEqual([])
  })
})

describe('the checks of this test', () => {
  test.each([
    ['<a><b></a>', ['</a> closes <b>']],
    ['<a>', ['<a> is never closed']],
    ['<a x=1/>', ['a stray < or > near "x=1/>"', 'nothing in it']],
    ['<a x="1" x="2"/>', ['<a> has an attribute twice']],
    ['<a>&b</a>', ['a bare &']],
    ['<a/><b/>', ['more than one root']],
    ['<?xml version="1.0"?>\n<!-- c --><a x="1"><b/>&amp;</a>', []],
  ])('see what is wrong with %s', (text, faults) => {
    expect(xmlFaults(text)).toEqual(faults)
  })

  test('see texts that stand on each other, on a line or on a border', () => {
    const text = (x: number, said: string) => `<text y="20"><tspan x="${x}" textLength="30" b="">${said}</tspan></text>`
    const line = '<path class="way event" d="M15 0L15 40"/>'
    const box = '<rect class="box" x="60" y="0" width="30" height="40" rx="8"/>'
    expect(collisions(`${text(10, 'one')}${text(35, 'two')}${text(70, 'three')}${line}${box}`)).toEqual([
      '"one" and "two"',
      '"one" and a line',
      '"two" and a border',
      '"three" and a border',
    ])
  })

  test.each([
    ['stateDiagram-v2\n  state "a" as a\n  [*] --> a\n  a --> b : go\n', ['nobody declares b']],
    ['stateDiagram-v2\n  state "a" as a {\n', ['braces do not match']],
    ['stateDiagram-v2\n  what is this\n', ['not understood: what is this']],
    ['stateDiagram-v2\n  state "a" as a\n  a --> a : x; y\n', ['not understood: a --> a : x; y']],
    ['graph TD\n', ['it begins with graph TD']],
  ])('see what is wrong with Mermaid %#', (text, faults) => {
    expect(mermaidFaults(text)).toEqual(faults)
  })
})
