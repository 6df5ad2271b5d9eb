import type { AnyTransitionDefinition } from 'xstate'
import { PICTURES } from './generated/pictures.js'

interface Edge {
  readonly key: string
  readonly name: string
  readonly targets: readonly string[]
}

interface Picture {
  readonly svg: string
  readonly states: ReadonlySet<string>
  readonly edges: ReadonlyMap<string, Edge>
}

const read = new Map<string, Picture>()

/** The picture of a kind of chart; `undefined` for what is no chart of this library. */
export const pictureOf = (kind: string): Picture | undefined => {
  const known = read.get(kind)
  const source = PICTURES[kind]
  if (known || !source) return known
  const { svg, edges } = source
  const rows = JSON.parse(edges) as [key: string, name: string, targets: string[]][]
  const picture = {
    svg,
    states: new Set([...svg.matchAll(/data-state="([^"]+)"/g)].map(([, id]) => id ?? '')),
    edges: new Map(rows.map(([key, name, targets]) => [key, { key, name, targets }])),
  }
  read.set(kind, picture)
  return picture
}

/** Name of a transition that a live chart took, as the picture has it. */
export const edgeOf = (taken: AnyTransitionDefinition): string => {
  const { source, eventType } = taken
  const among = (eventType === '' ? source.always : source.transitions.get(eventType)) ?? []
  const key = `${source.id}|${eventType}|${among.indexOf(taken)}`
  return pictureOf(source.machine.id)?.edges.get(key)?.name ?? ''
}

/** Every part that is above an id and below the chart, the innermost first, the chart itself last. */
const above = (id: string): string[] => {
  const parts = id.split('.')
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('.'))
}

/**
 * The ids of all states that are active in a chart in this state: `live.source.flowing+server.shown` is
 * `sender`, `sender.live`, `sender.live.source`, `sender.live.source.flowing`, `sender.live.server` and so on.
 */
export const activeIn = (kind: string, state: string): readonly string[] => {
  const states = pictureOf(kind)?.states
  if (!states || state === '') return []
  const active = new Set([kind])
  let last = kind
  for (const part of state.split('+')) {
    // A region stands below the innermost state around it that has one of this name.
    const parent = last === kind ? kind : above(last).find((id) => states.has(`${id}.${part}`) && id !== last)
    last = `${parent ?? kind}.${part}`
    for (const id of above(last)) if (states.has(id)) active.add(id)
  }
  return [...active]
}

/** The edge that leads from a state to another with this event, for where only states were written down. */
export const edgeBetween = (kind: string, from: string, to: string, event: string): string | undefined => {
  const [before, after] = [activeIn(kind, from), activeIn(kind, to)]
  const fitting = [...(pictureOf(kind)?.edges.values() ?? [])].filter(({ key, targets }) => {
    const [source = '', type] = key.split('|')
    return type === event && before.includes(source) && targets.length > 0 && targets.every((id) => after.includes(id))
  })
  // The innermost state takes an event first.
  return fitting.toSorted((a, b) => depth(b) - depth(a))[0]?.name
}

const depth = ({ key }: Edge): number => (key.split('|')[0] ?? '').split('.').length
