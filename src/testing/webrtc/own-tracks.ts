import type { Connection } from './connection.js'
import { directionOf, receives, sends } from './directions.js'
import { refusal } from './errors.js'
import { addTransceiver } from './make-transceiver.js'
import { updateNegotiationNeeded } from './negotiation-needed.js'
import type { Sender } from './sender.js'
import type { Stream } from './stream.js'
import type { Track } from './track.js'

/** addTrack (webrtc-pc 5.1): on a line that never sent, else on a new one. */
export const addTrack = (connection: Connection, track: Track, streams: readonly Stream[]): Sender => {
  const { transceivers, quirks } = connection
  if (transceivers.some(({ sender, stopped }) => sender.track === track && !stopped))
    throw refusal('InvalidAccessError', 'a sender exists for this track')
  const free = transceivers.find(
    ({ sender, kind, stopping, everSent }) =>
      !sender.track && kind === track.kind && !everSent && (!stopping || quirks.addTrackMeetsStopping),
  )
  if (free?.stopping) throw refusal('InvalidAccessError', 'The existing transceiver is stopping.')
  const transceiver = free ?? addTransceiver(connection, track.kind, track, { streams })
  transceiver.usedByAddTrack = true
  if (!free) transceiver.createdByAddTrack = true
  if (free) {
    free.sender.track = track
    free.sender.streamIds = [...new Set(streams.map(({ id }) => id))]
    free.turn(directionOf(true, receives(free.direction)))
  }
  updateNegotiationNeeded(connection)
  return transceiver.sender
}

/** removeTrack (webrtc-pc 5.1): the line stays. */
export const removeTrack = (connection: Connection, sender: Sender): void => {
  const transceiver = connection.transceivers.find((one) => one.sender === sender)
  if (!transceiver) {
    if (sender.isOf(connection)) return
    throw refusal('InvalidAccessError', 'the sender is of another connection')
  }
  if (transceiver.stopping || !sender.track) return
  sender.track = null
  if (sends(transceiver.direction)) transceiver.turn(directionOf(false, receives(transceiver.direction)))
  updateNegotiationNeeded(connection)
}
