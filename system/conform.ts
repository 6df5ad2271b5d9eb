import { DEADLINES } from '../src/machines/common.js'
import type { composed } from '../src/machines/composed.js'
import { plain } from '../src/testing/explore/interpreter.js'
import { seeded } from '../src/testing/scheduler/random.js'
import { BOUNDS, type Bounds } from './commands.js'
import { Happenings } from './happenings.js'
import { LiveSystem, type SeenChart } from './live.js'
import { System, type Happening, type SystemEdge, type SystemOptions, type SystemState } from './system.js'

/** Where live actors were somewhere else than the pure functions say. */
export interface SystemMismatch {
  readonly path: readonly string[]
  /** The charts that differ, or `emitted`. */
  readonly differs: readonly string[]
  readonly pure: string
  readonly live: string
}

export interface SystemConformance {
  readonly steps: number
  readonly walks: number
  /** Steps by what they cost. */
  readonly commands: number
  readonly faults: number
  readonly mismatches: readonly SystemMismatch[]
}

export interface SystemConformOptions extends Pick<SystemOptions, 'ladder' | 'mode'> {
  readonly steps: number
  readonly seed: number
  /** Composes the live session otherwise: to see that a difference is noticed. */
  readonly live?: typeof composed
}

const WALK = 120
const WIDE: Bounds = { ...BOUNDS, senders: 2, receivers: 2, generations: 4 }
/** Drawn now and then only: a walk that ends at once sees little. */
const ENDS = /^(close|page: page\.left)$/

const seenPurely = (system: System, state: SystemState): Record<string, SeenChart> =>
  Object.fromEntries(
    [...state.charts.keys()].flatMap((id) => {
      const at = system.chart(state, id)
      if (!at) return []
      const { value, status } = at.snapshot
      const running = at.actors.flatMap((actor) => (state.charts.has(actor.id) ? [] : [actor.id])).sort()
      return [[id, { value, context: at.context, status, running, timers: [...at.timers].sort() }]]
    }),
  )

const emittedBy = ({ steps }: SystemEdge) => steps.flatMap(({ edge }) => edge.step.emitted)

const difference = (
  path: readonly string[],
  pure: Record<string, unknown>,
  live: Record<string, unknown>,
): SystemMismatch | undefined => {
  const differs = [...new Set([...Object.keys(pure), ...Object.keys(live)])].filter(
    (part) => plain(pure[part]) !== plain(live[part]),
  )
  const only = (seen: Record<string, unknown>) => plain(Object.fromEntries(differs.map((part) => [part, seen[part]])))
  return differs.length > 0 ? { path: [...path], differs, pure: only(pure), live: only(live) } : undefined
}

/** Walks at random through what may happen, with live actors and pure functions side by side. */
export const conformSystem = async (options: SystemConformOptions): Promise<SystemConformance> => {
  const { ladder, mode = 'auto', steps, seed, live } = options
  const chance = seeded(seed)
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(chance() * from.length)]
  const system = new System({ ladder, mode, exact: true })
  const happenings = new Happenings(system, WIDE)
  const mismatches: SystemMismatch[] = []
  const taken = { free: 0, command: 0, fault: 0 }
  const count = () => taken.free + taken.command + taken.fault
  let walks = 0

  /** Faults now and then, and commands more often: evenly drawn, few walks would ever be connected. */
  const drawn = (all: readonly Happening[]): Happening | undefined => {
    const roll = chance()
    const cost = roll < 0.55 ? 'free' : roll < 0.9 ? 'command' : 'fault'
    const some = all.filter((one) => one.cost === cost && (chance() < 0.02 || !ENDS.test(one.label)))
    return pick(some) ?? pick(all)
  }

  while (count() < steps) {
    walks += 1
    const actors = new LiveSystem({ deadlines: DEADLINES, mode, ladder }, live)
    let edge = system.begin()
    const path = [edge.happening.label]
    const compare = () =>
      difference(
        path,
        { ...seenPurely(system, edge.to), emitted: emittedBy(edge) },
        { ...actors.seen(), emitted: actors.emitted() },
      )
    let found = compare()
    for (let length = 0; !found && length < WALK && count() < steps; length += 1) {
      const next = drawn(happenings.of(edge.to, { commands: 1, faults: 1 }))
      if (!next) break
      edge = system.next(edge.to, next)
      path.push(next.label)
      taken[next.cost] += 1
      if (next.to !== undefined && next.stimulus) await actors.happens(next.to, next.stimulus)
      found = compare()
    }
    if (found) mismatches.push(found)
    actors.stop()
  }
  return { steps: count(), walks, commands: taken.command, faults: taken.fault, mismatches }
}
