import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot, AnyStateMachine, InspectionEvent } from 'xstate'
import { Interpreter, plain } from '../src/testing/explore/interpreter.js'
import { CHARTS, type Cause, type Configuration, type Edge, type Invariant } from '../src/testing/explore/index.js'
import { theChartNeverFails } from '../src/testing/explore/explore.js'
import { prose, type Subject } from '../src/testing/explore/types.js'

/** A chart of a live session that did what it must not. */
export interface Finding {
  readonly invariant: string
  readonly complaint: string
}

interface Read {
  readonly subject: Subject
  readonly interpreter: Interpreter
  readonly invariants: readonly Invariant[]
}

const READ: ReadonlyMap<string, Read> = new Map(
  CHARTS.map((subject) => [
    subject.machine.root.id,
    {
      subject,
      interpreter: new Interpreter(subject),
      invariants: [theChartNeverFails, ...subject.invariants] as Invariant[],
    },
  ]),
)

const logicOf = (actor: AnyActorRef): Partial<AnyStateMachine> => (actor as unknown as { logic: AnyStateMachine }).logic
const inputOf = (actor: AnyActorRef): object =>
  (actor as unknown as { options: { input?: object } }).options.input ?? {}

const causeOf = ({ environment }: Subject, { type }: AnyEventObject): Cause => {
  if (type.startsWith('xstate.after.')) return 'time'
  return (environment.events as Record<string, { cause: Cause } | undefined>)[type]?.cause ?? 'actor'
}

const stimulusOf = (subject: Subject, { actors, timers }: Configuration, event: AnyEventObject) => {
  const { actorId, output, error } = event as { actorId?: string; output?: unknown; error?: unknown }
  const [, end] = /^xstate\.(done|error)\.actor\./.exec(event.type) ?? []
  const ends = actors.find(({ id }) => end !== undefined && id === actorId)
  return {
    label: event.type,
    cause: causeOf(subject, event),
    event,
    ...(ends && { ends, outcome: end === 'done' ? { output } : { error } }),
    ...(timers.includes(event.type) && { timer: event.type }),
  }
}

const texts = new WeakMap<object, string>()

/** Most events leave the context as it is: each is read once. */
const textOf = (context: object): string => {
  const known = texts.get(context)
  if (known !== undefined) return known
  const text = plain(context)
  texts.set(context, text)
  return text
}

const seenOf = ({ status, value, context }: AnyMachineSnapshot): string =>
  `${status} ${plain(value)} ${textOf(context as object)}`

/** Mixes a text into a checksum (FNV-1a). */
const mixed = (sum: number, text: string): number => {
  let mix = sum ^ 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) mix = Math.imul(mix ^ text.charCodeAt(at), 0x01000193)
  return mix >>> 0
}

/**
 * Follows the charts of a live session by the pure functions: each event that one takes is taken again from where it
 * was, which gives all that the invariants of the exploration ask for: what was told, started, stopped and is pending.
 * So they are held here too, and the live chart must end where the pure one does.
 */
export class LiveCharts {
  readonly findings: Finding[] = []
  readonly #at = new Map<AnyActorRef, Configuration>()
  /** The chart of the session; known once it has begun. */
  session: AnyActorRef | undefined

  /** Events that were held against the pure functions. */
  steps = 0
  /** A checksum of these events and of the states that they led to: two runs that are the same have the same. */
  trace = 0

  readonly inspect = (seen: InspectionEvent): void => {
    if (seen.type !== '@xstate.snapshot') return
    const actor = seen.actorRef as AnyActorRef
    const { root } = logicOf(actor)
    const read = root && READ.get(root.id)
    if (!read) return
    if (root.id === 'session') this.session = actor
    const live = seen.snapshot as AnyMachineSnapshot
    const before = this.#at.get(actor)
    const edge = before
      ? read.interpreter.next(before, stimulusOf(read.subject, before, seen.event))
      : read.interpreter.begin(inputOf(actor), read.subject.environment.memories[0])
    this.steps += 1
    this.#judge(read, edge, live)
    if (live.status === 'active') this.#at.set(actor, edge.to)
    else this.#at.delete(actor)
  }

  /** A chart of the session as it stands, by its id. */
  configuration(id: string): Configuration | undefined {
    for (const [actor, configuration] of this.#at) if (actor.id === id) return configuration
    return undefined
  }

  #judge({ subject, invariants }: Read, edge: Edge, live: AnyMachineSnapshot): void {
    const { label } = edge.step.stimulus
    for (const text of [subject.name, label, edge.to.state]) this.trace = mixed(this.trace, text)
    const find = (invariant: string, complaint: string) =>
      this.findings.push({ invariant: `${subject.name}: ${invariant}`, complaint: `at "${label}": ${complaint}` })
    for (const invariant of invariants) {
      const complaint = invariant(edge, subject)
      if (complaint) find(prose(invariant.name), complaint)
    }
    const [pure, seen] = [seenOf(edge.to.snapshot), seenOf(live)]
    if (pure !== seen) find('the live chart does what the pure functions do', `${pure} there, ${seen} here`)
  }
}
