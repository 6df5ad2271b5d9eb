import type { Connection } from './connection.js'
import { keepChannelMid } from './channel-line.js'
import { receives, sends } from './directions.js'
import { removeRemote, type Effects } from './remote-tracks.js'
import { isMedia, type Description, type Section } from './section.js'
import type { Transceiver } from './transceiver.js'

/** The transceiver whose line this is: associated, or the one that the line was made for (webrtc-pc 4.4.1.5, step 10.1). */
const made = ({ transceivers, quirks }: Connection, section: Section, at: number): Transceiver | undefined =>
  transceivers.find(({ mid }) => mid === section.mid) ??
  transceivers.find(
    ({ mid, offeredAt, kind, stopping }) =>
      !mid && offeredAt === at && kind === section.kind && (!stopping || quirks.stoppedKeepsLine),
  )

const apply = (
  connection: Connection,
  section: Section,
  transceiver: Transceiver,
  answer: boolean,
  to: Effects,
): void => {
  const { direction } = section
  const { removesAtOffer } = connection.quirks
  transceiver.mid = section.mid
  if (transceiver.stopped) return
  transceiver.receptive = receives(direction)
  if (!answer && removesAtOffer && !receives(direction) && receives(transceiver.firedDirection)) {
    removeRemote(connection, transceiver, to)
    transceiver.firedDirection = direction
  }
  if (!answer) return
  transceiver.receiver.codecs = section.codecs
  transceiver.sender.codecs = section.codecs
  if (!receives(direction) && receives(transceiver.firedDirection)) removeRemote(connection, transceiver, to)
  transceiver.negotiated = direction
  transceiver.firedDirection = direction
  if (sends(direction)) transceiver.everSent = true
  if (section.rejected) transceiver.end()
}

/** The lines of a local description (webrtc-pc 4.4.1.5, step 10, not remote). */
export const applyLocal = (connection: Connection, description: Description, effects: Effects): void => {
  const answer = description.type !== 'offer'
  for (const [at, section] of description.sections.entries()) {
    if (section.kind === 'application') keepChannelMid(connection, section)
    const transceiver = isMedia(section) ? made(connection, section, at) : undefined
    if (transceiver) apply(connection, section, transceiver, answer, effects)
  }
}
