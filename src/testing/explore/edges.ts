import type { AnyStateMachine, AnyTransitionDefinition } from 'xstate'
import { nodesOf, transitionsOf } from './chart.js'

/** What sets a transition off. */
export type Trigger =
  | { readonly kind: 'event'; readonly name: string }
  /** An actor ended; its name in the chart's `setup`, `*` for any. */
  | { readonly kind: 'done' | 'error'; readonly name: string }
  /** A delay by its name. */
  | { readonly kind: 'after'; readonly name: string }
  /** The state around is over, since a final state was reached. */
  | { readonly kind: 'over'; readonly name: string }
  /** Without an event, as soon as the guard lets it. */
  | { readonly kind: 'always'; readonly name: '' }

const ENDED = /^xstate\.(done|error)\.actor\.(.*)$/

/** What sets this transition off, in the words of the chart instead of XState's own. */
export const triggerOf = ({ eventType, source }: AnyTransitionDefinition): Trigger => {
  if (eventType === '') return { kind: 'always', name: '' }
  const delayed = source.after.find((after) => after.eventType === eventType)
  if (delayed) return { kind: 'after', name: String(delayed.delay) }
  const [, kind, id] = ENDED.exec(eventType) ?? []
  if (kind) {
    const src = source.invoke.find((invoked) => invoked.id === id)?.src
    return { kind: kind as 'done' | 'error', name: typeof src === 'string' ? src : (id ?? '') }
  }
  if (eventType.startsWith('xstate.done.state.')) return { kind: 'over', name: eventType.slice(18) }
  return { kind: 'event', name: eventType }
}

const said = ({ kind, name }: Trigger): string => {
  if (kind === 'event') return name
  return kind === 'always' || kind === 'over' ? kind : `${kind}(${name})`
}

const names = new WeakMap<AnyTransitionDefinition, string>()

/**
 * Name of a transition: its state's id, what sets it off, and its place among those of the state that the same sets off,
 * from 0: `connection.connected.stable:peer.state:1`, `connection.connecting:after(connect deadline):0`. It is the same
 * for a machine and for what `provide` makes of it, and so for what an inspection event of a live chart carries.
 */
export const edgeId = (transition: AnyTransitionDefinition): string => {
  const known = names.get(transition)
  if (known !== undefined) return known
  const { source, eventType } = transition
  const siblings = (eventType === '' ? source.always : source.transitions.get(eventType)) ?? []
  const name = `${source.id}:${said(triggerOf(transition))}:${siblings.indexOf(transition)}`
  names.set(transition, name)
  return name
}

/** Every transition of a chart, state after state in the order of the chart. */
export const edgesOf = (machine: AnyStateMachine): AnyTransitionDefinition[] =>
  nodesOf(machine.root).flatMap(transitionsOf)
