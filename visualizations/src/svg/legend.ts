import { spansAt } from './text.js'
import { lineWidth, type Span } from '../layout/spans.js'

const ENTRIES: readonly (readonly Span[])[] = [
  [{ text: 'event', look: 'event' }],
  [{ text: '[guard]', look: 'guard' }],
  [{ text: '/ at an arrow: what others notice; in a box: every action', look: 'action' }],
  [{ text: '✓ done', look: 'done' }],
  [{ text: '✗ failed', look: 'error' }],
  [{ text: 'after a delay (default)', look: 'after' }],
  [{ text: 'always (no event)', look: 'always' }],
]
const GAP = 22
const LEFT = 16

/** What the legend takes. */
export const LEGEND = {
  width: Math.ceil(LEFT + ENTRIES.reduce((sum, entry) => sum + lineWidth(entry) + GAP, 0)),
  height: 30,
}

/** One line that says what the looks of text mean. */
export const drawLegend = (top: number): string => {
  let left = LEFT
  return ENTRIES.map((entry) => {
    const drawn = spansAt(entry, Math.round(left), top + 6)
    left += lineWidth(entry) + GAP
    return drawn
  }).join('')
}
