import { deadlinesOf, invokesOf } from '../chart.js'
import { plain } from '../interpreter.js'
import type { Edge, Invariant, RunningActor, Subject } from '../types.js'

/** The actors of a name that a step started. */
export const startedOf = ({ step }: Edge<never, never>, name: string): RunningActor[] =>
  step.started.filter((actor) => actor.name === name)

const at = (state: string, chart: string): boolean => state === chart || state.startsWith(`${chart}.`)

/** From `closed` nothing leads out, and nothing is told, sent or started there. */
export const closedIsAbsorbing: Invariant = ({ from, step, to }) =>
  from?.state === 'closed' &&
  (to.state !== 'closed' || step.told.length + step.sent.length + step.started.length > 0) &&
  `"${step.stimulus.label}" has an effect`

/** `close` leads to `closed` from every state, in one macrostep. */
export const closeLeadsToClosed: Invariant = ({ from, step, to }) =>
  from !== undefined && step.stimulus.event.type === 'close' && to.state !== 'closed' && `it is in ${to.state}`

/** In `closed`, and where a chart has ended, no actor runs and no timer is pending. */
export const nothingIsLeftWhenClosed: Invariant = ({ to }) =>
  (to.state === 'closed' || to.snapshot.status === 'done') &&
  to.actors.length + to.timers.length > 0 &&
  `left: ${[...to.actors.map(({ name }) => name), ...to.timers].join(', ')}`

/** Where a task runs, a deadline of its state or of one around it is pending. */
export const aRunningTaskHasADeadline: Invariant = ({ to }, subject) => {
  const endless = to.actors.filter(({ id, name }) => {
    if (subject.environment.actors[name]?.role !== 'task') return false
    const deadlines = deadlinesOfInvoke(subject).get(id)
    return !deadlines || !to.timers.some((timer) => deadlines.has(timer))
  })
  return endless.length > 0 && `no deadline: ${endless.map(({ name }) => name).join(', ')}`
}

const perSubject = new WeakMap<Subject, ReadonlyMap<string, ReadonlySet<string>>>()

/** For each invoked actor the timers that bound it; worked out once for a chart. */
const deadlinesOfInvoke = (subject: Subject): ReadonlyMap<string, ReadonlySet<string>> => {
  const known = perSubject.get(subject)
  if (known) return known
  const nodes = deadlinesOf(subject.machine)
  const found = new Map(
    invokesOf(subject.machine).map(({ actor, node }) => [actor, nodes.get(node) ?? new Set<string>()]),
  )
  perSubject.set(subject, found)
  return found
}

/** An event that carries an older generation than the chart's changes nothing and is not answered. */
export const nothingActsOnAnOldGeneration: Invariant<{ generation: number }> = ({ from, step, to }) => {
  const { generation } = step.stimulus.event as { generation?: number }
  if (!from || generation === undefined || generation >= from.context.generation) return undefined
  const same = to.snapshot === from.snapshot || (to.state === from.state && plain(to.context) === plain(from.context))
  return (!same || step.told.length > 0) && `"${step.stimulus.label}" has an effect`
}

/** A track that is stopping or stopped asks nothing more of the server than it asked when it was stopped, or, where the path was dead then, once that lives again. */
export const aStoppedTrackTellsNothingMore: Invariant = (edge) =>
  edge.from !== undefined &&
  (at(edge.from.state, 'stopping') || at(edge.from.state, 'stopped')) &&
  edge.from.state !== 'stopping.held' &&
  startedOf(edge as never, 'server request').length > 0 &&
  'it asks something of the server'

/** The server is asked only while the channel is open. */
export const theServerIsAskedThroughAnOpenChannel: Invariant<{ channel: string }> = (edge) =>
  startedOf(edge as never, 'server request').length > 0 &&
  edge.to.context.channel !== 'open' &&
  'the channel is not open'

/** A track asks one thing of the server at a time. */
export const oneRequestAtATime: Invariant = ({ to }) =>
  to.actors.filter(({ name }) => name === 'server request').length > 1 && 'two requests run'
