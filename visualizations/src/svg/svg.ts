import { dotOf } from '../layout/graph.js'
import { layoutOf } from '../layout/layout.js'
import { edgesBelow, statesOf, type Chart } from '../model/types.js'
import { element, escaped } from '../render/xml.js'
import { drawArrows, drawWay } from './arrows.js'
import { drawLegend, LEGEND } from './legend.js'
import { drawState } from './states.js'
import { STYLE } from './style.js'

interface Page {
  /** Part of its ids, so that several pictures may be in one document. */
  readonly name: string
  readonly width: number
  readonly height: number
  readonly title: string
  readonly description: string
}

/** A picture with its title, its words for those who cannot see it, and its style. */
const page = ({ name, width, height, title, description }: Page, ...inside: readonly string[]): string =>
  `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': `${name}-title ${name}-desc`,
    },
    element('title', { id: `${name}-title` }, escaped(title)),
    element('desc', { id: `${name}-desc` }, escaped(description)),
    element('style', {}, escaped(STYLE).replaceAll('&gt;', '>')),
    element('rect', { class: 'page', width, height }),
    '\n',
    inside.join('\n'),
    '\n',
  )}\n`

/** The picture of a chart. */
export const svgOf = async ({ name, root }: Chart): Promise<string> => {
  const layout = await layoutOf(root)
  const states = statesOf(root)
  const { lines, labels } = drawArrows(layout)
  const begins = states.flatMap(({ id }) => {
    const way = layout.ways.get(`${dotOf(id)}->`)
    return way ? [drawWay(way.points, 'mixed')] : []
  })
  return page(
    {
      name,
      width: Math.max(layout.width, LEGEND.width),
      height: layout.height + LEGEND.height,
      title: `The chart "${name}"`,
      description: `${states.length} states, ${edgesBelow(root).length} edges. ${name}.md has them as a table.`,
    },
    drawState(root, layout),
    element('g', {}, ...begins),
    lines,
    labels,
    drawLegend(layout.height),
  )
}
