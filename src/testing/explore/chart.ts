import type { AnyStateMachine, AnyStateNode } from 'xstate'

/** Every state node of a chart, the root first. */
export const nodesOf = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(nodesOf)]

/** Path of a node within its chart: `connecting.establishing`; empty for the root. */
export const pathOf = (node: AnyStateNode): string => node.path.join('.')

/** A node and those around it, the innermost first. */
export const around = (node: AnyStateNode): AnyStateNode[] => [node, ...(node.parent ? around(node.parent) : [])]

/** The transitions that stand in a node, with or without an event. */
export const transitionsOf = (node: AnyStateNode) => [...[...node.transitions.values()].flat(), ...(node.always ?? [])]

const nameOf = (named: unknown): string | undefined =>
  typeof named === 'string' ? named : (named as { type?: string } | null | undefined)?.type

/** The guards and actions that a chart names. */
export const namedIn = (machine: AnyStateMachine): { guards: string[]; actions: string[] } => {
  const guards = new Set<string>()
  const actions = new Set<string>()
  for (const node of nodesOf(machine.root)) {
    const taken = transitionsOf(node)
    for (const { guard } of taken) guards.add(nameOf(guard) ?? '')
    for (const action of [...node.entry, ...node.exit, ...taken.flatMap((transition) => transition.actions)])
      actions.add(nameOf(action) ?? '')
  }
  const known = (kind: 'guards' | 'actions', names: Set<string>) =>
    Object.keys(machine.implementations[kind]).filter((name) => names.has(name))
  return { guards: known('guards', guards), actions: known('actions', actions) }
}

/** For each node, by id, the types of the `after` events of it and those around it. */
export const deadlinesOf = (machine: AnyStateMachine): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(
    nodesOf(machine.root).map((node) => [
      node.id,
      new Set(around(node).flatMap(({ after }) => after.map(({ eventType }) => eventType as string))),
    ]),
  )

/** Ids of the actors that each node invokes, with the node's id. */
export const invokesOf = (machine: AnyStateMachine): { actor: string; node: string }[] =>
  nodesOf(machine.root).flatMap(({ id: node, invoke }) => invoke.map(({ id: actor }) => ({ actor, node })))
