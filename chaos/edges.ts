import type { AnyActorRef, AnyStateMachine, AnyStateNode, InspectionEvent } from 'xstate'
import { nodesOf, pathOf, transitionsOf } from '../src/testing/explore/chart.js'
import { CHARTS } from '../src/testing/explore/index.js'

/** One edge of a chart: a transition as it stands in a state node. */
export interface ChartEdge {
  readonly chart: string
  /** Path of the node that it stands in; empty for the chart itself. */
  readonly from: string
  /** What takes it, in the words of the exploration: a type, `after "..."`, `"..." done`, `always`. */
  readonly on: string
  readonly guard: string | undefined
  /** Paths of the nodes that it leads to; none for one that stays. */
  readonly to: readonly string[]
}

/** An edge with how often it was taken. */
export interface CountedEdge extends ChartEdge {
  readonly taken: number
}

interface Transition {
  readonly source: AnyStateNode
  readonly eventType: string
  readonly guard?: unknown
  readonly target: readonly AnyStateNode[] | undefined
}

type Microstep = Extract<InspectionEvent, { type: '@xstate.microstep' }>

const guardOf = (guard: unknown): string | undefined =>
  typeof guard === 'string' ? guard : (guard as { type?: string } | undefined)?.type

/** Names of the actors that a chart invokes, by the ids that their events carry. */
const actorsOf = (machine: AnyStateMachine): ReadonlyMap<string, string> =>
  new Map(nodesOf(machine.root).flatMap(({ invoke }) => invoke.map(({ id, src }) => [id, String(src)] as const)))

const readable = (type: string, actors: ReadonlyMap<string, string>): string => {
  if (type === '') return 'always'
  const after = /^xstate\.after\.([^.]*)\./.exec(type)?.[1]
  if (after !== undefined) return `after "${after}"`
  const [, outcome, id = ''] = /^xstate\.(done|error)\.actor\.(.*)$/.exec(type) ?? []
  if (outcome) return `"${actors.get(id) ?? id}" ${outcome === 'done' ? 'done' : 'failed'}`
  return type.startsWith('xstate.done.state.') ? 'done' : type
}

/** Of a node and a place in it: charts that were given other actors have other nodes, in the same places. */
const keyOf = (node: AnyStateNode, index: number): string => `${node.id}#${index}`

interface Known {
  readonly edges: readonly ChartEdge[]
  readonly keys: ReadonlyMap<string, number>
}

const known = (name: string, machine: AnyStateMachine): Known => {
  const actors = actorsOf(machine)
  const edges: ChartEdge[] = []
  const keys = new Map<string, number>()
  for (const node of nodesOf(machine.root))
    for (const [index, { eventType, guard, target }] of (transitionsOf(node) as Transition[]).entries()) {
      keys.set(keyOf(node, index), edges.length)
      edges.push({
        chart: name,
        from: pathOf(node),
        on: readable(eventType, actors),
        guard: guardOf(guard),
        to: (target ?? []).map(pathOf),
      })
    }
  return { edges, keys }
}

/** Every edge of every chart, worked out once. */
const KNOWN: ReadonlyMap<string, Known> = new Map(
  CHARTS.map(({ name, machine }) => [machine.root.id, known(name, machine)]),
)

const ALL: readonly ChartEdge[] = [...KNOWN.values()].flatMap(({ edges }) => edges)
const OFFSETS: ReadonlyMap<string, number> = new Map(
  [...KNOWN.keys()].map((id, at, ids) => [
    id,
    ids.slice(0, at).reduce((sum, before) => sum + (KNOWN.get(before)?.edges.length ?? 0), 0),
  ]),
)

/** The entry into a chart is no edge of it. */
const NO_EDGE = -1

/** `from: on [guard] -> to`. */
export const edgeName = ({ from, on, guard, to }: ChartEdge): string =>
  `${from || 'anywhere'}: ${on}${guard ? ` [${guard}]` : ''}${to.length > 0 ? ` -> ${to.join(', ')}` : ''}`

/** How often each edge of the charts was taken by sessions; several may be counted together. */
export class EdgeCounter {
  /** One number for each edge, in the order of the charts. */
  readonly counts: number[] = ALL.map(() => 0)
  /** Where the transitions of live charts stand among the counts. */
  readonly #places = new WeakMap<object, number>()

  /** For `options.inspect` of a socket, or to be called from an inspector of your own. */
  readonly inspect = (seen: InspectionEvent): void => {
    if (seen.type !== '@xstate.microstep') return
    for (const transition of (seen as Microstep)._transitions as unknown as Transition[]) {
      const place = this.#places.get(transition) ?? this.#placeOf(transition, seen.actorRef as AnyActorRef)
      if (place !== NO_EDGE) this.counts[place] = (this.counts[place] ?? 0) + 1
    }
  }

  #placeOf(transition: Transition, actor: AnyActorRef): number {
    const { source } = transition
    const { root } = (actor as unknown as { logic: AnyStateMachine }).logic
    const index = (transitionsOf(source) as unknown[]).indexOf(transition)
    const own = KNOWN.get(root.id)?.keys.get(keyOf(source, index))
    const place = own === undefined ? NO_EDGE : (OFFSETS.get(root.id) ?? 0) + own
    this.#places.set(transition, place)
    return place
  }

  /** Adds what another counter has counted. */
  add(counts: readonly number[]): void {
    for (const [at, count] of counts.entries()) this.counts[at] = (this.counts[at] ?? 0) + count
  }

  /** Every edge of every chart, those that were never taken too. */
  get edges(): CountedEdge[] {
    return ALL.map((edge, at) => ({ ...edge, taken: this.counts[at] ?? 0 }))
  }
}
