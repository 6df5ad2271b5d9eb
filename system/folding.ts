import type { ErrorFacts } from '../src/errors.js'
import { keys } from '../src/testing/explore/explore.js'
import type { Configuration, RunningActor } from '../src/testing/explore/index.js'
import type { Kind, Subjects } from './subjects.js'

type Row = readonly [state: RegExp, parts: readonly string[]]

const ATTEMPT = ['transport', 'channel']

/**
 * Parts of a context that are written before they are read again, by where the chart is. Configurations that differ in
 * them alone are one: a test sees to it that no state is lost by it.
 */
const UNREAD: { readonly [Of in Kind]?: readonly Row[] } = {
  session: [[/^clos/, ['negotiated']]],
  connection: [
    [/^connected/, ATTEMPT],
    [/^reconnecting\.(reviving|resuming)/, ATTEMPT],
    [/^reconnecting\.rejoining\.(parting|waiting)/, [...ATTEMPT, 'session', 'error']],
    [/^failed/, [...ATTEMPT, 'session', 'error', 'spent', 'rung']],
    [/^closed/, [...ATTEMPT, 'session', 'error', 'spent', 'rung', 'revivable', 'resumable']],
  ],
  negotiation: [
    [/^dormant/, ['negotiated', 'signalling', 'offer', 'sent', 'channel']],
    [/^stable|^offering|^coolingDown/, ['sent']],
    [/^closed/, ['lines', 'negotiated', 'signalling', 'offer', 'sent', 'channel', 'waiting']],
  ],
  channel: [[/^/, ['error']]],
  sender: [[/^waiting/, ['line']]],
  receiver: [[/^waiting/, ['line', 'renewals']]],
}

/** Of an error it decides only whether it is there, and whether anything could mend it: the rest is told, not asked. */
const essence = (context: object, unread: readonly string[]): object => {
  const { error } = context as { error?: ErrorFacts }
  const left = { ...context, error: error && { fatal: error.fatal } }
  return { ...left, ...Object.fromEntries(unread.map((part) => [part, undefined])) }
}

/** How patient a probe is, and how late an attempt, is a matter of numbers: nothing is decided by it. */
const withoutNumbers = (actor: RunningActor): RunningActor => ({
  ...actor,
  input: { ...(actor.input as object), rounds: undefined, attempt: undefined },
})

/** Makes the text by which equal configurations of a chart are known. `exact`: without any folding. */
export const keysOf = (kind: Kind, { [kind]: { environment } }: Subjects, exact: boolean) => {
  const textOf = keys(exact ? [] : ((environment.inessential ?? []) as readonly string[]))
  if (exact) return textOf
  return (at: Configuration): string => {
    const unread = (UNREAD[kind] ?? []).flatMap(([state, parts]) => (state.test(at.state) ? parts : []))
    const snapshot = { ...at.snapshot, context: essence(at.context as object, unread) }
    return textOf({ ...at, snapshot: snapshot as Configuration['snapshot'], actors: at.actors.map(withoutNumbers) })
  }
}
