import type { Connection } from './connection.js'
import { encodingsOf } from './encodings.js'
import { Receiver } from './receiver.js'
import { Sender } from './sender.js'
import type { StackName } from './quirks.js'
import { capabilitiesOf } from './stack-codecs.js'
import type { Stream } from './stream.js'
import type { Kind, Track } from './track.js'
import { Transceiver } from './transceiver.js'

/** The classes of a stack: what it can do is asked of them. */
const classesOf = (stack: StackName | undefined) => {
  const getCapabilities = capabilitiesOf(stack)
  class StackSender extends Sender {
    static readonly getCapabilities = getCapabilities
  }
  class StackReceiver extends Receiver {
    static readonly getCapabilities = getCapabilities
  }
  return { StackSender, StackReceiver }
}

const classes = new Map<StackName | undefined, ReturnType<typeof classesOf>>()

interface Init {
  readonly direction?: RTCRtpTransceiverDirection
  readonly streams?: readonly Stream[]
  readonly sendEncodings?: readonly RTCRtpEncodingParameters[]
}

/** Makes a sender, a receiver and a transceiver of both, the last of the connection (webrtc-pc 5.1, 5.4). */
export const addTransceiver = (connection: Connection, kind: Kind, track: Track | null, init: Init): Transceiver => {
  const { direction = 'sendrecv', streams = [], sendEncodings } = init
  const { stack } = connection.place
  const { StackSender, StackReceiver } = classes.get(stack) ?? classesOf(stack)
  classes.set(stack, { StackSender, StackReceiver })
  const encodings = encodingsOf(kind, sendEncodings, connection.quirks.checksSound)
  const sender = new StackSender(connection, kind, { track, streams, encodings })
  const transceiver = new Transceiver(connection, sender, new StackReceiver(connection, kind), direction)
  connection.transceivers.push(transceiver)
  return transceiver
}
