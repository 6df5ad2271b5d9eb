import type { AnyStateMachine } from 'xstate'

/**
 * Makes a chart another one, in place: whoever imports it has the other, and so has all that is composed of it from
 * then on. To be called before anything else is loaded.
 */
export const become = (machine: AnyStateMachine, other: AnyStateMachine): void => void Object.assign(machine, other)
