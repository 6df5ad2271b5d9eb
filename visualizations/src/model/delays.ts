import type { AnyStateMachine } from 'xstate'
import type { Delay } from './types.js'

type Calculated = (args: { context: object; event: object }) => number

/** The context that a chart begins with; to start it would need its actors. */
const contextOf = (machine: AnyStateMachine, input: object): Record<string, unknown> => {
  const context: unknown = machine.config.context
  return (typeof context === 'function' ? context({ input }) : (context ?? {})) as Record<string, unknown>
}

/** What a delay of a chart is where the application sets no deadline of its own. */
export const delayOf = (machine: AnyStateMachine, input: object, name: string): Delay => {
  const own: unknown = Object.hasOwn(machine.implementations.delays, name)
    ? machine.implementations.delays[name]
    : Number(name)
  if (typeof own === 'number') return { name, ms: own, varies: false }
  let varies = false
  const watched = new Proxy(contextOf(machine, input), {
    get: (target, key: string) => {
      varies ||= key !== 'deadlines'
      return target[key]
    },
  })
  return { name, ms: (own as Calculated)({ context: watched, event: { type: 'xstate.init' } }), varies }
}

/** A time as people say it: `250 ms`, `15 s`, `2 min`. */
const spoken = (ms: number): string => {
  if (ms < 1_000) return `${ms} ms`
  return ms < 60_000 || ms % 60_000 > 0 ? `${ms / 1_000} s` : `${ms / 60_000} min`
}

/** `connect deadline, 15 s`; what grows says where it begins. */
export const delayText = ({ name, ms, varies }: Delay): string => `${name}, ${varies ? 'from ' : ''}${spoken(ms)}`
