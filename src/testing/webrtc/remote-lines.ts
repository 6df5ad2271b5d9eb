import { learn } from './codec-matching.js'
import type { Connection } from './connection.js'
import { keepChannelMid } from './channel-line.js'
import { receives, reversed, sends, type Direction } from './directions.js'
import { addTransceiver } from './make-transceiver.js'
import { associate, removeRemote, type Effects } from './remote-tracks.js'
import { isMedia, type Description, type Section } from './section.js'
import type { Kind } from './track.js'
import type { Transceiver } from './transceiver.js'

/**
 * The transceiver of an offered line (JSEP 5.10): the associated one; where something can be sent, the first that
 * addTrack made and that has no line yet; else a new one that only receives.
 */
const found = (connection: Connection, { kind, mid, direction }: Section): Transceiver => {
  const { stoppedKeepsLine } = connection.quirks
  const suits = (transceiver: Transceiver) =>
    transceiver.kind === kind &&
    transceiver.mid === null &&
    transceiver.createdByAddTrack &&
    (!transceiver.stopping || stoppedKeepsLine)
  const free = receives(direction) ? connection.transceivers.find(suits) : undefined
  const transceiver = connection.transceiverOf(mid) ?? free ?? added(connection, kind as Kind)
  transceiver.mid = mid
  return transceiver
}

const added = (connection: Connection, kind: Kind): Transceiver => {
  const transceiver = addTransceiver(connection, kind, null, { direction: 'recvonly' })
  transceiver.madeByRemote = true
  return transceiver
}

const apply = (
  connection: Connection,
  section: Section,
  transceiver: Transceiver,
  answer: boolean,
  effects: Effects,
): void => {
  if (transceiver.stopped) return
  // The direction as this side sees it; what is rejected has none.
  const direction: Direction = section.rejected ? 'inactive' : reversed(section.direction)
  const added = effects.added
  associate(connection, transceiver, receives(direction) ? section.msids : [], effects)
  const fired = receives(transceiver.firedDirection)
  if (receives(direction) && (effects.added > added || !fired)) effects.track(transceiver)
  if (!receives(direction)) {
    transceiver.receptive = false
    if (fired) removeRemote(connection, transceiver, effects)
  }
  transceiver.firedDirection = direction
  if (answer) {
    transceiver.receptive = receives(direction)
    transceiver.sender.codecs = section.codecs
    transceiver.receiver.codecs = section.codecs
    transceiver.negotiated = direction
    if (sends(direction)) transceiver.everSent = true
  }
  if (section.rejected) transceiver.end()
}

/** The lines of a remote description (webrtc-pc 4.4.1.5, step 10, remote). */
export const applyRemote = (connection: Connection, description: Description, effects: Effects): void => {
  const answer = description.type !== 'offer'
  for (const section of description.sections) {
    connection.knownMids.add(section.mid)
    // JSEP 5.2.2: what has a number keeps it, whoever gave it, and nothing else may have it.
    learn(section.codecs, connection.payloads)
    for (const { uri, value } of section.extensions) connection.extensions.learn(uri, value)
    if (section.kind === 'application') keepChannelMid(connection, section)
    if (!isMedia(section)) continue
    // Nobody makes a transceiver for a line that is offered as rejected.
    const known = connection.transceiverOf(section.mid)
    if (!known && (answer || (section.rejected && !connection.quirks.makesRejected))) continue
    apply(connection, section, known ?? found(connection, section), answer, effects)
  }
}
