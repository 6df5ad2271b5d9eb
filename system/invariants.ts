import type { ConnectionContext } from '../src/machines/connection.setup.js'
import type { SessionContext } from '../src/machines/session.setup.js'
import type { System, SystemEdge } from './system.js'

/** States what must hold after every step of a system: returns a complaint, or nothing. Its name is printed. */
export type SystemInvariant = (edge: SystemEdge, system: System) => string | undefined | false

const sessionOf = (system: System, { to }: SystemEdge) => system.chart<SessionContext>(to, 'session')

/** Messages go out in the order in which they were sent, and none of them twice: that is `atMostOnce`. */
export const messagesGoOutInOrderAndOnce: SystemInvariant = ({ to: { world } }, { mail }) => {
  const { wire } = mail.after(world.mail)
  return wire.some((frame, at) => at > 0 && frame <= (wire[at - 1] as string)) && `went out: ${wire.join(', ')}`
}

/** Once `closed` was said no actor runs and no timer is pending but those of farewells, and the bound on them. */
export const afterClosedOnlyFarewellsAreLeft: SystemInvariant = ({ to }, system) => {
  if (!to.world.closed) return undefined
  for (const chart of to.charts.keys()) {
    const { actors = [], timers = [] } = system.chart(to, chart) ?? {}
    const left =
      chart === 'session'
        ? timers.filter((timer) => !timer.includes('.farewells deadline.'))
        : chart.startsWith('farewell-')
          ? []
          : [...actors.map(({ name }) => name), ...timers]
    if (left.length > 0) return `${chart} has ${left.join(', ')}`
  }
  return undefined
}

/** What was spent of the ladder comes back by stable time, or because the application connects anew. */
export const budgetsGrowByStableTimeAlone: SystemInvariant = ({ steps }) => {
  for (const { chart, edge } of steps) {
    if (chart !== 'connection' || !edge.from) continue
    const { event } = edge.step.stimulus
    if (event.type === 'connect' || event.type.includes('.stable for long.')) continue
    const before = (edge.from.context as ConnectionContext).spent
    const { spent } = edge.to.context as ConnectionContext
    if (before.some((count, at) => (spent[at] ?? 0) < count)) return `by ${event.type}`
  }
  return undefined
}

/** The gateway holds one session of a socket, besides those that a farewell is just ending. */
export const oneServerSessionAtATime: SystemInvariant = (edge, system) => {
  const { charts, world } = edge.to
  const session = sessionOf(system, edge)
  if (session?.snapshot.status !== 'active') return undefined
  const { ended } = session.context
  const held = world.sessions.filter((generation) => !charts.has(`farewell-${generation}`))
  const forgotten = held.filter((generation) => generation <= ended)
  if (forgotten.length > 0) return `nobody ends that of generation ${forgotten.join(', ')}`
  return held.length > 1 && `of generations ${held.join(', ')}`
}

/** Whoever waits for a promise waits for something that ends: each step of a connect and of a round has a deadline. */
export const whoeverWaitsIsAnswered: SystemInvariant = ({ to }, system) => {
  const { attempt, tickets } = to.world
  if (attempt < 0 && tickets.length === 0) return undefined
  const connection = system.chart(to, 'connection')
  const negotiation = system.chart(to, 'negotiation')
  const recovers = connection?.actors.some(({ name }) => name === 'count awake time')
  const waits = [
    ...(attempt >= 0 && connection?.timers.length === 0 ? ['connect'] : []),
    // Over a path that is dead it waits as long as the recovery may last.
    ...(tickets.length > 0 && negotiation?.timers.length === 0 && !recovers ? ['generateOffer'] : []),
  ]
  return waits.length > 0 && `nothing bounds ${waits.join(', ')}`
}

/** When it is over, every promise has settled. */
export const inTheEndEveryPromiseHasSettled: SystemInvariant = (edge, system) => {
  const { attempt, tickets } = edge.to.world
  return (
    sessionOf(system, edge)?.snapshot.status !== 'active' &&
    (attempt >= 0 || tickets.length > 0) &&
    'somebody still waits'
  )
}

export const INVARIANTS: readonly SystemInvariant[] = [
  messagesGoOutInOrderAndOnce,
  afterClosedOnlyFarewellsAreLeft,
  budgetsGrowByStableTimeAlone,
  oneServerSessionAtATime,
  whoeverWaitsIsAnswered,
  inTheEndEveryPromiseHasSettled,
]
