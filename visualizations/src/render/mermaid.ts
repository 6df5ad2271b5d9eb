import { edgeText } from '../layout/spans.js'
import { stays } from '../layout/rows.js'
import type { Chart, Edge, State } from '../model/types.js'

const nameOf = (id: string): string => id.replace(/\W/g, '_')
/** A leaf that stands for a compound state in arrows that begin at it and stay inside: Mermaid cannot draw them. */
const anywhere = (id: string): string => `${nameOf(id)}__anywhere`

/** Characters that end a label, or begin something else. */
const label = (text: string): string => text.replace(/[:;#"{}%]/g, ' ').replace(/ +/g, ' ')

const isInside = (edge: Edge): boolean =>
  stays(edge) || edge.targets.every((target) => target.startsWith(`${edge.source}.`))

const arrowsOf = (edge: Edge, from: string): string[] => {
  const said = label(stays(edge) ? `${edgeText(edge)} (stays)` : edgeText(edge))
  const targets = stays(edge) ? [from] : edge.targets.map(nameOf)
  // One edge is one line for whoever counts: a comment names it.
  return [`%% ${edge.id}`, ...targets.map((target) => `${from} --> ${target} : ${said}`)]
}

const inside = ({ type, id, key, initial, children, edges }: State): string[] => {
  const own = edges.filter(isInside)
  const stand = own.length > 0 ? [`state "anywhere in ${key}" as ${anywhere(id)}`] : []
  const arrows = own.flatMap((edge) => arrowsOf(edge, anywhere(id)))
  const below = children.map(statesOf)
  if (type !== 'parallel')
    return [...(initial === undefined ? [] : [`[*] --> ${nameOf(initial)}`]), ...stand, ...below.flat(), ...arrows]
  const regions = own.length > 0 ? [[...stand, ...arrows], ...below] : below
  return regions.flatMap((region, at) => (at > 0 ? ['--', ...region] : region))
}

const statesOf = (state: State): string[] => {
  const { id, key, type, entry, exit, invokes, edges, children } = state
  const name = nameOf(id)
  if (children.length > 0)
    return [
      `state "${key}" as ${name} {`,
      ...inside(state).map((line) => `  ${line}`),
      '}',
      ...edges.filter((edge) => !isInside(edge)).flatMap((edge) => arrowsOf(edge, name)),
    ]
  return [
    `state "${key}" as ${name}`,
    ...entry.map(({ text }) => `${name} : ${label(`entry ${text}`)}`),
    ...invokes.map((invoked) => `${name} : ${label(`invoke ${invoked.name}`)}`),
    ...exit.map(({ text }) => `${name} : ${label(`exit ${text}`)}`),
    ...(type === 'final' ? [`${name} --> [*]`] : []),
    ...edges.flatMap((edge) => arrowsOf(edge, name)),
  ]
}

/** A chart as `stateDiagram-v2` of Mermaid. */
export const mermaidOf = ({ root }: Chart): string =>
  `stateDiagram-v2\n${statesOf(root)
    .map((line) => `  ${line}`)
    .join('\n')}\n`
