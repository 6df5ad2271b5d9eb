import type { StateValue } from 'xstate'
import { dotted } from '../../watch.js'
import type { Checkpoint, Transition } from './parsed.js'

/** The order of an object's keys says nothing: a key that was `undefined` in a checkpoint comes back at the end. */
const ordered = (_: string, value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a, ordered) === JSON.stringify(b, ordered)

const state = (chart: string, value: StateValue | undefined, context: object) =>
  `${chart}: ${dotted(value)} ${JSON.stringify(context, ordered)}`

/** The first chart that is not as it was recorded, both ways; `undefined` when all are. */
export const differing = (
  expected: Checkpoint,
  found: Omit<Checkpoint, 'at'>,
): { expected: string; found: string } | undefined => {
  const all = ({ value, context, below }: Omit<Checkpoint, 'at'>) =>
    new Map([
      ['session', { value, context }],
      ...below.map(([id, , value, context]) => [id, { value, context }] as const),
    ])
  const [wanted, there] = [all(expected), all(found)]
  for (const chart of new Set([...wanted.keys(), ...there.keys()])) {
    const [a, b] = [wanted.get(chart), there.get(chart)]
    const says = (one: typeof a) => (one ? state(chart, one.value, one.context) : `no ${chart}`)
    // The values as they read: regions keep their order.
    if (!a || !b || dotted(a.value) !== dotted(b.value) || !same(a.context, b.context))
      return { expected: says(a), found: says(b) }
  }
  return undefined
}

/** A transition in words. */
export const inWords = ({ chart, from, to, event, generation, input }: Omit<Transition, 'at'>): string =>
  `${chart}: ${from || '(nothing)'} -> ${to} on ${event}, generation ${generation}, after input ${input}`
