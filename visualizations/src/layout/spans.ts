import { delayText } from '../model/delays.js'
import type { Action, Edge } from '../model/types.js'
import { widthOf } from './metrics.js'

/** A piece of a line in one look; the looks are classes of the style sheet. */
export interface Span {
  readonly text: string
  readonly look: 'event' | 'after' | 'done' | 'error' | 'always' | 'over' | 'guard' | 'action' | 'key' | 'row'
}

/** Size of all text but the names of states. */
export const SIZE = 11.5
export const LINE = 15

/** What sets an edge off, as it is read. */
export const triggerText = ({ trigger: { kind, name }, delay }: Edge): string => {
  if (kind === 'done') return `✓ ${name === '*' ? 'any actor' : name}`
  if (kind === 'error') return `✗ ${name === '*' ? 'any actor' : name}`
  if (kind === 'after') return `after ${delay ? delayText(delay) : name}`
  if (kind === 'over') return '✓ over'
  return kind === 'always' ? 'always' : name
}

const listed = (actions: readonly Action[]): string => actions.map(({ text }) => text).join(', ')

/** Whether others notice an action: it says something, or begins an actor. */
const noticed = ({ words, starts }: Action): boolean => words.length + starts.length > 0

/** Event and guard of an edge, and of its actions those that `shown` lets through. */
export const edgeSpans = (edge: Edge, shown: (action: Action) => boolean = noticed): Span[] => [
  { text: triggerText(edge), look: edge.trigger.kind },
  ...(edge.guard === undefined ? [] : [{ text: `[${edge.guard}]`, look: 'guard' } as const]),
  ...(edge.actions.some(shown) ? [{ text: `/ ${listed(edge.actions.filter(shown))}`, look: 'action' } as const] : []),
]

/** All that is to be said of an edge, in one line. */
export const edgeText = (edge: Edge): string =>
  edgeSpans(edge, () => true)
    .map(({ text }) => text)
    .join(' ')

const isBold = ({ look }: Span): boolean => look !== 'guard' && look !== 'action' && look !== 'row' && look !== 'key'

/** Width of a span. */
export const spanWidth = (span: Span): number => widthOf(span.text, SIZE, isBold(span))

/** Width of a line of spans, each followed by a space but the last. */
export const lineWidth = (line: readonly Span[]): number =>
  line.reduce((sum, span) => sum + spanWidth(span), 0) + Math.max(0, line.length - 1) * widthOf(' ', SIZE)

/** Breaks spans into lines at spaces. */
export const wrap = (spans: readonly Span[], most: number): Span[][] => {
  const lines: Span[][] = [[]]
  for (const { text, look } of spans)
    for (const [at, word] of text.split(' ').entries()) {
      const line = lines.at(-1) as Span[]
      const last = line.at(-1)
      const joined = at > 0 && last ? [...line.slice(0, -1), { text: `${last.text} ${word}`, look }] : undefined
      const tried = joined ?? [...line, { text: word, look }]
      if (line.length === 0 || lineWidth(tried) <= most) lines[lines.length - 1] = tried
      else lines.push([{ text: word, look }])
    }
  return lines
}
