import { project, type SessionContext } from '../../../machines/session.setup.js'
import type { ConnectionState } from '../../../machines/ports.js'
import { CONNECTION_CHANGES, type SessionMemory } from '../environments/session.js'
import { plain } from '../interpreter.js'
import type { Invariant } from '../types.js'

type OfSession = Invariant<SessionContext, SessionMemory>

const POSSIBLE = new Set(
  (Object.keys(CONNECTION_CHANGES) as ConnectionState[]).flatMap((connection) =>
    (['absent', 'opening', 'open', 'held', 'lost'] as const).map((channel) => plain(project({ connection, channel }))),
  ),
)

/** `peer_state` and `dc_state` are always the projection of one moment. */
export const outwardStatesNeverContradict: OfSession = ({ to: { context } }) => {
  const { peerState, dcState } = context
  return !POSSIBLE.has(plain({ peerState, dcState })) && `peer ${peerState}, channel ${dcState}`
}

/** What was said last is what the session holds. */
export const whatIsSaidIsWhatIsHeld: OfSession = ({ to: { context, memory } }) =>
  (memory.dc !== context.dcState || memory.peer !== context.peerState) &&
  `said ${memory.peer} and ${memory.dc}, held ${context.peerState} and ${context.dcState}`

/** `dc_state` and `peer_state` are said once for each change. */
export const aStateIsSaidOncePerChange: OfSession = ({ from, step: { emitted } }) => {
  const last: Record<string, unknown> = { dc_state: from?.memory.dc, peer_state: from?.memory.peer }
  for (const { type, state } of emitted) {
    if (!(type in last)) continue
    if (last[type] === state) return `${type} ${String(state)} twice`
    last[type] = state
  }
  return undefined
}

/** `peer_state` `closed` is the last that an application hears of a session. */
export const nothingIsHeardAfterClosed: OfSession = ({ from, step: { emitted }, to }) =>
  !to.memory.defect && afterClosed(from?.memory.peer, emitted)

/** The same of a session that closed because one of its charts failed. */
export const nothingIsHeardAfterADefect: OfSession = ({ from, step: { emitted }, to }) =>
  to.memory.defect && afterClosed(from?.memory.peer, emitted)

const afterClosed = (peer: string | undefined, emitted: readonly { type: string }[]): string | undefined => {
  // The other outward events settle promises, and are not heard.
  const heard = emitted.map(({ type }) => type).filter((type) => /^(peer_state|dc_state|phase|warning)$/.test(type))
  return peer === 'closed' && heard.length > 0 ? heard.join(', ') : undefined
}

/** `close`, and a page that is left, end a session at once: only farewells are left, and it never opens again. */
export const closingIsForGood: OfSession = ({ from, step: { stimulus }, to }) =>
  from !== undefined &&
  (from.state !== 'open' || /^(close|page\.left)$/.test(stimulus.event.type)) &&
  to.state === 'open' &&
  'it is open'

/** Each generation has one farewell at the most, and only one that was opened has any. */
export const aGenerationHasOneFarewell: OfSession = ({ to: { memory } }) => !memory.defect && repeated(memory.farewells)

/** The same where a chart failed. */
export const aDefectSaysOneFarewell: OfSession = ({ to: { memory } }) => memory.defect && repeated(memory.farewells)

const repeated = (farewells: readonly string[]): string | undefined =>
  new Set(farewells).size < farewells.length || farewells.includes('farewell-0') ? farewells.join(', ') : undefined

/** Once it closes, a session passes no command of the application on. */
export const aClosingSessionPassesNothingOn: OfSession = ({ from, step: { stimulus, sent } }) =>
  from?.state === 'closing' &&
  stimulus.cause === 'application' &&
  sent.length > 0 &&
  sent.map(({ event }) => event.type).join(', ')

/** Lines are only added: each keeps its place, kind and role. */
export const linesAreNeverRemoved: OfSession = ({ from, to }) => {
  const kept = (from?.context.lines ?? []).every(({ id, kind, role }, index) => {
    const line = to.context.lines[index]
    return line?.id === id && line.kind === kind && line.role === role
  })
  return !kept && 'a line changed its place'
}

/** A track has one line at the most, and a line that is owned belongs to a track that lives. */
export const aLineBelongsToALivingTrack: OfSession = ({ to: { context } }) => {
  const owners = context.lines.flatMap(({ owner }) => owner ?? [])
  return (
    (new Set(owners).size < owners.length || owners.some((owner) => !context.tracks.includes(owner))) &&
    `owners: ${owners.join()}, tracks: ${context.tracks.join()}`
  )
}

/** As long as no chart failed, what the session sends reaches a running actor. */
export const theSessionSendsToTheLiving: OfSession = ({ from, step: { sent }, to }) => {
  const running = new Set([...(from?.actors ?? []), ...to.actors].map(({ id }) => id))
  const lost = sent.find((one) => !running.has(one.to))
  return !to.memory.defect && to.snapshot.status === 'active' && lost && `${lost.event.type} to ${lost.to}`
}
