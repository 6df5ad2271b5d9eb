import type { ElkPoint } from 'elkjs/lib/elk-api.js'
import type { Arrow } from '../layout/arrows.js'
import type { Layout } from '../layout/layout.js'
import { LINE } from '../layout/spans.js'
import { element } from '../render/xml.js'
import type { Kind } from './style.js'
import { edgeAt } from './text.js'

const CORNER = 5
const HEAD = 8

const towards = (from: ElkPoint, to: ElkPoint, by: number): ElkPoint => {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  const share = Math.min(by, length / 2) / length
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

const at = ({ x, y }: ElkPoint): string => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`

/** A way with round corners. */
export const pathOf = (points: readonly ElkPoint[]): string =>
  points
    .map((point, index) => {
      const before = points[index - 1]
      const after = points[index + 1]
      if (!before) return `M${at(point)}`
      if (!after) return `L${at(point)}`
      return `L${at(towards(point, before, CORNER))}Q${at(point)} ${at(towards(point, after, CORNER))}`
    })
    .join('')

const headOf = (points: readonly ElkPoint[]): string => {
  const tip = points.at(-1) as ElkPoint
  const before = points.findLast(({ x, y }) => x !== tip.x || y !== tip.y) ?? tip
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1
  const [dx, dy] = [(tip.x - before.x) / length, (tip.y - before.y) / length]
  const base = { x: tip.x - dx * HEAD, y: tip.y - dy * HEAD }
  const side = { x: -dy * 3.6, y: dx * 3.6 }
  return `M${at(tip)}L${at({ x: base.x + side.x, y: base.y + side.y })}L${at({ x: base.x - side.x, y: base.y - side.y })}Z`
}

/** A way with its head, in the colour of its kind. */
export const drawWay = (points: readonly ElkPoint[], kind: Kind): string =>
  element('path', { class: `way ${kind}`, d: pathOf(points) }) +
  element('path', { class: `head ${kind}`, d: headOf(points) })

const kindOf = ({ edges }: Arrow): Kind => {
  const kinds = new Set(edges.map(({ trigger }) => trigger.kind))
  return kinds.size === 1 ? ([...kinds][0] as Kind) : 'mixed'
}

/** The arrows of a chart, each with the labels of its edges. */
export const drawArrows = ({ arrows, ways }: Layout): { lines: string; labels: string } => {
  const lines: string[] = []
  const labels: string[] = []
  for (const arrow of arrows) {
    const way = ways.get(arrow.id)
    if (!way) continue
    lines.push(element('g', { class: 'arrow', 'data-arrow': arrow.id }, drawWay(way.points, kindOf(arrow))))
    if (!way.label) continue
    let top = way.label.y + 1
    const { x: left } = way.label
    const drawn = arrow.labels.map((label) => {
      const there = edgeAt(label, left + 2, top)
      top += label.lines.length * LINE
      return there
    })
    labels.push(element('g', { 'data-labels': arrow.id }, ...drawn))
  }
  return { lines: lines.join('\n'), labels: labels.join('\n') }
}
