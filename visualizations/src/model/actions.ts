import type { AnyStateMachine } from 'xstate'
import { DECLARED, THE_GIVEN, THE_SAME, type Declared } from '../../../src/machines/declared.js'
import type { Action, Word } from './types.js'

/** An action as a state node of XState carries it. */
type Named = string | { readonly type: string; readonly params?: unknown }

/** Receiver of what a chart emits, and sender of what the application asks for and the server says. */
export const FACADE = 'facade'

const TELLS = new Set(['tell', 'tell the error'])

/** Answers whatever it is asked with itself: a word's type does not depend on the context that the word is made of. */
const ghost: never = new Proxy(() => '', {
  get: (_, key) => (key === Symbol.toPrimitive ? () => '' : ghost),
  apply: () => ghost,
}) as never

const wordOf = (params: unknown): Readonly<Record<string, unknown>> => {
  if (typeof params !== 'function') return (params ?? {}) as Record<string, unknown>
  const { type } = (params as (args: object) => { type: unknown })({ context: ghost, event: ghost })
  if (typeof type !== 'string') throw new Error(`a word without a type: ${params.name}`)
  return { type }
}

const textOf = (name: string, params: unknown): string => {
  if (params === undefined) return name
  if (typeof params === 'string') return `${name} (${params})`
  const { type, ...more } = wordOf(params)
  const rest = Object.values(more).filter((value) => typeof value === 'string')
  const about = type === undefined ? '' : ` ${String(type)}`
  return `${name}${about}${rest.length > 0 ? ` (${rest.join(', ')})` : ''}`
}

/** Whether XState would have to run an action to know what it does to others. */
const opaque = (machine: AnyStateMachine, name: string): boolean => {
  const implementation = machine.implementations.actions[name] as { type?: string } | undefined
  return implementation?.type !== 'xstate.assign' && !TELLS.has(name)
}

const declaredFor = (machine: AnyStateMachine, name: string): Declared => {
  if (!opaque(machine, name)) return {}
  const declared = DECLARED[machine.root.id]?.[name]
  if (!declared) throw new Error(`${machine.root.id}: action "${name}" does not declare what it sends`)
  return declared
}

/** The actions of a chart that do more than change its own memory, and say nothing of it by themselves. */
export const opaqueIn = (machine: AnyStateMachine): string[] =>
  Object.keys(machine.implementations.actions).filter((name) => opaque(machine, name))

/** XState's own, with which timers begin and end: they are the edges that these timers set off. */
const isTimer = (action: unknown): boolean => typeof action === 'function'

/** Actions as the pictures show them. `event`: that of the transition; `takes`: whether a chart takes an event at all. */
export const actionsOf = (
  machine: AnyStateMachine,
  actions: readonly unknown[],
  event: string | undefined,
  takes: (chart: string, event: string) => boolean,
): Action[] =>
  actions
    .filter((action) => !isTimer(action))
    .map((action) => {
      const named = action as Named
      const { type: name, params } = typeof named === 'string' ? { type: named, params: undefined } : named
      const { sends = [], emits = [], starts = [] } = declaredFor(machine, name)
      const same = (said: string): string => {
        if (said !== THE_SAME) return said
        if (event === undefined) throw new Error(`${machine.root.id}: "${name}" stands where there is no event`)
        return event
      }
      const words: Word[] = [
        ...sends.map(([to, said]) => ({ to: to === THE_GIVEN ? String(params) : to, event: same(said) })),
        ...emits.map((said) => ({ to: FACADE, event: same(said) })),
        ...(TELLS.has(name) ? [{ to: 'session', event: String(wordOf(params).type) }] : []),
      ]
      const heard = words.filter(({ to, event: said }) => to === FACADE || takes(to, said))
      return { name, text: textOf(name, params), words: heard, starts }
    })
