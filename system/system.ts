import type { AnyEventObject } from 'xstate'
import { DEADLINES } from '../src/machines/common.js'
import type { Rung } from '../src/recovery/ladder.js'
import type { Configuration, Edge, Effect, RunningActor, Stimulus } from '../src/testing/explore/index.js'
import { Automaton, type Complaint } from './automaton.js'
import { keysOf } from './folding.js'
import { Listening } from './listening.js'
import { Mail, realPort, type Port } from './mail.js'
import { kindOf, SUBJECTS, type Kind, type Subjects } from './subjects.js'
import { BEGINNING, type World } from './world.js'

/** All charts of a session, each by the number of its configuration, and the world around them. */
export interface SystemState {
  readonly charts: ReadonlyMap<string, number>
  readonly world: World
}

/** Something that happens to a system from outside. */
export interface Happening {
  readonly label: string
  /** What it counts against: a command or a fault of the budget, or nothing. */
  readonly cost: 'command' | 'fault' | 'free'
  /** The chart that it reaches, and how; absent: only the world changes. */
  readonly to?: string
  readonly stimulus?: Stimulus
  /** What the application's side does before. */
  readonly asks?: (world: World) => World
}

/** A step of one chart within a step of the system. */
export interface ChartStep {
  readonly chart: string
  readonly edge: Edge
}

/** All that follows from one happening, until every mailbox is empty again. */
export interface SystemEdge {
  readonly from: SystemState | undefined
  readonly happening: Happening
  readonly steps: readonly ChartStep[]
  readonly to: SystemState
  /** Rules of single charts, and of the application's side, that it broke. */
  readonly complaints: readonly Complaint[]
}

export interface SystemOptions {
  readonly ladder: readonly Rung[]
  readonly mode?: 'auto' | 'manual'
  /** Other charts than the library's own: to see that a fault is noticed. */
  readonly subjects?: Partial<Subjects>
  /** Another data path. */
  readonly port?: () => Port
  /** Tells configurations apart by what decides nothing, too. */
  readonly exact?: boolean
}

const START: Happening = { label: 'start', cost: 'free' }

/** One macrostep of a whole: who is in the middle of a step is told of more afterwards, as by an actor's mailbox. */
class Run {
  readonly charts: Map<string, number>
  readonly steps: ChartStep[] = []
  readonly complaints: Complaint[] = []
  readonly listening: Listening
  readonly #boxes = new Map<string, { event: AnyEventObject; more?: () => Partial<Stimulus> }[]>()
  readonly #busy = new Set<string>()

  constructor(
    private readonly automata: Readonly<Record<Kind, Automaton>>,
    mail: Mail,
    { charts, world }: SystemState,
  ) {
    this.charts = new Map(charts)
    this.listening = new Listening(world, this.complaints, mail, this.#at('connection'))
  }

  #at(chart: string): Configuration | undefined {
    const at = this.charts.get(chart)
    return at === undefined ? undefined : this.automata[kindOf(chart)].at(at)
  }

  begin(chart: string, input: object): void {
    // Who sends to it before it has begun finds it processing.
    this.#busy.add(chart)
    this.#carryOut(chart, this.automata[kindOf(chart)].begin(input))
    this.#flush(chart)
  }

  deliver(chart: string, event: AnyEventObject, more?: () => Partial<Stimulus>): void {
    // Who is over hears nothing any more.
    if (this.#at(chart)?.snapshot.status !== 'active' && !this.#busy.has(chart)) return
    let box = this.#boxes.get(chart)
    if (!box) this.#boxes.set(chart, (box = []))
    box.push({ event, ...(more && { more }) })
    if (this.#busy.has(chart)) return
    this.#busy.add(chart)
    this.#flush(chart)
  }

  #flush(chart: string): void {
    const box = this.#boxes.get(chart)
    for (let next = box?.shift(); next; next = box?.shift()) {
      const at = this.charts.get(chart)
      if (at === undefined || this.#at(chart)?.snapshot.status !== 'active') break
      this.#carryOut(chart, this.automata[kindOf(chart)].next(at, next.event, next.more))
    }
    this.#busy.delete(chart)
  }

  /** What a step does, in order, once the chart is in its new state. */
  #carryOut(chart: string, { edge, to, complaints }: ReturnType<Automaton['begin']>): void {
    this.charts.set(chart, to)
    this.steps.push({ chart, edge })
    for (const { invariant, complaint } of complaints)
      this.complaints.push({ invariant: `${kindOf(chart)}: ${invariant}`, complaint })
    this.listening.stepped(chart, edge)
    const { actors: before = [] } = edge.from ?? {}
    for (const effect of edge.step.effects) this.#effect(chart, effect, before)
    if (edge.to.snapshot.status === 'active') return
    if (chart === 'session') this.charts.clear()
    this.charts.delete(chart)
    if (chart === 'session') this.charts.set(chart, to)
    else if (edge.to.snapshot.status === 'done') this.#over(chart)
  }

  #effect(chart: string, effect: Effect, before: readonly RunningActor[]): void {
    this.listening.effect(chart, effect)
    if (effect.kind === 'told') this.deliver('session', effect.event)
    else if (effect.kind === 'sent') this.deliver(effect.to, effect.event)
    else if (effect.kind === 'started' && chart === 'session') this.#child(effect.actor)
    else if (effect.kind === 'stopped') {
      const ended = before.find(({ id }) => id === effect.id)
      if (ended) this.listening.ended(ended)
      if (chart === 'session') this.#stop(effect.id)
    }
  }

  #child({ id, input }: RunningActor): void {
    this.begin(id, (input ?? {}) as object)
  }

  /** A chart that is stopped loses what it had begun. */
  #stop(chart: string): void {
    const at = this.charts.get(chart)
    if (at === undefined) return
    for (const actor of this.automata[kindOf(chart)].at(at).actors) this.listening.ended(actor)
    this.charts.delete(chart)
    this.#boxes.delete(chart)
  }

  #over(chart: string): void {
    const event = { type: `xstate.done.actor.${chart}`, output: undefined, actorId: chart }
    this.deliver('session', event, () => {
      const ends = this.#at('session')?.actors.find(({ id }) => id === chart)
      return ends ? { ends } : {}
    })
  }
}

/** A session with all its charts, run by XState's pure functions: what live actors would do, without any. */
export class System {
  readonly automata: Readonly<Record<Kind, Automaton>>
  readonly mail: Mail

  constructor(private readonly options: SystemOptions) {
    this.mail = new Mail(options.port ?? realPort)
    const subjects = { ...SUBJECTS, ...options.subjects }
    this.automata = Object.fromEntries(
      Object.entries(subjects).map(([kind, subject]) => [
        kind,
        new Automaton(subject, keysOf(kind as Kind, subjects, options.exact ?? false)),
      ]),
    ) as Record<Kind, Automaton>
  }

  begin(): SystemEdge {
    const run = new Run(this.automata, this.mail, { charts: new Map(), world: BEGINNING })
    const { ladder, mode = 'auto' } = this.options
    run.begin('session', { deadlines: DEADLINES, mode, ladder })
    return this.#edge(undefined, START, run)
  }

  next(from: SystemState, happening: Happening): SystemEdge {
    const { to, stimulus, asks } = happening
    const run = new Run(this.automata, this.mail, asks ? { ...from, world: asks(from.world) } : from)
    if (to !== undefined && stimulus) run.deliver(to, stimulus.event, () => stimulus)
    return this.#edge(from, happening, run)
  }

  /** A chart of a state; `undefined` where there is none. */
  chart<Context = Record<string, unknown>>({ charts }: SystemState, id: string): Configuration<Context> | undefined {
    const at = charts.get(id)
    return at === undefined ? undefined : (this.automata[kindOf(id)].at(at) as Configuration<Context>)
  }

  /** How the tasks of a chart may end, and which of its timers may fire. */
  own(chart: string, at: number): readonly Stimulus[] {
    return this.automata[kindOf(chart)].own(at)
  }

  #edge(
    from: SystemState | undefined,
    happening: Happening,
    { charts, listening, steps, complaints }: Run,
  ): SystemEdge {
    return { from, happening, steps, to: { charts, world: listening.world }, complaints }
  }
}
