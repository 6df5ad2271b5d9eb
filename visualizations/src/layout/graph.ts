import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'
import { statesOf, type State } from '../model/types.js'
import type { Arrow, Proxy } from './arrows.js'
import { widthOf } from './metrics.js'
import { rowsLines, rowsOf, rowsWidth } from './rows.js'
import { lineWidth, LINE, SIZE } from './spans.js'

/** How a chart is laid out. */
export interface Shape {
  readonly direction: 'RIGHT' | 'DOWN'
  /** Width at which labels are broken into lines. */
  readonly label: number
}

/** Size of the names of states. */
export const TITLE = 14
/** Height of the part of a box with the name. */
export const HEAD = 28
/** Space between the border of a box and what it holds. */
export const PAD = 12
const DOT = 12

/** Where rows are broken: a state that is all rows may be wide, since nothing stands beside it. */
const rowsMost = (state: State): number => (state.edges.length > 15 ? 700 : 300)

/** The rows of a state, broken as its box wants them. */
export const boxRows = (state: State) => rowsOf(state, rowsMost(state))

/** Text beside the name of a state. */
export const tagsText = ({ tags }: State): string => tags.map((tag) => `#${tag}`).join(' ')

const boxSize = (state: State): { width: number; height: number } => {
  const rows = boxRows(state)
  const title = widthOf(state.key, TITLE, true) + (state.tags.length > 0 ? 10 + widthOf(tagsText(state), SIZE) : 0)
  return {
    width: Math.ceil(Math.max(title, rowsWidth(rows)) + 2 * PAD),
    height: HEAD + (rows.length > 0 ? rowsLines(rows) * LINE + 8 : 2),
  }
}

const PAGE = {
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
}

/** Each compound state is laid out by them, since none is handed down. */
const BASE = {
  'elk.algorithm': 'layered',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.considerModelOrder.strategy': 'NONE',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
}

const SPACING = {
  'elk.spacing.nodeNode': '20',
  'elk.spacing.edgeNode': '11',
  'elk.spacing.edgeEdge': '9',
  'elk.spacing.edgeLabel': '3',
  'elk.spacing.labelNode': '6',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '11',
}

/** Id of the dot from which the arrow to the initial state comes. */
export const dotOf = (state: string): string => `${state}:initial`

const circle = (id: string): ElkNode => ({
  id,
  width: DOT,
  height: DOT,
  layoutOptions: { 'elk.layered.layering.layerConstraint': 'FIRST' },
})

const nodeOf = (state: State, proxies: readonly Proxy[], direction: Shape['direction']): ElkNode => {
  if (state.type === 'history') return { id: state.id, width: 24, height: 24 }
  const { width, height } = boxSize(state)
  if (state.children.length === 0) return { id: state.id, width, height }
  const inside = proxies.filter(({ within }) => within === state.id)
  return {
    id: state.id,
    layoutOptions: {
      ...BASE,
      ...SPACING,
      'elk.direction': direction,
      'elk.padding': `[top=${height + 10},left=16,bottom=16,right=16]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      // Both the width: laid out downward, a compound state takes the one for the other.
      'elk.nodeSize.minimum': `(${width},${width})`,
    },
    children: [
      ...(state.initial === undefined ? [] : [circle(dotOf(state.id))]),
      ...inside.map(({ id, text }) => ({ id, width: Math.ceil(widthOf(text, SIZE)) + 20, height: 22 })),
      ...state.children.map((child) => nodeOf(child, proxies, direction)),
    ],
  }
}

/** Width and height of the labels of an arrow. */
const labelSize = ({ labels }: Arrow): { width: number; height: number } => {
  const lines = labels.flatMap(({ lines }) => lines)
  return { width: Math.ceil(Math.max(...lines.map(lineWidth))) + 4, height: lines.length * LINE + 2 }
}

/** Regions of a parallel state stand below each other: arrows that nobody draws hold them apart. */
const apart = ({ type, children }: State): ElkExtendedEdge[] =>
  type === 'parallel'
    ? children.slice(1).map(({ id }, at) => ({ id: `${id}:apart`, sources: [children[at]?.id ?? id], targets: [id] }))
    : []

/** What the layout is asked for. */
export const graphOf = (root: State, arrows: readonly Arrow[], proxies: readonly Proxy[], shape: Shape): ElkNode => ({
  id: ':page',
  layoutOptions: {
    ...PAGE,
    ...BASE,
    ...SPACING,
    'elk.direction': shape.direction,
    'elk.padding': '[top=8,left=8,bottom=8,right=8]',
  },
  children: [nodeOf(root, proxies, shape.direction)],
  edges: [
    ...statesOf(root).flatMap(({ id, initial }): ElkExtendedEdge[] =>
      initial === undefined ? [] : [{ id: `${dotOf(id)}->`, sources: [dotOf(id)], targets: [initial] }],
    ),
    ...(shape.direction === 'DOWN' ? statesOf(root).flatMap(apart) : []),
    ...arrows.map((arrow): ElkExtendedEdge => ({
      id: arrow.id,
      sources: [arrow.from],
      targets: [arrow.to],
      labels: [{ id: `${arrow.id}:label`, text: arrow.id, ...labelSize(arrow) }],
    })),
  ],
})
