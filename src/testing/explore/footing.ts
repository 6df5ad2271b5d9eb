import type { AnyStateNode } from 'xstate'
import { deadlinesOf, nodesOf, pathOf } from './chart.js'
import type { DeadEnd, Graph } from './findings.js'
import type { Configuration, Edge, Subject } from './types.js'

/** What is known of one state node. */
interface Standing {
  visited: boolean
  /** A configuration in which it is active. */
  first: number | undefined
  /** A configuration in which it is active without a pending deadline of it or of a state around it. */
  endless: number | undefined
  /** Something leads out of it, besides `close`. */
  left: boolean
}

const atomic = (node: AnyStateNode): boolean => Object.keys(node.states).length === 0

/**
 * Where a chart may stand still. A state node that has no deadline, or no way out, is a dead end unless the environment
 * has a row that says why it may rest there; a row without need is reported as well, so that the table stays true.
 */
export class Footing {
  readonly #standing = new Map<string, Standing>()
  readonly #nodes: readonly AnyStateNode[]
  readonly #deadlines: ReadonlyMap<string, ReadonlySet<string>>
  readonly #atRest: boolean[] = []

  constructor(private readonly subject: Subject) {
    this.#nodes = nodesOf(subject.machine.root)
    this.#deadlines = deadlinesOf(subject.machine)
    for (const { id } of this.#nodes)
      this.#standing.set(id, { visited: false, first: undefined, endless: undefined, left: false })
  }

  #rests(node: AnyStateNode): boolean {
    return node.type === 'final' || pathOf(node) in this.subject.environment.rests
  }

  /** Notes a new configuration. */
  stand({ snapshot, timers }: Configuration, index: number): void {
    let atRest = true
    for (const node of snapshot._nodes) {
      const standing = this.#standing.get(node.id)
      if (!standing) continue
      standing.first ??= index
      if (!atomic(node)) continue
      if (!this.#rests(node)) atRest = false
      if (!timers.some((timer) => this.#deadlines.get(node.id)?.has(timer))) standing.endless ??= index
    }
    this.#atRest[index] = atRest || snapshot.status !== 'active'
  }

  /** Notes what a step went through, and what it left. */
  step({ from, step, to }: Edge): void {
    for (const id of step.visited) {
      const standing = this.#standing.get(id)
      if (standing) standing.visited = true
    }
    if (!from || step.stimulus.event.type === 'close') return
    const active = new Set(to.snapshot._nodes)
    for (const node of from.snapshot._nodes) {
      const standing = this.#standing.get(node.id)
      if (standing && !active.has(node)) standing.left = true
    }
  }

  /** Paths of the nodes that were never active. */
  unreachable(): string[] {
    return this.#nodes.filter(({ id }) => !this.#standing.get(id)?.visited).map(pathOf)
  }

  deadEnds(graph: Graph, wayTo: (index: number) => string[]): DeadEnd[] {
    const found: DeadEnd[] = []
    const rows = new Set(Object.keys(this.subject.environment.rests))
    for (const node of this.#nodes.filter(atomic)) {
      const standing = this.#standing.get(node.id)
      // A final state is an end, not a dead one; of a parallel chart it ends a region.
      if (!standing || standing.first === undefined || node.type === 'final') continue
      const path = pathOf(node)
      const complaint = !standing.left
        ? 'nothing leads out of it'
        : standing.endless !== undefined
          ? 'it waits without a deadline'
          : undefined
      if (complaint && !rows.has(path))
        found.push({ node: path, complaint, path: wayTo(standing.endless ?? standing.first) })
      if (complaint) rows.delete(path)
    }
    for (const path of rows) found.push({ node: path, complaint: 'the row that lets it rest has no need', path: [] })
    const trap = this.#trap(graph)
    if (trap !== undefined)
      found.push({ node: '', complaint: 'without the application it never comes to rest', path: wayTo(trap) })
    return found
  }

  /** The first configuration from which no resting one is reached unless the application helps. */
  #trap({ from, to, cause }: Graph): number | undefined {
    const into: number[][] = this.#atRest.map(() => [])
    for (const [edge, target] of to.entries()) if (cause[edge] !== 'application') into[target]?.push(from[edge] ?? 0)
    const calm = [...this.#atRest]
    const queue = calm.flatMap((rest, index) => (rest ? [index] : []))
    for (let index = queue.pop(); index !== undefined; index = queue.pop())
      for (const before of into[index] ?? []) {
        if (calm[before]) continue
        calm[before] = true
        queue.push(before)
      }
    const trap = calm.indexOf(false)
    return trap < 0 ? undefined : trap
  }
}
