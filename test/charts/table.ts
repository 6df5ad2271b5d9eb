import { expect } from 'vitest'
import type { AnyEventObject, AnyStateMachine } from 'xstate'
import { CHARTS, type Configuration, type Edge, type Effect, type Stimulus } from '../../src/testing/explore/index.js'
import { Interpreter } from '../../src/testing/explore/interpreter.js'
import { DEADLINES } from '../support/chart-harness.js'

/** What happens to a chart: an event that it is sent, or the end of what runs or waits in it. */
export type Play = AnyEventObject | ((at: Configuration) => Stimulus)

const ended =
  (name: string, how: 'done' | 'error', outcome: { output: unknown } | { error: unknown }): Play =>
  ({ actors, state }) => {
    const ends = actors.find((actor) => actor.name === name)
    if (!ends) throw new Error(`"${name}" does not run in ${state}`)
    const { id } = ends
    const label = `"${name}" ${how}`
    return { label, cause: 'actor', event: { type: `xstate.${how}.actor.${id}`, actorId: id, ...outcome }, ends }
  }

/** A task ends, with this. */
export const done = (name: string, output?: unknown): Play => ended(name, 'done', { output })
/** A task fails, with these facts. */
export const failed = (name: string, error: unknown): Play => ended(name, 'error', { error })
/** A delay of this name passes. */
export const late =
  (delay: string): Play =>
  ({ timers, state }) => {
    const timer = timers.find((pending) => pending.startsWith(`xstate.after.${delay}.`))
    if (timer === undefined) throw new Error(`"${delay}" does not pass in ${state}`)
    return { label: `after ${delay}`, cause: 'time', event: { type: timer }, timer }
  }

/** What says more than its type of a word or a request. */
const more = (word: Record<string, unknown>): string => {
  const { state, phase, farewell, tickets, ticket, track, error } = word as Record<string, string | undefined> & {
    error?: { code: string; phase: string }
  }
  const toggled = track === undefined ? undefined : (track ?? 'off')
  const told = [state, phase, farewell, tickets ?? ticket, toggled].filter((part) => part !== undefined)
  return [...told, ...(error ? [`${error.code} (${error.phase})`] : [])].map((part) => ` ${part}`).join('')
}

/** What a state invokes ends with it, which says nothing new. */
const isInvoked = (id: string): boolean => /^\d+\./.test(id)

const wordsOf = (effect: Effect): string[] => {
  switch (effect.kind) {
    case 'told':
    case 'emitted':
      return [`${effect.event.type}${more(effect.event)}`]
    case 'sent':
      return [`${effect.to}: ${effect.event.type}`]
    case 'stopped':
      return isInvoked(effect.id) ? [] : [`ends ${effect.id}`]
    case 'started': {
      const { request } = (effect.actor.input ?? {}) as { request?: { kind: string } }
      return [`begins ${request ? `${request.kind}${more(request)}` : effect.actor.name}`]
    }
  }
}

/** What runs or waits in a chart, by its name. */
export const runs = ({ to }: Edge): string[] => to.actors.map(({ name }) => name)

/** A chart alone, at a table: its actors do nothing by themselves, its time stands still until a row says otherwise. */
export class Table {
  readonly #interpreter: Interpreter
  readonly #input: object

  constructor(machine: AnyStateMachine, input: object = {}) {
    const subject = CHARTS.find((chart) => chart.machine === machine)
    if (!subject) throw new Error(`no chart ${machine.id}`)
    const { remember: _, ...environment } = subject.environment
    this.#interpreter = new Interpreter({ ...subject, environment })
    this.#input = { deadlines: DEADLINES, ...input }
  }

  /** The step that the last of these makes. */
  after(...plays: readonly Play[]): Edge {
    const begun = this.#interpreter.begin(this.#input, undefined)
    return plays.reduce<Edge>((edge, play) => this.#step(edge, play), begun)
  }

  /**
   * Where the last of these leads, and what it sets off on the way: words, beginnings and ends in their order. All that
   * it says is of the generation that it is in then.
   */
  row(...plays: readonly Play[]): [state: string, ...seen: string[]] {
    const { step, to } = this.after(...plays)
    expect(step.failure).toBeUndefined()
    const { generation } = to.context as { generation: number }
    expect(step.told.filter((word) => word.generation !== generation)).toEqual([])
    return [to.state, ...step.effects.flatMap(wordsOf)]
  }

  /** The innermost states that the last of these comes through, one step of the chart after the other. */
  through(...plays: readonly Play[]): string[] {
    const { visited } = this.after(...plays).step
    return visited.filter((id) => !visited.some((other) => other.startsWith(`${id}.`)))
  }

  /** Which of these events change anything after the plays. */
  noticed(plays: readonly Play[], events: readonly AnyEventObject[]): AnyEventObject[] {
    const { to } = this.after(...plays)
    return events.filter((event) => !this.#interpreter.ignores(to, event))
  }

  #step({ to }: Edge, play: Play): Edge {
    const stimulus: Stimulus =
      typeof play === 'function' ? play(to) : { label: play.type, cause: 'session', event: play }
    return this.#interpreter.next(to, stimulus)
  }
}
