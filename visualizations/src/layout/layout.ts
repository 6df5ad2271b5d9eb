import { createRequire } from 'node:module'
import type { ELK, ElkNode, ElkPoint } from 'elkjs/lib/elk-api.js'
import { statesOf, type State } from '../model/types.js'
import { arrowsOf, type Arrow, type Proxy } from './arrows.js'
import { graphOf, type Shape } from './graph.js'

/** A place on the page, in pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A chart with a place for everything. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: ReadonlyMap<string, Box>
  /** The points of each arrow, by its id, and where its labels stand. */
  readonly ways: ReadonlyMap<string, { readonly points: readonly ElkPoint[]; readonly label: Box | undefined }>
  readonly arrows: readonly Arrow[]
  readonly proxies: readonly Proxy[]
}

/** The widest that a picture may be to be read without scrolling. */
export const WIDEST = 1_600

// The module is CommonJS whose types say otherwise.
const Elk = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js') as new () => ELK
const elk = new Elk()

const rounded = (value = 0): number => Math.round(value * 2) / 2

const boxOf = ({ x, y, width, height }: Partial<Box>): Box => ({
  x: rounded(x),
  y: rounded(y),
  width: rounded(width),
  height: rounded(height),
})

const below = (node: ElkNode): ElkNode[] => [node, ...(node.children ?? []).flatMap(below)]

/** Lays a graph out: where each node is, and the way of each edge. */
export const place = async (graph: ElkNode): Promise<Pick<Layout, 'width' | 'height' | 'boxes' | 'ways'>> => {
  const placed = await elk.layout(graph)
  const ways = (placed.edges ?? []).map(({ id, sections = [], labels = [] }) => {
    const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [
      startPoint,
      ...bendPoints,
      endPoint,
    ])
    return [
      id,
      {
        points: points.map(({ x, y }) => ({ x: rounded(x), y: rounded(y) })),
        label: labels[0] && boxOf(labels[0]),
      },
    ] as const
  })
  return {
    width: Math.ceil(placed.width ?? 0),
    height: Math.ceil(placed.height ?? 0),
    boxes: new Map(below(placed).map((node) => [node.id, boxOf(node)])),
    ways: new Map(ways),
  }
}

/** Width of labels in a chart of many arrows. */
const NARROW = 125

/** From the most to the least readable. */
const SHAPES: readonly Shape[] = [
  { direction: 'RIGHT', label: 220 },
  ...[200, 150, NARROW, 105, 90, 76].map((label) => ({ direction: 'DOWN', label }) as const),
]
/** A chart of more states is always too wide when it is laid out to the right. */
const FEW = 8
/** A chart of more arrows is always too wide when its labels are; to try takes long. */
const MANY = 35

const isVain = ({ direction, label }: Shape, root: State, arrows: readonly Arrow[]): boolean =>
  (direction === 'RIGHT' && statesOf(root).length > FEW) || (label > NARROW && arrows.length > MANY)

/** The first layout that is not too wide, or else the narrowest. */
export const layoutOf = async (root: State): Promise<Layout> => {
  let best: Layout | undefined
  for (const shape of SHAPES) {
    const { arrows, proxies } = arrowsOf(root, shape.label)
    if (isVain(shape, root, arrows)) continue
    const tried = { ...(await place(graphOf(root, arrows, proxies, shape))), arrows, proxies }
    if (!best || tried.width < best.width) best = tried
    if (best.width <= WIDEST) break
  }
  return best as Layout
}
