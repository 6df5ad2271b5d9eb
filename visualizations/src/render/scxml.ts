import type { Action, Chart, Edge, State } from '../model/types.js'
import { element } from './xml.js'

const NAMESPACE = 'urn:realtime-session-engine:chart'

/** Event names of SCXML have no spaces. */
const spaceless = (text: string): string => text.replace(/\s+/g, '-')
const timer = (state: string, delay: string): string => `after.${spaceless(delay)}.${state}`
const invokeId = (state: State, name: string): string => `${state.id}.${spaceless(name)}`

const eventOf = ({ trigger: { kind, name }, source }: Edge, state: State): string | undefined => {
  if (kind === 'always') return undefined
  if (kind === 'after') return timer(source, name)
  if (kind === 'over') return `done.state.${name}`
  if (kind === 'event') return name
  const id = name === '*' ? '*' : invokeId(state, name)
  return kind === 'done' ? `done.invoke.${id}` : `error.platform.${id}`
}

const call = (name: string): string => `guard('${name.replaceAll("'", "\\'")}')`

const actionOf = ({ name, text, words, starts }: Action): string =>
  element(
    'c:action',
    { name, ...(text !== name && { text }) },
    ...words.map(({ to, event }) => element('c:tells', { to, event })),
    ...starts.map((started) => element('c:begins', { actor: started })),
  )

const transition = (edge: Edge, state: State): string =>
  element(
    'transition',
    {
      event: eventOf(edge, state),
      cond: edge.guard === undefined ? undefined : call(edge.guard),
      target: edge.targets.join(' ') || undefined,
      // In SCXML what has a target is external unless it is said.
      type: edge.targets.length > 0 && !edge.reenter ? 'internal' : undefined,
      'c:edge': edge.id,
    },
    ...edge.actions.map(actionOf),
  )

const block = (name: string, inside: readonly string[]): string[] =>
  inside.length > 0 ? [element(name, {}, ...inside)] : []

const timersOf = (state: State) => [
  ...new Map(state.edges.flatMap(({ delay }) => (delay ? [[timer(state.id, delay.name), delay]] : []))),
]

const indented = (lines: string): string => lines.replace(/^/gm, '  ')

const stateOf = (state: State): string => {
  const { id, type, history, initial, entry, exit, invokes, edges, children } = state
  const timers = timersOf(state)
  const starting = timers.map(([event, { ms }]) => element('send', { id: event, event, delay: `${ms}ms` }))
  const stopping = timers.map(([event]) => element('cancel', { sendid: event }))
  const inside = [
    ...block('onentry', [...entry.map(actionOf), ...starting]),
    ...invokes.map(({ name, chart }) =>
      element('invoke', {
        id: invokeId(state, name),
        type: chart ? 'scxml' : 'port',
        src: chart ? `${name}.scxml` : name,
      }),
    ),
    ...edges.map((edge) => transition(edge, state)),
    ...block('onexit', [...exit.map(actionOf), ...stopping]),
    ...children.map(stateOf),
  ]
  const name = { compound: 'state', atomic: 'state', parallel: 'parallel', final: 'final', history: 'history' }[type]
  const of = { id, initial, type: history }
  return inside.length === 0 ? element(name, of) : element(name, of, '\n', indented(inside.join('\n')), '\n')
}

const document = (name: string, ...states: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!-- Made by \`npm run diagrams\`. Guards and actions are named, not written out: what they do is in the chart. -->
${element(
  'scxml',
  {
    xmlns: 'http://www.w3.org/2005/07/scxml',
    'xmlns:c': NAMESPACE,
    version: '1.0',
    datamodel: 'ecmascript',
    name,
    initial: name,
  },
  '\n',
  indented(states.join('\n')),
  '\n',
)}
`

/** A chart as SCXML. */
export const scxmlOf = ({ name, root }: Chart): string => document(name, stateOf(root))

/** All charts side by side, as they live in a session: one parallel state. */
export const wholeScxmlOf = (name: string, charts: readonly Chart[]): string =>
  document(
    name,
    element('parallel', { id: name }, '\n', indented(charts.map(({ root }) => stateOf(root)).join('\n')), '\n'),
  )
