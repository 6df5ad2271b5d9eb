import { triggerText } from '../layout/spans.js'
import { edgesBelow, statesOf, type Action, type Chart, type Edge, type State } from '../model/types.js'

const cell = (text: string): string => text.replaceAll('|', '\\|')
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
const table = (head: readonly string[], rows: readonly string[]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows].join('\n')

const texts = (actions: readonly Action[]): string => actions.map(({ text }) => text).join(', ')

const kindOf = ({ type, initial, tags, history }: State): string =>
  [history ? `${history} history` : type, initial && `begins in \`${initial}\``, ...tags.map((tag) => `#${tag}`)]
    .filter(Boolean)
    .join(', ')

const stateRow = (state: State): string =>
  row(
    `\`${state.id}\``,
    kindOf(state),
    texts(state.entry),
    state.invokes.map(({ name }) => name).join('; '),
    texts(state.exit),
  )

const targetsOf = ({ targets, reenter }: Edge): string => {
  const names = targets.map((target) => `\`${target}\``).join(', ') || 'stays'
  return reenter ? `${names} (entered anew)` : names
}

const told = ({ actions }: Edge): string =>
  actions.flatMap(({ words }) => words.map(({ to, event }) => `${event} to ${to}`)).join(', ')

const edgeRow = (edge: Edge): string =>
  row(
    `\`${edge.source}\``,
    triggerText(edge),
    edge.guard ?? '',
    targetsOf(edge),
    texts(edge.actions),
    told(edge),
    `\`${edge.id}\``,
  )

/** A chart as two tables: its states, and its transitions in the order in which they are tried. */
export const markdownOf = ({ name, root }: Chart): string => {
  const states = statesOf(root)
  const edges = edgesBelow(root)
  return `# ${name}

${states.length} states, ${edges.length} edges. Made by \`npm run diagrams\` from the chart.

![${name}](${name}.svg)

## States

${table(['state', 'type', 'entry', 'invokes', 'exit'], states.map(stateRow))}

## Edges

${table(['from', 'on', 'guard', 'to', 'actions', 'tells', 'edge'], edges.map(edgeRow))}
`
}
