import type { Connection } from './connection.js'
import { encodingsOf } from './encodings.js'
import { Receiver } from './receiver.js'
import { Sender } from './sender.js'
import type { Stream } from './stream.js'
import type { Kind, Track } from './track.js'
import { Transceiver } from './transceiver.js'

interface Init {
  readonly direction?: RTCRtpTransceiverDirection
  readonly streams?: readonly Stream[]
  readonly sendEncodings?: readonly RTCRtpEncodingParameters[]
}

/** Makes a sender, a receiver and a transceiver of both, the last of the connection (webrtc-pc 5.1, 5.4). */
export const addTransceiver = (connection: Connection, kind: Kind, track: Track | null, init: Init): Transceiver => {
  const { direction = 'sendrecv', streams = [], sendEncodings } = init
  const sender = new Sender(connection, kind, { track, streams, encodings: encodingsOf(kind, sendEncodings) })
  const transceiver = new Transceiver(connection, sender, new Receiver(connection, kind), direction)
  connection.transceivers.push(transceiver)
  return transceiver
}
