import { prose } from '../src/testing/explore/types.js'
import type { Bounds } from './commands.js'
import { Happenings } from './happenings.js'
import type { Happening, System, SystemEdge, SystemState } from './system.js'
import type { SystemInvariant } from './invariants.js'
import type { World } from './world.js'

/** How much may be spent on the way to a state. */
export interface Budget {
  readonly commands: number
  readonly faults: number
}

/** A broken rule, with a shortest way to it. */
export interface SystemViolation {
  readonly invariant: string
  readonly complaint: string
  readonly path: readonly string[]
}

export interface Found {
  readonly states: number
  readonly edges: number
  /** Each with what is left of the budget: the same one is entered again only with more left. */
  readonly entered: number
  readonly exhausted: boolean
  readonly violations: readonly SystemViolation[]
}

export interface SearchOptions extends Budget {
  readonly bounds: Bounds
  readonly invariants: readonly SystemInvariant[]
  /** Gives up when it says so, asked now and then. */
  readonly enough?: () => boolean
  /** Ends with the first rule that is broken. */
  readonly first?: boolean
  /** Enters a state once for each budget, whatever was left before: to see that nothing is lost by it. */
  readonly unfolded?: boolean
  readonly visit?: (state: SystemState) => void
}

const worlds = new WeakMap<World, string>()
const worldText = (world: World): string => {
  let text = worlds.get(world)
  if (text === undefined) worlds.set(world, (text = JSON.stringify(Object.values(world))))
  return text
}

/** The text by which equal states are known. */
export const keyOf = ({ charts, world }: SystemState): string => {
  let key = worldText(world)
  for (const chart of [...charts.keys()].sort()) key += `|${chart}:${charts.get(chart) as number}`
  return key
}

/** One entry of a state: where it was come from, and what was left. */
interface Entry {
  readonly state: SystemState
  readonly commands: number
  readonly faults: number
}

/** The states of a system, breadth-first. */
export class Search {
  readonly #happenings: Happenings
  readonly #known = new Map<string, number[]>()
  readonly #waiting: (Entry | undefined)[] = []
  readonly #parents: number[] = []
  readonly #labels: string[] = []
  readonly #violations = new Map<string, SystemViolation>()
  #edges = 0

  constructor(
    private readonly system: System,
    private readonly options: SearchOptions,
  ) {
    this.#happenings = new Happenings(system, options.bounds)
  }

  run(): Found {
    const { enough, first, commands, faults } = this.options
    this.#take(this.system.begin(), -1, commands, faults)
    let at = 0
    for (; at < this.#waiting.length; at += 1) {
      if ((first && this.#violations.size > 0) || (at % 1_000 === 0 && enough?.())) break
      const entry = this.#waiting[at] as Entry
      // What was expanded is not needed any more.
      this.#waiting[at] = undefined
      for (const happening of this.#happenings.of(entry.state, entry)) this.#happen(entry, happening, at)
    }
    return {
      states: this.#known.size,
      edges: this.#edges,
      entered: this.#waiting.length,
      exhausted: at >= this.#waiting.length,
      violations: [...this.#violations.values()],
    }
  }

  #happen({ state, commands, faults }: Entry, happening: Happening, at: number): void {
    const edge = this.system.next(state, happening)
    const spent = (what: Happening['cost']) => (happening.cost === what ? 1 : 0)
    this.#edges += 1
    this.#take(edge, at, commands - spent('command'), faults - spent('fault'))
  }

  #take(edge: SystemEdge, parent: number, commands: number, faults: number): void {
    for (const { invariant, complaint } of edge.complaints) this.#complain(invariant, complaint, parent, edge)
    for (const invariant of this.options.invariants) {
      const complaint = invariant(edge, this.system)
      if (complaint) this.#complain(prose(invariant.name), complaint, parent, edge)
    }
    const key = keyOf(edge.to)
    const left = this.#known.get(key)
    if (left && this.#covered(left, commands, faults)) return
    if (left) left.push(commands, faults)
    else {
      this.#known.set(key, [commands, faults])
      this.options.visit?.(edge.to)
    }
    this.#waiting.push({ state: edge.to, commands, faults })
    this.#parents.push(parent)
    this.#labels.push(edge.happening.label)
  }

  /** It was entered with as much left: what follows now is a part of what followed then. */
  #covered(left: readonly number[], commands: number, faults: number): boolean {
    for (let at = 0; at < left.length; at += 2) {
      const [before, beforeFaults] = [left[at] as number, left[at + 1] as number]
      const covers = this.options.unfolded
        ? before === commands && beforeFaults === faults
        : before >= commands && beforeFaults >= faults
      if (covers) return true
    }
    return false
  }

  #complain(invariant: string, complaint: string, parent: number, { happening }: SystemEdge): void {
    if (this.#violations.has(invariant)) return
    const path = [happening.label]
    for (let at = parent; at >= 0; at = this.#parents[at] as number) path.unshift(this.#labels[at] as string)
    this.#violations.set(invariant, { invariant, complaint, path })
  }
}
