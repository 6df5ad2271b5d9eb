import {
  createActor,
  fromCallback,
  type AnyActor,
  type AnyActorRef,
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
} from 'xstate'
import { dotted } from '../../watch.js'
import { edgeId } from './edges.js'
import type { Configuration, Edge, Effect, RunningActor, Step, Stimulus, Subject } from './types.js'

/** An action as XState hands it out instead of running it. */
interface Handed {
  readonly type: string
  readonly params: unknown
}

/** How often each name was at work. */
export interface Coverage {
  readonly actions: Set<string>
  readonly guards: Map<string, Set<boolean>>
}

type Implementation = ((args: never, params: never) => unknown) & { resolve?: (...args: never[]) => unknown }

/** The chart with actors that do nothing, and with guards and actions that leave a trace in `coverage`. */
const watched = (machine: AnyStateMachine, names: readonly string[], coverage: Coverage): AnyStateMachine => {
  const { guards, actions } = machine.implementations as unknown as Record<string, Record<string, Implementation>>
  const inert = fromCallback(() => {})
  const traced = <T>(of: Record<string, Implementation> | undefined, trace: (name: string, own: Implementation) => T) =>
    Object.fromEntries(Object.entries(of ?? {}).map(([name, own]) => [name, trace(name, own)]))
  return machine.provide({
    actors: Object.fromEntries(names.map((name) => [name, inert])),
    guards: traced(guards, (name, own) => (args: never, params: never) => {
      const passed = own(args, params) === true
      coverage.guards.set(name, (coverage.guards.get(name) ?? new Set()).add(passed))
      return passed
    }),
    actions: traced(actions, (name, own) => {
      const resolve = own.resolve?.bind(own)
      if (!resolve) return own
      // What XState builds (assign, sendTo) is a function with properties; `resolve` is where it does its work.
      return Object.assign(() => {}, own, {
        resolve: (...args: never[]) => {
          coverage.actions.add(name)
          return resolve(...args)
        },
      })
    }),
  } as never)
}

/**
 * Runs a chart by XState's pure functions. What it would do to the world is read off the actions that come back: actors
 * and timers go into the configuration, what is told, sent and emitted into the step.
 */
export class Interpreter {
  readonly coverage: Coverage = { actions: new Set(), guards: new Map() }
  readonly #machine: AnyStateMachine
  readonly #self: AnyActor
  readonly #scope: AnyActorScope
  #handed: Handed[] = []
  #taken: string[] = []

  /** `edges`: whether the steps name the transitions that they take. */
  constructor(
    private readonly subject: Subject,
    private readonly edges = false,
  ) {
    const { machine, environment } = subject
    this.#machine = watched(machine, Object.keys(environment.actors), this.coverage)
    this.#self = createActor(this.#machine, { input: environment.inputs[0] as never })
    if (edges)
      this.#self.system.inspect((seen) => {
        if (seen.type === '@xstate.microstep') this.#taken.push(...seen._transitions.map(edgeId))
      })
    // `transition` of XState makes such a scope, and an actor with it, at every call; one for all is three times as fast.
    this.#scope = {
      self: this.#self,
      system: this.#self.system,
      id: this.#self.id,
      sessionId: this.#self.sessionId,
      logger: () => {},
      defer: () => {},
      emit: () => {},
      stopChild: () => {},
      actionExecutor: (action) => this.#handed.push(action as Handed),
    } as AnyActorScope
  }

  /** The configuration with which a chart begins. */
  begin(input: object, memory: unknown): Edge {
    const stimulus: Stimulus = {
      label: `start ${plain({ ...input, deadlines: undefined })}`,
      cause: 'start',
      event: { type: 'xstate.init' },
    }
    this.#forget()
    const snapshot = this.#machine.getInitialSnapshot(this.#scope, input as never)
    const failure = snapshot.status === 'error' ? snapshot.error : undefined
    return this.#edge(undefined, memory, stimulus, [snapshot], failure)
  }

  /** The step that a stimulus causes. */
  next(from: Configuration, stimulus: Stimulus): Edge {
    this.#forget()
    try {
      const snapshots = this.#machine.microstep(from.snapshot as never, stimulus.event, this.#scope)
      return this.#edge(from, from.memory, stimulus, snapshots)
    } catch (error) {
      return this.#edge(from, from.memory, stimulus, [from.snapshot], error ?? 'thrown')
    }
  }

  /** Whether an event changes nothing at all. */
  ignores({ snapshot }: Configuration, event: AnyEventObject): boolean {
    this.#forget()
    const after = this.#machine.microstep(snapshot as never, event, this.#scope).at(-1) ?? snapshot
    if (after === snapshot) return true
    return (
      this.#handed.length === 0 && plain([after.value, after.context]) === plain([snapshot.value, snapshot.context])
    )
  }

  #forget(): void {
    this.#handed = []
    this.#taken = []
  }

  #edge(
    from: Configuration | undefined,
    memory: unknown,
    stimulus: Stimulus,
    snapshots: readonly AnyMachineSnapshot[],
    failure?: unknown,
  ): Edge {
    const snapshot = snapshots.at(-1) as AnyMachineSnapshot
    const { told, sent, emitted, started, stopped, effects, actors, timers } = this.#interpreted(from, stimulus)
    const over = snapshot.status !== 'active'
    const failed = failure ?? (snapshot.status === 'error' ? (snapshot.error ?? 'thrown') : undefined)
    const visited = new Set(snapshots.flatMap(({ _nodes }) => _nodes.map(({ id }) => id)))
    const step: Step = {
      stimulus,
      told,
      sent,
      emitted,
      started,
      stopped,
      effects,
      visited: [...visited],
      ...(this.edges && { taken: this.#taken }),
      ...(failed !== undefined && { failure: failed }),
    }
    const { remember } = this.subject.environment
    const to: Configuration = {
      snapshot,
      state: dotted(snapshot.value),
      context: snapshot.context,
      actors,
      timers: over ? [] : timers,
      memory,
    }
    const edge: Edge = { from, step, to }
    return remember ? { from, step, to: { ...to, memory: remember(memory as never, edge as never) } } : edge
  }

  #interpreted(from: Configuration | undefined, { ends, timer }: Stimulus) {
    let actors: RunningActor[] = (from?.actors ?? []).filter((actor) => actor !== ends)
    let timers = (from?.timers ?? []).filter((pending) => pending !== timer)
    const told: AnyEventObject[] = []
    const sent: { to: string; event: AnyEventObject }[] = []
    const emitted: AnyEventObject[] = []
    const started: RunningActor[] = []
    const stopped: string[] = []
    const effects: Effect[] = []
    for (const { type, params } of this.#handed) {
      switch (type) {
        case 'xstate.spawnChild': {
          const { actorRef, src, input } = params as { actorRef: AnyActorRef; src: string; input: unknown }
          const actor = { id: actorRef.id, name: src, input }
          actors = [...actors.map((one) => (one.id === actor.id ? { ...one, orphaned: true as const } : one)), actor]
          started.push(actor)
          effects.push({ kind: 'started', actor })
          break
        }
        case 'xstate.stopChild': {
          const id = (params as AnyActorRef | undefined)?.id
          if (id !== undefined) {
            stopped.push(id)
            effects.push({ kind: 'stopped', id })
          }
          actors = actors.filter((actor) => actor.id !== id || actor.orphaned)
          break
        }
        case 'xstate.raise': {
          const { id, delay } = params as { id: string; delay?: number }
          if (delay !== undefined) timers = [...timers, id]
          break
        }
        case 'xstate.cancel': {
          const { sendId } = params as { sendId: string }
          timers = timers.filter((pending) => pending !== sendId)
          break
        }
        case 'xstate.sendTo': {
          const { to, event } = params as { to: AnyActorRef; event: AnyEventObject }
          // Without a system there is no session: what is told to it comes back to the chart.
          if (to === this.#self) {
            told.push(event)
            effects.push({ kind: 'told', event })
          } else {
            sent.push({ to: to.id, event })
            effects.push({ kind: 'sent', to: to.id, event })
          }
          break
        }
        case 'xstate.emit': {
          const { event } = params as { event: AnyEventObject }
          emitted.push(event)
          effects.push({ kind: 'emitted', event })
          break
        }
        default:
          this.coverage.actions.add(type)
      }
    }
    return { told, sent, emitted, started, stopped, effects, actors, timers }
  }
}

/** Plain data as text, for keys and labels. */
export const plain = (data: unknown): string => JSON.stringify(data)
