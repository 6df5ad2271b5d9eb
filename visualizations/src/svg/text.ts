import { spanWidth, LINE, SIZE, type Span } from '../layout/spans.js'
import { widthOf } from '../layout/metrics.js'
import { element, escaped } from '../render/xml.js'

const SPACE = widthOf(' ', SIZE)

/** A line of spans from a left edge and a top. */
export const spansAt = (line: readonly Span[], left: number, top: number): string => {
  let x = left
  const parts = line.map((span) => {
    const width = spanWidth(span)
    const part = element(
      'tspan',
      { class: span.look, x: Math.round(x * 10) / 10, textLength: width, lengthAdjust: 'spacingAndGlyphs' },
      escaped(span.text),
    )
    x += width + SPACE
    return part
  })
  return element('text', { y: top + LINE - 4 }, ...parts)
}

/** Lines below each other. */
export const linesAt = (lines: readonly (readonly Span[])[], left: number, top: number): string =>
  lines.map((line, at) => spansAt(line, left, top + at * LINE)).join('')

/** The lines of an edge carry its id together, and say all of it to who points at them. */
export const edgeAt = (
  { edge, full, lines }: { edge: string; full: string; lines: readonly (readonly Span[])[] },
  left: number,
  top: number,
): string => element('g', { 'data-edge': edge }, element('title', {}, escaped(full)), linesAt(lines, left, top))

/** One text in one look; `anchor` says what its x is. */
export const textAt = (
  text: string,
  { x, y, look, anchor, width }: { x: number; y: number; look: string; anchor?: 'middle' | 'end'; width: number },
): string =>
  element(
    'text',
    { class: look, x, y, 'text-anchor': anchor, textLength: width, lengthAdjust: 'spacingAndGlyphs' },
    escaped(text),
  )
