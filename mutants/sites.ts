import type { NodeConfig, TransitionConfig } from './config.js'

/** A state node of a config, and where it stands. */
export interface Place {
  readonly node: NodeConfig
  readonly path: readonly string[]
  /** Id of the state node: `connection.connected`. */
  readonly id: string
}

/** Every node of a config, the root first. */
export const placesOf = (chart: string, node: NodeConfig, path: readonly string[] = []): Place[] => [
  { node, path, id: [chart, ...path].join('.') },
  ...Object.entries(node.states).flatMap(([key, child]) => placesOf(chart, child, [...path, key])),
]

/** A transition of a config, with a name that tells where it stands. */
export interface Site {
  readonly name: string
  readonly transition: TransitionConfig
}

/** Every transition that stands in a node. */
export const sitesOf = ({ node, id }: Place): Site[] => {
  const named = (name: string, transitions: readonly TransitionConfig[] = []): Site[] =>
    transitions.map((transition, at) => ({ name: `${id}.${name}[${at}]`, transition }))
  const several = (name: string, record: NodeConfig['on']): Site[] =>
    Object.entries(record).flatMap(([key, transitions]) => named(`${name}(${key})`, transitions))
  return [
    ...several('on', node.on),
    ...node.invoke.flatMap(({ onDone, onError }) => [...named('onDone', onDone), ...named('onError', onError)]),
    ...several('after', node.after),
    ...named('always', node.always),
    ...named('onOver', node.onDone),
  ]
}
