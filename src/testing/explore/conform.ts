import type { AnyStateMachine } from 'xstate'
import { seeded } from '../scheduler/random.js'
import { Interpreter, plain } from './interpreter.js'
import { LiveChart } from './live-chart.js'
import { stimuliOf } from './stimuli.js'
import type { Configuration, Edge, Stimulus, Subject } from './types.js'

/** Where a live actor was in another state, or did something else, than the pure functions say. */
export interface Mismatch {
  /** What happened, from the beginning of the walk. */
  readonly path: readonly string[]
  /** What differs: `value`, `context`, `running` and so on. */
  readonly differs: readonly string[]
  readonly pure: string
  readonly live: string
}

/** The outcome of a comparison. */
export interface Conformance {
  readonly chart: string
  readonly steps: number
  readonly walks: number
  readonly mismatches: readonly Mismatch[]
}

/** How a comparison walks. */
export interface ConformOptions {
  readonly steps: number
  readonly seed: number
  /** Runs live instead of the subject's own chart: to see that a difference is noticed. */
  readonly live?: AnyStateMachine
}

const WALK = 60

const seenPurely = ({ to, step: { told, sent, emitted } }: Edge) => ({
  status: to.snapshot.status,
  value: to.snapshot.value,
  context: to.context,
  running: to.actors.map(({ id }) => id).sort(),
  timers: to.timers.length,
  told,
  sent,
  emitted,
})

const difference = (pure: ReturnType<typeof seenPurely>, live: ReturnType<LiveChart['seen']>) => {
  const differs = (Object.keys(pure) as (keyof typeof pure)[]).filter((part) => plain(pure[part]) !== plain(live[part]))
  const only = (seen: Record<string, unknown>) => plain(Object.fromEntries(differs.map((part) => [part, seen[part]])))
  return differs.length > 0 ? { differs, pure: only(pure), live: only(live) } : undefined
}

/** A step at random. What changes nothing, and what ends everything, is drawn again: the rest is seen more often. */
const drawn = (interpreter: Interpreter, at: Configuration, stimuli: readonly Stimulus[], chance: () => number) => {
  let edge: Edge | undefined
  for (let draw = 0; draw < 4; draw += 1) {
    const stimulus = stimuli[Math.floor(chance() * stimuli.length)]
    if (!stimulus) return undefined
    edge = interpreter.next(at, stimulus)
    const ends = /^(close|page\.left)$/.test(stimulus.event.type)
    if (edge.to.snapshot !== at.snapshot && !ends) return edge
  }
  return edge
}

/**
 * Walks at random through what may happen, with live actors and pure functions side by side: what was explored is what
 * runs. Actors that were stopped are settled late now and then, and must not be heard.
 */
export const conform = async (subject: Subject, { steps, seed, live }: ConformOptions): Promise<Conformance> => {
  const chance = seeded(seed)
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(chance() * from.length)]
  const interpreter = new Interpreter(subject)
  const { inputs, memories } = subject.environment
  const mismatches: Mismatch[] = []
  let taken = 0
  let walks = 0
  while (taken < steps) {
    walks += 1
    const input = pick(inputs) ?? {}
    const chart = new LiveChart(subject, live ?? subject.machine, input)
    let edge = interpreter.begin(input, pick(memories))
    const path = [edge.step.stimulus.label]
    let found = difference(seenPurely(edge), chart.seen())
    for (let length = 0; !found && length < WALK && taken < steps; length += 1) {
      const at: Configuration = edge.to
      const next = drawn(interpreter, at, at.snapshot.status === 'active' ? stimuliOf(subject, at) : [], chance)
      if (!next) break
      edge = next
      const { stimulus } = edge.step
      path.push(stimulus.label)
      await chart.happens(stimulus, at)
      if (chance() < 0.1) await chart.settlesLate(chance())
      found = difference(seenPurely(edge), chart.seen())
      taken += 1
    }
    if (found) mismatches.push({ path, ...found })
    chart.stop()
  }
  return { chart: subject.name, steps: taken, walks, mismatches }
}
