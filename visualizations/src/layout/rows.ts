import type { Action, Edge, State } from '../model/types.js'
import { edgeSpans, edgeText, lineWidth, wrap, type Span } from './spans.js'

/** A row in the box of a state. An edge that leads nowhere is such a row, with its id. */
export interface Row {
  readonly edge: string | undefined
  readonly full: string | undefined
  readonly lines: readonly (readonly Span[])[]
}

const row = (key: string, spans: readonly Span[], most: number, edge?: Edge): Row => ({
  edge: edge?.id,
  full: edge && edgeText(edge),
  lines: wrap([{ text: key, look: 'key' }, ...spans], most),
})

const done = (key: string, actions: readonly Action[], most: number): Row[] =>
  actions.map(({ text }) => row(key, [{ text, look: 'row' }], most))

/** Whether an edge leaves its chart where it is. */
export const stays = ({ targets }: Edge): boolean => targets.length === 0

const nothing = (edge: Edge): Span[] => (edge.actions.length === 0 ? [{ text: '/ nothing', look: 'action' }] : [])

/** What stands in the box of a state below its name. */
export const rowsOf = ({ entry, exit, invokes, edges }: State, most: number): Row[] => [
  ...done('entry', entry, most),
  ...invokes.map(({ name, chart }) => row('invoke', [{ text: chart ? `${name} (a chart)` : name, look: 'row' }], most)),
  ...edges.filter(stays).map((edge) => row('on', [...edgeSpans(edge, () => true), ...nothing(edge)], most, edge)),
  ...done('exit', exit, most),
]

/** Width of the widest line of some rows. */
export const rowsWidth = (rows: readonly Row[]): number =>
  Math.max(0, ...rows.flatMap(({ lines }) => lines.map(lineWidth)))

/** How many lines some rows have. */
export const rowsLines = (rows: readonly Row[]): number => rows.reduce((sum, { lines }) => sum + lines.length, 0)
