import { PORTS } from '../support/chart-harness.js'
import { describe, expect, test } from 'vitest'
import type { AnyStateMachine, AnyStateNode } from 'xstate'
import { channelMachine } from '../../src/machines/channel.machine.js'
import { connectionMachine } from '../../src/machines/connection.machine.js'
import { farewellMachine } from '../../src/machines/farewell.machine.js'
import { negotiationMachine } from '../../src/machines/negotiation.machine.js'
import { receiverTrackMachine } from '../../src/machines/receiver-track.machine.js'
import { senderTrackMachine } from '../../src/machines/sender-track.machine.js'
import { sessionMachine } from '../../src/machines/session.machine.js'

const CHARTS: Record<string, AnyStateMachine> = {
  session: sessionMachine,
  connection: connectionMachine,
  negotiation: negotiationMachine,
  channel: channelMachine,
  sender: senderTrackMachine,
  receiver: receiverTrackMachine,
  farewell: farewellMachine,
}

const nodes = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(nodes)]
const typeOf = (named: unknown): string | undefined =>
  typeof named === 'string' ? named : typeof named === 'object' ? (named as { type?: string } | null)?.type : undefined

/** Every name that a chart uses, by kind. XState checks none of these: an unknown delay even fires at once. */
const used = (machine: AnyStateMachine) => {
  const names = {
    actions: new Set<string>(),
    guards: new Set<string>(),
    delays: new Set<string>(),
    actors: new Set<string>(),
  }
  const add = (kind: keyof typeof names, name: string | undefined) => name !== undefined && names[kind].add(name)
  for (const node of nodes(machine.root)) {
    for (const action of [...node.entry, ...node.exit]) add('actions', typeOf(action))
    for (const { src } of node.invoke) add('actors', typeof src === 'string' ? src : undefined)
    for (const transition of [...[...node.transitions.values()].flat(), ...(node.always ?? [])]) {
      for (const action of transition.actions) add('actions', typeOf(action))
      add('guards', typeOf(transition.guard))
    }
    for (const { delay } of node.after) add('delays', typeof delay === 'string' ? delay : undefined)
  }
  return names
}

/** Whether a state, or one around it, has a deadline. */
const deadlines = (node: AnyStateNode | undefined): boolean =>
  node !== undefined && (node.after.length > 0 || deadlines(node.parent))

describe.each(Object.entries(CHARTS))('%s', (_, machine) => {
  test('uses only names that its setup knows', () => {
    const names = used(machine)
    const unknown = (['actions', 'guards', 'delays', 'actors'] as const).flatMap((kind) =>
      [...names[kind]].filter(
        (name) =>
          !(name in machine.implementations[kind]) &&
          !(kind === 'actors' && name in PORTS) &&
          !name.startsWith('xstate.'),
      ),
    )
    expect(unknown).toEqual([])
  })

  test('has no inline guard, action or actor', () => {
    const inline = nodes(machine.root).flatMap((node) => {
      const transitions = [...[...node.transitions.values()].flat(), ...(node.always ?? [])]
      const actions = [...node.entry, ...node.exit, ...transitions.flatMap((transition) => transition.actions)]
      return [
        ...actions.filter(
          (action) => typeof action === 'function' && !('type' in action && String(action.type).startsWith('xstate.')),
        ),
        ...transitions.map(({ guard }) => guard).filter((guard) => typeof guard === 'function'),
        ...node.invoke.map(({ src }) => src).filter((src) => typeof src !== 'string'),
      ].map(() => node.id)
    })
    expect(inline).toEqual([])
  })

  test('a state that waits for an actor that ends has a deadline and an exit on error', () => {
    const endless = nodes(machine.root).filter(
      (node) =>
        node.invoke.some(({ src }) => PORTS[String(src) as keyof typeof PORTS] === 'task') &&
        (!deadlines(node) ||
          ![...node.transitions.keys()].some((type) => String(type).startsWith('xstate.error.actor'))),
    )
    expect(endless.map(({ id }) => id)).toEqual([])
  })

  test('cannot loop for ever', () => {
    expect(
      machine.options?.maxIterations ??
        (machine.config as { options?: { maxIterations?: number } }).options?.maxIterations,
    ).toBe(50)
  })

  test('guards and actions that nobody uses are none', () => {
    // Shared ones are offered to every chart; each must be used by one of them.
    const everywhere = Object.values(CHARTS).map(used)
    const unused = (['actions', 'guards'] as const).flatMap((kind) =>
      Object.keys(machine.implementations[kind]).filter((name) => !everywhere.some((names) => names[kind].has(name))),
    )
    expect(unused).toEqual([])
  })
})
