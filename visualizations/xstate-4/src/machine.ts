import { createMachine, type AnyStateMachine } from 'xstate'
import type { Action5, Node5, Transition5, Transitions5 } from './version-5.js'

const listOf = <T>(given: T | readonly T[] | undefined): readonly T[] =>
  given === undefined ? [] : Array.isArray(given) ? (given as readonly T[]) : [given as T]

/** Names only, and what is said beside them: what they do stays with version 5. */
const actionsOf = (actions: Action5 | undefined) =>
  listOf(actions).map((action) => {
    const { type, params } = typeof action === 'string' ? { type: action, params: undefined } : action
    return params === undefined || typeof params === 'function' ? { type } : { type, params }
  })

const transitionsOf = (transitions: Transitions5) =>
  listOf(transitions).map((one) => {
    const { target, guard, actions, reenter } = typeof one === 'string' ? ({ target: one } as Transition5) : one
    return {
      ...(target !== undefined && { target }),
      ...(guard !== undefined && { cond: typeof guard === 'string' ? guard : guard.type }),
      ...(actions !== undefined && { actions: actionsOf(actions) }),
      ...(reenter && { internal: false }),
    }
  })

const eachOf = (transitions: Readonly<Record<string, Transitions5>> = {}) =>
  Object.fromEntries(Object.entries(transitions).map(([key, below]) => [key, transitionsOf(below)]))

const configOf = ({ id, config, states, invoke }: Node5): object => ({
  id,
  ...(config.type && { type: config.type }),
  ...(config.initial && { initial: config.initial }),
  ...(config.onDone && { onDone: transitionsOf(config.onDone) }),
  entry: actionsOf(config.entry),
  exit: actionsOf(config.exit),
  always: transitionsOf(config.always),
  on: eachOf(config.on),
  after: eachOf(config.after),
  invoke: listOf(config.invoke).map(({ src, onDone, onError }, at) => ({
    id: invoke[at]?.id ?? src,
    src,
    onDone: transitionsOf(onDone),
    onError: transitionsOf(onError),
  })),
  tags: listOf(config.tags),
  states: Object.fromEntries(Object.entries(states).map(([key, below]) => [key, configOf(below)])),
})

const made = new WeakMap<Node5, AnyStateMachine>()

/** A chart of version 5 as a machine of version 4: to be looked at, not to be run. */
export const machineOf = (root: Node5): AnyStateMachine => {
  const machine = made.get(root) ?? createMachine({ ...configOf(root), predictableActionArguments: true })
  made.set(root, machine)
  return machine
}
