import { createActor, type AnyActorRef, type InspectionEvent, type StateValue } from 'xstate'
import type { composed } from '../../machines/composed.js'
import { dotted } from '../../watch.js'
import { differing, inWords } from './compared.js'
import { stoppedClock } from './inert.js'
import type { Checkpoint, Input, Segment, Transition } from './parsed.js'

/** Where a replay left the recording, and how. */
export interface Difference {
  /** Number of the line in the recording, from 1. */
  readonly at: number
  readonly expected: string
  readonly found: string
}

interface ChartSnapshot {
  readonly status: string
  readonly value: StateValue
  readonly context: { readonly generation: number }
  readonly children: Readonly<Record<string, AnyActorRef>>
}

const chart = (actor: AnyActorRef): ChartSnapshot | undefined => {
  const snapshot = actor.getSnapshot() as Partial<ChartSnapshot>
  return snapshot.value === undefined ? undefined : (snapshot as ChartSnapshot)
}

/** A chart's snapshot as XState takes it back. The ports below a chart are left out: nothing is behind them. */
const persisted = (value: StateValue, context: object, children: object = {}) => ({
  status: 'active',
  value,
  context,
  children,
  historyValue: {},
})

/** Is told of an event of the inspection, and of the line of the recording that it belongs to. */
export type Inspect = (event: InspectionEvent, line: number) => void

/** The charts of one session, fed with what was recorded. */
export class Player {
  difference: Difference | undefined
  inputs = 0
  transitions = 0
  readonly #actor: AnyActorRef
  /** Every chart by its id, ended ones too: what was sent to them late is sent to them late again. */
  readonly #charts = new Map<string, AnyActorRef>()
  readonly #states = new WeakMap<AnyActorRef, string>()
  #segment: Segment
  #fed = 0
  #seen = 0
  #steps = 0
  #number = 0
  #line: number
  #feeding: object | undefined

  /** Starts the session, or takes it up at the checkpoint. */
  constructor(machine: ReturnType<typeof composed>, segment: Segment, inspect?: Inspect) {
    this.#segment = segment
    this.#line = segment.checkpoint.at
    const { context, value, below } = segment.checkpoint
    const options = { id: 'session', systemId: 'session', clock: stoppedClock as never }
    const children = below.map(
      ([id, src, value, context]) => [id, { src, snapshot: persisted(value, context) }] as const,
    )
    this.#actor = createActor(machine, {
      ...options,
      // A session that is taken up takes no input, a new one no snapshot.
      ...(value ? { snapshot: persisted(value, context, Object.fromEntries(children)) as never } : {}),
      input: context as never,
    })
    // A chart that fails is a matter of the recording too.
    this.#actor.subscribe({ error: () => {} })
    if (value) {
      this.#actor.start()
      for (const actor of [this.#actor, ...Object.values(chart(this.#actor)?.children ?? {})]) this.#meet(actor, true)
    }
    this.#actor.system.inspect((event) => {
      // First: what came into the middle of a step is fed while that is looked at.
      inspect?.(event, this.#line)
      this.#see(event)
    })
    this.#actor.start()
  }

  /** Plays a segment to its end; the first one is the one that it was begun with. */
  play(segment: Segment): void {
    if (segment !== this.#segment) this.#begin(segment)
    for (let input = this.#next; input && !this.difference; input = this.#next) {
      const { after, at, number } = input
      this.#missing(at)
      if (after === this.#steps) this.#feed(input)
      else this.#differ(at, `input ${number} after ${after} steps of the charts`, `after ${this.#steps} steps`)
    }
    this.#missing(Infinity)
  }

  /** All is quiet: what was recorded before this line has happened, or never will. */
  #missing(before: number): void {
    const expected = this.#segment.transitions[this.#seen]
    if (expected && expected.at < before) this.#differ(expected.at, inWords(expected), 'nothing')
  }

  #begin(segment: Segment): void {
    this.#segment = segment
    this.#fed = this.#seen = this.#steps = 0
    const different = differing(segment.checkpoint, this.#now())
    if (different) this.#differ(segment.checkpoint.at, different.expected, different.found)
  }

  #now(): Omit<Checkpoint, 'at'> {
    // There is none where the checkpoint that it began with was of no use to it.
    const { value, ...rest } = chart(this.#actor) ?? { value: undefined }
    const { context = {}, children = {} } = rest as Partial<ChartSnapshot>
    const below = Object.values(children).flatMap((actor) => {
      const of = chart(actor)
      return of?.status === 'active' ? [[actor.id, String(actor.src), of.value, of.context] as const] : []
    })
    // As a recording would have it: what is `undefined` is not there.
    return JSON.parse(JSON.stringify({ context, value, below })) as Omit<Checkpoint, 'at'>
  }

  get #next(): Input | undefined {
    return this.#segment.inputs[this.#fed]
  }

  #feed({ chart: id, event, number, at }: Input): void {
    if (this.difference) return undefined
    this.#fed += 1
    this.#number = number
    this.#line = at
    this.inputs += 1
    const actor = this.#charts.get(id)
    if (!actor) return this.#differ(at, `input ${number} for ${id}`, `no ${id}`)
    this.#feeding = event
    return actor.send(event)
  }

  #meet(actor: AnyActorRef, known: boolean): ChartSnapshot | undefined {
    const of = chart(actor)
    if (!of) return undefined
    this.#charts.set(actor.id, actor)
    if (known) this.#states.set(actor, dotted(of.value))
    return of
  }

  #see({ type, actorRef, ...more }: InspectionEvent): void {
    if (this.difference || (type !== '@xstate.event' && type !== '@xstate.snapshot')) return
    const actor = actorRef as AnyActorRef
    const of = this.#meet(actor, false)
    if (!of) return
    const { event } = more as { event: { type: string } }
    if (event === this.#feeding) {
      this.#feeding = undefined
      this.#steps = 0
      return
    }
    // What came into the middle of the charts' work comes into the middle of it again.
    while (this.#next?.after === this.#steps && !this.difference) this.#feed(this.#next)
    this.#steps += 1
    const [from, to] = [this.#states.get(actor) ?? '', dotted(of.value)]
    if (type === '@xstate.event' || from === to) return
    this.#states.set(actor, to)
    this.#compare({
      input: this.#number,
      chart: actor.id,
      from,
      to,
      event: event.type,
      generation: of.context.generation,
    })
  }

  #compare(found: Omit<Transition, 'at'>): void {
    const expected = this.#segment.transitions[this.#seen]
    const words = inWords(found)
    if (!expected || inWords(expected) !== words) {
      const at = expected?.at ?? this.#segment.inputs.at(-1)?.at ?? this.#segment.checkpoint.at
      return this.#differ(at, expected ? inWords(expected) : 'nothing more', words)
    }
    this.#seen += 1
    this.transitions += 1
    return undefined
  }

  #differ(at: number, expected: string, found: string): void {
    this.difference ??= { at, expected, found }
  }
}
