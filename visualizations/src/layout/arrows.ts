import { statesOf, type Edge, type State } from '../model/types.js'
import { edgeSpans, edgeText, wrap, type Span } from './spans.js'

/** What stands at an arrow for one of its edges. */
export interface Label {
  readonly edge: string
  /** What there is no room for. */
  readonly full: string
  readonly lines: readonly (readonly Span[])[]
}

/** All edges from one state to another: one arrow, a label for each. */
export interface Arrow {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly edges: readonly Edge[]
  readonly labels: readonly Label[]
}

/** A node that stands for a state where an arrow cannot start or end at its box: the arrow would lie inside it. */
export interface Proxy {
  readonly id: string
  /** The state in which it stands. */
  readonly within: string
  readonly text: string
}

/** Id of the node that stands for "wherever it is within the state". */
const anywhere = (state: string): string => `${state}:anywhere`
/** Id of the node that stands for the state itself, seen from within. */
const itself = (state: string): string => `${state}:itself`

const isWithin = (inner: string, outer: string): boolean => inner.startsWith(`${outer}.`)

/** The arrows of a chart, with the nodes that stand for states around their other end. */
export const arrowsOf = (root: State, most: number): { arrows: Arrow[]; proxies: Proxy[] } => {
  const bundles = new Map<string, { from: string; to: string; edges: Edge[] }>()
  const proxies = new Map<string, Proxy>()
  const keys = new Map(statesOf(root).map(({ id, key }) => [id, key]))
  const standIn = (id: string, within: string, text: string): string => {
    proxies.set(id, { id, within, text })
    return id
  }
  const ends = (source: string, target: string): [string, string] => {
    if (isWithin(target, source))
      return [standIn(anywhere(source), source, `anywhere in ${keys.get(source) ?? source}`), target]
    if (isWithin(source, target))
      return [source, standIn(itself(target), target, `${keys.get(target) ?? target}, entered anew`)]
    return [source, target]
  }
  for (const edge of statesOf(root).flatMap(({ edges }) => edges))
    for (const target of edge.targets) {
      const [from, to] = ends(edge.source, target)
      const id = `${from}->${to}`
      const bundle = bundles.get(id) ?? { from, to, edges: [] }
      bundle.edges.push(edge)
      bundles.set(id, bundle)
    }
  const arrows = [...bundles].map(([id, bundle]) => ({
    id,
    ...bundle,
    labels: bundle.edges.map((edge) => ({ edge: edge.id, full: edgeText(edge), lines: wrap(edgeSpans(edge), most) })),
  }))
  return { arrows, proxies: [...proxies.values()] }
}
