import {
  transition,
  type AnyActorRef,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type InspectionEvent,
} from 'xstate'
import { plain } from './interpreter.js'

/** A step of a live chart that the pure functions see otherwise. */
export interface ShadowMismatch {
  readonly chart: string
  readonly event: string
  readonly from: string
  /** State and context, as JSON. */
  readonly pure: string
  readonly live: string
}

/** What a {@link shadow} has seen so far. */
export interface Shadow {
  readonly steps: number
  readonly mismatches: readonly ShadowMismatch[]
}

const isMachine = (logic: unknown): logic is AnyStateMachine =>
  typeof (logic as Partial<AnyStateMachine> | undefined)?.root === 'object'

const seenOf = ({ status, value, context }: AnyMachineSnapshot): string => plain({ status, value, context })

/**
 * An inspector for `options.inspect` of a socket: each step that its charts take, whatever it is under (a real network,
 * a simulated one), is taken again by XState's pure functions from the same state, and must end in the same one. What
 * was explored is then what runs.
 *
 * `instead` holds some charts, by their ids, against others: to see that a difference is noticed.
 */
export const shadow = (
  instead: Readonly<Record<string, AnyStateMachine>> = {},
): { readonly inspect: (event: InspectionEvent) => void; readonly found: Shadow } => {
  const last = new WeakMap<AnyActorRef, AnyMachineSnapshot>()
  const mismatches: ShadowMismatch[] = []
  const found = { steps: 0, mismatches }
  const inspect = (seen: InspectionEvent): void => {
    if (seen.type !== '@xstate.snapshot') return
    const actor = seen.actorRef as AnyActorRef
    const { logic } = actor as unknown as { logic: unknown }
    if (!isMachine(logic)) return
    const before = last.get(actor)
    const live = seen.snapshot as AnyMachineSnapshot
    last.set(actor, live)
    if (!before || seen.event.type === 'xstate.init') return
    found.steps += 1
    const machine = instead[actor.id] ?? logic
    // A snapshot carries its machine: that one's guards would be asked.
    const [pure] = transition(machine, { ...before, machine } as AnyMachineSnapshot, seen.event)
    if (seenOf(pure) === seenOf(live)) return
    mismatches.push({
      chart: actor.id,
      event: seen.event.type,
      from: plain(before.value),
      pure: seenOf(pure),
      live: seenOf(live),
    })
  }
  return { inspect, found }
}
