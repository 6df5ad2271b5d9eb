import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate'
import { edgeId, triggerOf, type Subject } from '../../../src/testing/explore/index.js'
import { nodesOf, transitionsOf } from '../../../src/testing/explore/chart.js'
import { actionsOf } from './actions.js'
import { delayOf } from './delays.js'
import { actionsBelow, statesOf, type Chart, type Edge, type State } from './types.js'

/** Whether a chart takes an event. */
export type Takes = (chart: string, event: string) => boolean

const guardOf = (guard: unknown): string | undefined =>
  typeof guard === 'string' || guard === undefined ? guard : (guard as { type: string }).type

const stateOf = (node: AnyStateNode, subject: Subject, takes: Takes): State => {
  const { machine, environment } = subject
  const input = environment.inputs[0] ?? {}
  const edge = (transition: AnyTransitionDefinition): Edge => {
    const trigger = triggerOf(transition)
    return {
      id: edgeId(transition),
      source: node.id,
      targets: (transition.target ?? []).map(({ id }) => id),
      trigger,
      delay: trigger.kind === 'after' ? delayOf(machine, input, trigger.name) : undefined,
      guard: guardOf(transition.guard),
      actions: actionsOf(machine, transition.actions, trigger.kind === 'event' ? trigger.name : undefined, takes),
      reenter: transition.reenter,
    }
  }
  return {
    id: node.id,
    key: node.key,
    type: node.type,
    history: node.type === 'history' ? (node.history as 'shallow' | 'deep') : undefined,
    initial: node.type === 'compound' ? node.initial?.target?.[0]?.id : undefined,
    tags: node.tags,
    description: node.description,
    entry: actionsOf(machine, node.entry, undefined, takes),
    exit: actionsOf(machine, node.exit, undefined, takes),
    invokes: node.invoke.map(({ id, src }) => ({
      id,
      name: String(src),
      chart: isMachine(machine.implementations.actors[String(src)]),
    })),
    edges: transitionsOf(node).map(edge),
    children: Object.values(node.states).map((child) => stateOf(child, subject, takes)),
  }
}

/** Whether the logic of an actor is a chart. */
export const isMachine = (logic: unknown): logic is AnyStateMachine =>
  typeof (logic as Partial<AnyStateMachine> | undefined)?.root === 'object'

const eventsOf = (machine: AnyStateMachine): ReadonlySet<string> =>
  new Set(nodesOf(machine.root).flatMap((node) => [...node.transitions.keys()]))

const portsOf = ({ environment, machine }: Subject, root: State): Chart['ports'] => {
  const begun = [
    ...statesOf(root).flatMap(({ invokes }) => invokes.map(({ name }) => name)),
    ...actionsBelow(root).flatMap(({ starts }) => starts),
  ]
  const rows = Object.entries(environment.events)
  return [...new Set(begun)]
    .filter((name) => !isMachine(machine.implementations.actors[name]))
    .map((name) => ({ name, sends: rows.flatMap(([event, { by }]) => (by === name ? [event] : [])) }))
}

/** The charts as plain trees. */
export const modelOf = (subjects: readonly Subject[]): Chart[] => {
  const events = new Map(subjects.map(({ name, machine }) => [name, eventsOf(machine)]))
  const takes: Takes = (chart, event) => events.get(chart)?.has(event) ?? false
  return subjects.map((subject) => {
    const root = stateOf(subject.machine.root, subject, takes)
    return {
      name: subject.name,
      root,
      ports: portsOf(subject, root),
      takes: Object.entries(subject.environment.events).flatMap(([event, { cause }]) =>
        cause === 'actor' ? [] : [{ event, cause }],
      ),
    }
  })
}
