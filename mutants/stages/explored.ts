import { createHash } from 'node:crypto'
import type { AnyStateMachine } from 'xstate'
import { explore, type Invariant, type Subject } from '../../src/testing/explore/index.js'
import { theChartNeverFails } from '../../src/testing/explore/explore.js'
import { prose } from '../../src/testing/explore/types.js'

/** What an exploration has to say of a mutant. */
export interface Explored {
  /** What was noticed. */
  readonly noticed?: string
  /** A checksum of all that was seen; none where not all was seen. */
  readonly trace?: string
}

/** Ends an exploration: one complaint is enough. */
class Noticed extends Error {}

const impatient = (invariant: Invariant): Invariant => {
  const judged: Invariant = (edge, about) => {
    const complaint = invariant(edge, about)
    if (complaint) throw new Noticed(`${prose(invariant.name)}: ${complaint}`)
    return undefined
  }
  return judged
}

/** Most objects are shared between steps: each is read once. */
const texts = new WeakMap<object, string>()
const textOf = (data: object): string => {
  const known = texts.get(data)
  if (known !== undefined) return known
  const text = JSON.stringify(data)
  texts.set(data, text)
  return text
}

/** A checksum of all that steps did, each thing in its order. */
class Trace {
  readonly #hash = createHash('sha1')

  readonly note: Invariant = ({ from, step, to }) => {
    const { stimulus, told, sent, emitted, started, stopped, failure } = step
    const { snapshot, state, context, actors, timers } = to
    const done = JSON.stringify([stimulus.label, told, sent, emitted, started, stopped, failure !== undefined])
    const left = [snapshot.status, state, textOf(context as object), ...actors.map(textOf), ...[...timers].sort()]
    this.#hash.update([from?.state ?? '', from ? textOf(from.context as object) : '', done, ...left].join('\n'))
    return undefined
  }

  end(): string {
    return this.#hash.digest('hex')
  }
}

/** Explores a chart until something is noticed: what the test of the exploration asks for, and nothing else. */
export const explored = (subject: Subject, machine: AnyStateMachine, maxStates: number): Explored => {
  const trace = new Trace()
  const invariants = [...([theChartNeverFails, ...subject.invariants] as Invariant[]).map(impatient), trace.note]
  try {
    const found = explore({ ...subject, machine, invariants }, { maxStates })
    const [violation] = found.violations
    if (violation) return { noticed: `${violation.invariant}: ${violation.complaint}` }
    if (!found.exhaustive) return {}
    const [deadEnd] = found.deadEnds
    if (deadEnd) return { noticed: `dead end ${deadEnd.node}: ${deadEnd.complaint}` }
    const [unreachable] = found.unreachable
    if (unreachable !== undefined) return { noticed: `unreachable: ${unreachable}` }
    const [unused] = found.unused
    if (unused !== undefined) return { noticed: unused }
    return { trace: trace.end() }
  } catch (error) {
    if (error instanceof Noticed) return { noticed: error.message }
    return { noticed: `thrown: ${(error as Error).message}` }
  }
}
