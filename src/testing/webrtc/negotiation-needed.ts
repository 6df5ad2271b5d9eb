import type { Connection } from './connection.js'
import { both, reversed, sends } from './directions.js'
import { sectionOf, type Section } from './section.js'
import type { Transceiver } from './transceiver.js'

/** Updates the negotiation-needed flag (webrtc-pc 4.7.3). */
export const updateNegotiationNeeded = (connection: Connection): void => {
  connection.changes += 1
  // Step 1: an operation may do what is needed; the check comes when the chain is empty.
  if (connection.operations.length > 0) {
    connection.updateOnEmptyChain = true
    return
  }
  if (connection.quirks.checksAtOnce) return checkAtOnce(connection)
  connection.queue(() => check(connection))
}

/** As a stack does that queues the event, not the check. */
const checkAtOnce = (connection: Connection): void => {
  if (connection.signalingState !== 'stable') return
  const needed = isNegotiationNeeded(connection)
  const known = connection.negotiationNeeded
  connection.negotiationNeeded = needed
  if (needed && !known) connection.queue(() => connection.fire('negotiationneeded'))
}

/** Steps 2.2 to 2.7, in the queued task. */
const check = (connection: Connection): void => {
  if (connection.operations.length > 0) {
    connection.updateOnEmptyChain = true
    return
  }
  if (connection.signalingState !== 'stable') return
  if (!isNegotiationNeeded(connection)) {
    connection.negotiationNeeded = false
    return
  }
  if (connection.negotiationNeeded) return
  connection.negotiationNeeded = true
  connection.fire('negotiationneeded')
}

/** Checks if negotiation is needed (webrtc-pc 4.7.3). */
export const isNegotiationNeeded = (connection: Connection): boolean => {
  const { currentLocal } = connection.descriptions
  // Step 2: [[LocalIceCredentialsToReplace]].
  if (connection.path.restarting) return true
  // Step 4: channels, and no line for them.
  const line = currentLocal?.sections.some(({ kind }) => kind === 'application')
  if (connection.channels.any && (!line || connection.channels.refused)) return true
  return connection.transceivers.some((transceiver) => isUnnegotiated(connection, transceiver))
}

/** Step 5: whether a transceiver is not as it was negotiated. */
const isUnnegotiated = (connection: Connection, transceiver: Transceiver): boolean => {
  // 5.1, 5.2
  if (transceiver.stopping && !transceiver.stopped) return true
  if (transceiver.stopped) return false
  const local = sectionOf(connection.descriptions.currentLocal, transceiver.mid)
  if (!local) return true
  const { direction } = transceiver
  return (
    (sends(direction) && !hasStreams(local, transceiver)) || !isDirection(connection, direction, local, transceiver.mid)
  )
}

/** 5.3.1: the msid lines name the streams of the sender. */
const hasStreams = ({ msids }: Section, { sender }: Transceiver): boolean => {
  const named = msids.map(({ stream }) => stream).filter((stream) => stream !== '-')
  return (
    msids.length > 0 && named.length === sender.streamIds.length && sender.streamIds.every((id) => named.includes(id))
  )
}

/** 5.3.2 and 5.3.3: the direction is the one that was described. */
const isDirection = ({ descriptions }: Connection, direction: string, local: Section, mid: string | null): boolean => {
  const { currentLocal, currentRemote } = descriptions
  const remote = sectionOf(currentRemote, mid)
  if (!remote) return false
  if (currentLocal?.type === 'offer') return local.direction === direction || reversed(remote.direction) === direction
  return local.direction === both(direction, reversed(remote.direction))
}
