import type { Connection } from './connection.js'
import { receives } from './directions.js'
import { associate, removeRemote, type Effects } from './remote-tracks.js'
import { sectionOf } from './section.js'

/** Notes what a rollback goes back to: the connection leaves the stable state. */
export const keepStable = ({ transceivers, stable }: Connection): void => {
  if (stable.size > 0) return
  for (const transceiver of transceivers) {
    const { mid, receiver, firedDirection } = transceiver
    stable.set(transceiver, { mid, streams: receiver.streams, firedDirection })
  }
}

/** Back to the stable state (webrtc-pc 4.4.1.5, step 11; JSEP 4.1.10.2). */
export const rollBack = (connection: Connection, effects: Effects): void => {
  const { descriptions, stable } = connection
  const { pendingLocal, currentLocal } = descriptions
  descriptions.pendingLocal = undefined
  descriptions.pendingRemote = undefined
  if (pendingLocal) connection.path.rollBack(pendingLocal)
  for (const transceiver of connection.transceivers.slice()) {
    const before = stable.get(transceiver)
    // 11.1: not associated before, so not any more.
    transceiver.mid = before?.mid ?? null
    if (receives(transceiver.firedDirection) && !receives(before?.firedDirection ?? null))
      removeRemote(connection, transceiver, effects)
    else
      associate(
        connection,
        transceiver,
        (before?.streams ?? []).map(({ id }) => ({ stream: id })),
        effects,
      )
    const { removesAtOffer } = connection.quirks
    if (removesAtOffer && before && receives(before.firedDirection) && !receives(transceiver.firedDirection))
      effects.track(transceiver)
    transceiver.firedDirection = before?.firedDirection ?? null
    transceiver.receptive = receives(transceiver.negotiated)
    // 11.4: the description made it, and nobody has used it since.
    if (transceiver.madeByRemote && !before && !transceiver.usedByAddTrack) {
      transceiver.end()
      connection.transceivers = connection.transceivers.filter((one) => one !== transceiver)
    }
  }
  if (!connection.quirks.keepsChannelMid && !sectionOf(currentLocal, connection.channelMid))
    connection.channelMid = null
}
