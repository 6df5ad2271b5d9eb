import { dotOf, boxRows, HEAD, PAD, tagsText, TITLE } from '../layout/graph.js'
import type { Box, Layout } from '../layout/layout.js'
import { widthOf } from '../layout/metrics.js'
import { LINE, SIZE } from '../layout/spans.js'
import type { State } from '../model/types.js'
import { element, escaped } from '../render/xml.js'
import { edgeAt, linesAt, textAt } from './text.js'

const NOWHERE: Box = { x: 0, y: 0, width: 0, height: 0 }

const rect = ({ x, y, width, height }: Box, look: string, inset = 0): string =>
  element('rect', {
    class: look,
    x: x + inset,
    y: y + inset,
    width: width - 2 * inset,
    height: height - 2 * inset,
    rx: 8 - inset,
  })

const about = ({ id, type, tags, description }: State): string =>
  [id, type === 'atomic' || type === 'compound' ? '' : type, tags.join(' '), description ?? '']
    .filter(Boolean)
    .join(', ')

const inBox = (state: State, box: Box): string[] => {
  const rows = boxRows(state)
  const middle = state.children.length === 0
  const title = textAt(state.key, {
    x: middle && state.tags.length === 0 ? box.x + box.width / 2 : box.x + PAD,
    y: box.y + 19,
    look: 'name',
    width: widthOf(state.key, TITLE, true),
    ...(middle && state.tags.length === 0 && { anchor: 'middle' as const }),
  })
  const tags =
    state.tags.length > 0
      ? [
          textAt(tagsText(state), {
            x: box.x + box.width - PAD,
            y: box.y + 19,
            look: 'tag',
            anchor: 'end',
            width: widthOf(tagsText(state), SIZE),
          }),
        ]
      : []
  const rule =
    rows.length > 0 ? [element('path', { class: 'rule', d: `M${box.x} ${box.y + HEAD}H${box.x + box.width}` })] : []
  let top = box.y + HEAD + 3
  const drawn = rows.map(({ lines, edge, full = '' }) => {
    const left = box.x + PAD
    const row = edge === undefined ? linesAt(lines, left, top) : edgeAt({ edge, full, lines }, left, top)
    top += lines.length * LINE
    return row
  })
  return [title, ...tags, ...rule, ...drawn]
}

/** A state with everything below it; arrows are drawn over all of them. */
export const drawState = (
  state: State,
  { boxes, proxies }: Pick<Layout, 'boxes' | 'proxies'>,
  parent?: State,
): string => {
  const box = boxes.get(state.id) ?? NOWHERE
  const looks = [state.children.length > 0 ? 'compound' : 'atomic', parent?.type === 'parallel' ? 'region' : '']
  const inside = proxies.filter(({ within }) => within === state.id)
  const dot = boxes.get(dotOf(state.id))
  if (state.type === 'history')
    return element(
      'g',
      { class: 'atomic', 'data-state': state.id },
      element('title', {}, escaped(about(state))),
      element('circle', { class: 'box', cx: box.x + 12, cy: box.y + 12, r: 11 }),
      textAt(state.history === 'deep' ? 'H*' : 'H', {
        x: box.x + 12,
        y: box.y + 16,
        look: 'row',
        anchor: 'middle',
        width: 12,
      }),
    )
  return element(
    'g',
    { class: looks.filter(Boolean).join(' '), 'data-state': state.id },
    element('title', {}, escaped(about(state))),
    rect(box, 'box'),
    ...(state.type === 'final' ? [rect(box, 'inner', 3)] : []),
    ...inBox(state, box),
    ...(dot ? [element('circle', { class: 'dot', cx: dot.x + 6, cy: dot.y + 6, r: 6 })] : []),
    ...inside.map(({ id, text }) => {
      const at = boxes.get(id) ?? NOWHERE
      const label = {
        x: at.x + at.width / 2,
        y: at.y + 15,
        look: 'note',
        anchor: 'middle',
        width: widthOf(text, SIZE),
      } as const
      return rect(at, 'proxy') + textAt(text, label)
    }),
    ...state.children.map((child) => drawState(child, { boxes, proxies }, state)),
  )
}
