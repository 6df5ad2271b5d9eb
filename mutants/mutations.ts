import { nameOf, type Named, type NodeConfig, type TransitionConfig } from './config.js'
import { placesOf, sitesOf, type Place } from './sites.js'

/** What is done to a site. */
export const KINDS = [
  'guard negated',
  'generation check dropped',
  'action dropped',
  'actions swapped',
  'retargeted',
  'after dropped',
  'onError dropped',
] as const
export type Kind = (typeof KINDS)[number]

/** One change of a config. */
export interface Mutation {
  readonly id: string
  readonly kind: Kind
  /** Makes the change in the config that it was found in. */
  readonly apply: () => void
}

const GENERATION = 'belongs to this generation'

/** The guard that says the opposite has a name too: no chart has a guard without one. */
export const NEGATED = 'not: '
const negated = (guard: Named): Named =>
  typeof guard === 'string' ? `${NEGATED}${guard}` : { ...guard, type: `${NEGATED}${guard.type}` }

/** An action as an id names it: by its name, and by what it is given where that says more. */
const labelOf = (action: Named): string => {
  const { type, params } = typeof action === 'string' ? { type: action, params: undefined } : action
  const given = typeof params === 'string' ? params : (params as { type?: string } | undefined)?.type
  return given === undefined ? type : `${type}: ${given}`
}

const ofActions = (name: string, actions: Named[]): Mutation[] => [
  ...actions.map((action, at) => ({
    id: `${name}: action ${at} "${labelOf(action)}" dropped`,
    kind: 'action dropped' as const,
    apply: () => void actions.splice(at, 1),
  })),
  ...actions.slice(1).map((action, at) => ({
    id: `${name}: actions ${at} "${labelOf(actions[at] as Named)}" and ${at + 1} "${labelOf(action)}" swapped`,
    kind: 'actions swapped' as const,
    apply: () => void actions.splice(at, 2, action, actions[at] as Named),
  })),
]

const ofGuard = (name: string, transition: TransitionConfig): Mutation[] => {
  const { guard } = transition
  if (guard === undefined) return []
  const change = (what: 'guard negated' | 'generation check dropped', apply: () => void): Mutation => ({
    id: `${name}: ${what}`,
    kind: what,
    apply,
  })
  return [
    change('guard negated', () => (transition.guard = negated(guard))),
    ...(nameOf(guard) === GENERATION ? [change('generation check dropped', () => delete transition.guard)] : []),
  ]
}

/** Path of the node that a target names, as XState reads it: `#chart.a.b`, `.a` below the source, `a` beside it. */
const pathOf = (target: string, { path }: Place): string[] => {
  const keys = target.split('.')
  if (target.startsWith('#')) return keys.slice(1)
  return target.startsWith('.') ? [...path, ...keys.slice(1)] : [...path.slice(0, -1), ...keys]
}

/** The state after this one among its siblings. */
const nextTo = (root: NodeConfig, path: readonly string[]): string[] | undefined => {
  const around = path.slice(0, -1)
  const parent = around.reduce<NodeConfig | undefined>((node, key) => node?.states[key], root)
  const siblings = Object.keys(parent?.states ?? {})
  const next = siblings[(siblings.indexOf(path.at(-1) ?? '') + 1) % siblings.length]
  return siblings.length > 1 && next !== undefined ? [...around, next] : undefined
}

const ofTarget = (name: string, transition: TransitionConfig, place: Place, root: Place): Mutation[] => {
  const { target } = transition
  const next = target === undefined ? undefined : nextTo(root.node, pathOf(target, place))
  if (!next) return []
  const apply = () => void (transition.target = `#${[root.id, ...next].join('.')}`)
  return [{ id: `${name}: retargeted to ${next.join('.')}`, kind: 'retargeted', apply }]
}

const ofNode = (place: Place, root: Place): Mutation[] => {
  const { node, id } = place
  return [
    ...ofActions(`${id}.entry`, node.entry),
    ...ofActions(`${id}.exit`, node.exit),
    ...sitesOf(place).flatMap(({ name, transition }) => [
      ...ofGuard(name, transition),
      ...ofTarget(name, transition, place, root),
      ...ofActions(name, transition.actions),
    ]),
    ...Object.keys(node.after).map((delay) => ({
      id: `${id}.after(${delay}): dropped`,
      kind: 'after dropped' as const,
      apply: () => void delete node.after[delay],
    })),
    ...node.invoke
      .filter(({ onError }) => onError)
      .map((invoke) => ({
        id: `${id}.onError: dropped`,
        kind: 'onError dropped' as const,
        apply: () => void delete invoke.onError,
      })),
  ]
}

/** Every change that can be made at the sites of a config. */
export const mutationsOf = (chart: string, config: NodeConfig): Mutation[] => {
  const places = placesOf(chart, config)
  return places.flatMap((place) => ofNode(place, places[0] as Place))
}
