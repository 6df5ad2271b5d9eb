import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine, EventObject } from 'xstate'

/** An actor that a chart invoked or spawned, as far as a chart can tell: its id, what it is, what it was given. */
export interface RunningActor {
  readonly id: string
  /** Its name in the chart's `setup`. */
  readonly name: string
  readonly input: unknown
  /** Its id was given again while it ran: XState has forgotten it, and nothing stops it any more. */
  readonly orphaned?: true
}

/** One explored state: the chart's snapshot, what it has begun and not ended, and what the environment remembers. */
export interface Configuration<Context = unknown, Memory = unknown> {
  readonly snapshot: AnyMachineSnapshot
  /** The state's value as a path, parallel regions with `+`. */
  readonly state: string
  readonly context: Context
  /** In the order in which they were started. */
  readonly actors: readonly RunningActor[]
  /** Types of the `after` events that are pending, in the order in which they were started. */
  readonly timers: readonly string[]
  readonly memory: Memory
}

/** Who causes something: the application, another chart by way of the session, an actor, or the clock. */
export type Cause = 'application' | 'session' | 'actor' | 'time' | 'start'

/** Something that may happen to a chart. */
export interface Stimulus {
  readonly label: string
  readonly cause: Cause
  readonly event: AnyEventObject
  /** The actor that ends by it. */
  readonly ends?: RunningActor
  /** What a task ended with, for a live double that does the same. */
  readonly outcome?: { readonly output: unknown } | { readonly error: unknown }
  /** The timer that fires. */
  readonly timer?: string
}

/** One thing that a macrostep did besides changing the chart. */
export type Effect =
  | { readonly kind: 'told' | 'emitted'; readonly event: AnyEventObject }
  | { readonly kind: 'sent'; readonly to: string; readonly event: AnyEventObject }
  | { readonly kind: 'started'; readonly actor: RunningActor }
  | { readonly kind: 'stopped'; readonly id: string }

/** What one macrostep did besides changing the chart. */
export interface Step {
  readonly stimulus: Stimulus
  /** Words to the session, in order. */
  readonly told: readonly AnyEventObject[]
  /** Events to children, in order. */
  readonly sent: readonly { readonly to: string; readonly event: AnyEventObject }[]
  /** Outward events, in order. */
  readonly emitted: readonly AnyEventObject[]
  readonly started: readonly RunningActor[]
  readonly stopped: readonly string[]
  /** All of these in the order in which they are carried out. */
  readonly effects: readonly Effect[]
  /** Ids of the state nodes that were active in one of its microsteps. */
  readonly visited: readonly string[]
  /** Names of the transitions that were taken, in order, where they are asked for; see `edgeId`. */
  readonly taken?: readonly string[]
  /** What was thrown, where the chart failed. */
  readonly failure?: unknown
}

/** A step with what was before and after it; `from` is missing where a chart begins. */
export interface Edge<Context = unknown, Memory = unknown> {
  readonly from: Configuration<Context, Memory> | undefined
  readonly step: Step
  readonly to: Configuration<Context, Memory>
}

/** Which events of one type may come in a configuration, and who sends them. */
export interface Row<Event extends EventObject, Context, Memory> {
  readonly cause: 'application' | 'session' | 'actor'
  /** The actor that sends them, by its name in the chart's `setup`. */
  readonly by?: string
  offers(configuration: Configuration<Context, Memory>): readonly Event[]
}

/** The events of one type; a member of the union may stand for several types. */
export type OfType<Event extends EventObject, Type> = Event extends unknown
  ? Type extends Event['type']
    ? Event & { type: Type }
    : never
  : never

/** How the actors of a name may end. A `watch` runs until it is stopped; `chart`: it has deadlines of its own. */
export interface Outcomes<Context, Memory> {
  readonly role: 'task' | 'watch' | 'chart'
  readonly done?: (actor: RunningActor, configuration: Configuration<Context, Memory>) => readonly unknown[]
  readonly failed?: (actor: RunningActor, configuration: Configuration<Context, Memory>) => readonly unknown[]
}

/** All that may happen to one chart. A new event of the chart is a type error until it has a row. */
export interface Environment<Event extends EventObject, Context, Memory = unknown> {
  /** Every input with which the chart may begin. */
  readonly inputs: readonly object[]
  readonly events: { readonly [Type in Event['type']]: Row<OfType<Event, Type>, Context, Memory> }
  readonly actors: Readonly<Record<string, Outcomes<Context, Memory>>>
  /** Where a chart may wait without a deadline, by the path of the state node, and why. */
  readonly rests: Readonly<Record<string, string>>
  /** What the environment may remember before anything happened: each input is explored with each. */
  readonly memories: readonly Memory[]
  /** What it remembers after a step; plain data, part of what makes two configurations equal. */
  readonly remember?: (memory: Memory, edge: Edge<Context, Memory>) => Memory
  /** Parts of the context that decide nothing: configurations that differ in them alone are explored once. */
  readonly inessential?: readonly (keyof Context)[]
}

/** States what must hold on every step: returns a complaint, or nothing. Its name is printed. */
export type Invariant<Context = unknown, Memory = unknown> = (
  edge: Edge<Context, Memory>,
  about: Subject,
) => string | undefined | false

/** A chart with the world that it is explored in. */
export interface Subject {
  readonly name: string
  readonly machine: AnyStateMachine
  // The types of a chart and its environment are held together where a subject is made, see `subject`.
  readonly environment: Environment<AnyEventObject, never, never>
  readonly invariants: readonly Invariant<never, never>[]
}

/** Puts a chart, its environment and its invariants together. */
export const subject = <Event extends EventObject, Context, Memory>(
  name: string,
  machine: AnyStateMachine,
  environment: Environment<Event, Context, Memory>,
  invariants: readonly Invariant<Context, Memory>[],
): Subject => ({
  name,
  machine,
  environment: environment as unknown as Subject['environment'],
  invariants: invariants as Subject['invariants'],
})

/** Plain-prose name of an invariant: `closedIsAbsorbing` reads as `closed is absorbing`. */
export const prose = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
