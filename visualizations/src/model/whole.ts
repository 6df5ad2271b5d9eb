import { FACADE } from './actions.js'
import { actionsBelow, statesOf, type Chart, type Edge, type State } from './types.js'

/** Name of the picture of all charts together. */
export const WHOLE = 'whole'

const SESSION = 'session'
const idOf = (name: string): string => `${WHOLE}.${name}`

/** Name of a message in the picture of the whole: `channel>session:channel.open`. */
export const messageId = (from: string, to: string, event: string): string => `${from}>${to}:${event}`

/** Something that passes between two charts, or a chart and the facade. */
const message = (from: string, to: string, name: string, kind: 'event' | 'over' = 'event'): Edge => ({
  id: messageId(from, to, name),
  source: idOf(from),
  targets: [idOf(to)],
  trigger: { kind, name },
  delay: undefined,
  guard: undefined,
  actions: [],
  reenter: false,
})

/** Each once, in the order in which they were found. */
const distinct = (edges: readonly Edge[]): Edge[] => [...new Map(edges.map((edge) => [edge.id, edge])).values()]

const begunBy = ({ root }: Chart): string[] => [
  ...statesOf(root).flatMap(({ invokes }) => invokes.filter(({ chart }) => chart).map(({ name }) => name)),
  ...actionsBelow(root).flatMap(({ starts }) => starts),
]

const sentBy = (chart: Chart, charts: readonly Chart[]): Edge[] => {
  const { name, root } = chart
  const names = new Set(charts.map((one) => one.name))
  const ends = root.children.some(({ type }) => type === 'final') && name !== SESSION
  return distinct([
    ...begunBy(chart)
      .filter((begun) => names.has(begun))
      .map((begun) => message(name, begun, '(begins it)')),
    ...actionsBelow(root).flatMap(({ words }) => words.map(({ to, event }) => message(name, to, event))),
    ...(ends ? [message(name, SESSION, 'over', 'over')] : []),
  ])
}

const node = (name: string, ports: Chart['ports'], edges: readonly Edge[]): State => ({
  id: idOf(name),
  key: name,
  type: 'atomic',
  history: undefined,
  initial: undefined,
  tags: [],
  description: undefined,
  entry: [],
  exit: [],
  invokes: ports.map(({ name: port, sends }) => ({
    id: port,
    name: sends.length > 0 ? `${port}, which sends ${sends.join(', ')}` : port,
    chart: false,
  })),
  edges,
  children: [],
})

/** All charts with what they tell each other, as one more tree: a chart is a state of it, a message an edge. */
export const wholeOf = (charts: readonly Chart[]): Chart => {
  const asked = charts
    .filter(({ name }) => name === SESSION)
    .flatMap(({ takes }) => takes.map(({ event }) => message(FACADE, SESSION, event)))
  return {
    name: WHOLE,
    root: {
      ...node(WHOLE, [], []),
      id: WHOLE,
      type: 'compound',
      children: [
        node(FACADE, [], asked),
        ...charts.map((chart) => node(chart.name, chart.ports, sentBy(chart, charts))),
      ],
    },
    ports: [],
    takes: [],
  }
}
