import type { Rung } from '../../src/index.js'
import type { ErrorFacts } from '../../src/errors.js'
import { prose } from '../../src/testing/explore/types.js'
import type { Finding } from '../live-charts.js'
import type { Life } from '../life.js'
import type { Party } from '../party.js'
import type { RestInvariant, Scene } from './types.js'

/** Why a ladder was given up though something was left to try; nothing: the table explains it. */
export const unexplained = (
  error: ErrorFacts | undefined,
  ladder: readonly Rung[],
  /** Of each rung, since the session was stable for long; none where no recovery had begun. */
  spent: readonly number[],
): string | undefined => {
  if (!error) return 'failed without a reason'
  const { code, fatal, retryable, message } = error
  if (fatal || (code === 'timeout' && message.includes('"recovery"'))) return undefined
  // A first connect is tried once: its own reason is all there is.
  if (spent.length === 0 && ladder.length > 0)
    return retryable || /^(aborted|no-gateway|offer-failed|internal)$/.test(code) ? undefined : `failed of ${code}`
  // Not held against `error.tried`: a try that succeeded, and was followed by another loss, is spent and not told there.
  const left = ladder.filter(({ way, tries }, rung) => way === 'rejoin' && (spent[rung] ?? 0) < tries)
  return left.length > 0
    ? `given up of ${code}, though there was left: ${left.map(({ name }) => name).join(', ')}`
    : undefined
}

const isSettled = ({ socket, closed, gone, charts }: Life): boolean => {
  if (closed || gone) return true
  const { peerState, charts: states } = socket.getSnapshot()
  if (peerState === 'failed' || peerState === 'created') return true
  const { waiting, sent, delivered, unconfirmed } = socket.messages
  return (
    states.connection === 'connected.stable' &&
    waiting === 0 &&
    sent === delivered + unconfirmed &&
    charts.configuration('channel')?.state.endsWith('confirmed') === true
  )
}

/** Whether nothing is under way any more. */
export const settled = ({ parties }: Scene): boolean => parties.every(({ life }) => isSettled(life))

/** Once faults have stopped, a session that was not closed is connected again, or failed with a reason that the ladder explains. */
const aSessionLivesAgainOrSaysWhy: RestInvariant = ({ life }) => {
  if (life.closed || life.gone) return undefined
  const { peerState, charts, lastError } = life.socket.getSnapshot()
  if (peerState === 'failed') return unexplained(lastError, life.ladder, life.spent)
  return (
    peerState !== 'connected' &&
    peerState !== 'created' &&
    `it is ${peerState}: ${charts.connection}, ${charts.channel}`
  )
}

/** And its outbox is empty: nothing waits, and of all that was sent it is known whether it arrived. */
const theOutboxIsEmpty: RestInvariant = ({ life }) => {
  if (life.closed || life.gone || life.socket.peerState !== 'connected') return undefined
  const { waiting, sent, delivered, unconfirmed } = life.socket.messages
  return (
    (waiting > 0 || sent > delivered + unconfirmed) &&
    `waiting ${waiting}, sent ${sent}, delivered ${delivered}, unconfirmed ${unconfirmed}; ${life.socket.getSnapshot().charts.channel}`
  )
}

/**
 * A peer has one session at a gateway at the most. Looked at only now: a session that could not be told, or must not be
 * since its id may be another's, is dropped by the server's own silence of 51 s; and a gateway that is not that of the
 * session any more knows nothing of the newer one.
 */
const aSocketHasOneServerSession: RestInvariant = ({ name }, { world }) => {
  const seats = world.gateways.flatMap(({ peers, url }) => peers.filter(({ peer }) => peer === name).map(() => url))
  return seats.length > 1 && `sessions at ${seats.join(', ')}`
}

/** What must hold when nothing is under way any more. */
export const REST_INVARIANTS: readonly RestInvariant[] = [
  aSessionLivesAgainOrSaysWhy,
  theOutboxIsEmpty,
  aSocketHasOneServerSession,
]

/** Whether no peer has more sessions at the gateways than it may. */
export const seatsAreSingle = (scene: Scene): boolean =>
  scene.parties.every((party) => !aSocketHasOneServerSession(party, scene))

/** The first thing that is wrong with one of them. */
export const wrongAtRest = (scene: Scene): Finding | undefined => {
  for (const party of scene.parties)
    for (const invariant of REST_INVARIANTS) {
      const complaint = invariant(party, scene)
      if (complaint) return { invariant: prose(invariant.name), complaint: `${party.name}: ${complaint}` }
    }
  return undefined
}

/** Promises and messages whose end nobody was told of, once all is closed. */
export const wrongAtTheEnd = ({ parties }: { readonly parties: readonly Party[] }): Finding | undefined => {
  for (const { name, lives } of parties)
    for (const { promises, messages, gone } of lives) {
      const [open] = promises.open
      if (open) return { invariant: 'every promise settles', complaint: `${name}: ${promises.open.join(', ')}` }
      const { endless } = messages
      if (!gone && endless.length > 0)
        return { invariant: 'every message has its end told', complaint: `${name}: ${endless.join()}` }
    }
  return undefined
}
