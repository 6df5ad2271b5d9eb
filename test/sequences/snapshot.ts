import { shape } from '../simulator/webrtc/world.js'
import type { Side } from './pair.js'

const described = (description: RTCSessionDescription | null | undefined): string =>
  description ? `${description.type} [${shape(description.sdp).join(', ')}]` : 'none'

const transceiver = ({ names }: Side, one: RTCRtpTransceiver): string => {
  const { mid, direction, currentDirection, sender, receiver } = one
  const track = sender.track ? names.get(sender.track.id) : 'no track'
  return `${mid} ${receiver.track.kind} ${direction}/${currentDirection}, ${track}, receives ${receiver.track.readyState}`
}

/** All that can be seen of an end, one line each. */
export const snapshot = (side: Side): string[] => {
  const { pc, channels, name } = side
  const lines = [
    `signalling ${pc.signalingState}`,
    `gathering ${pc.iceGatheringState}`,
    `ice ${pc.iceConnectionState}`,
    `connection ${pc.connectionState}`,
    `current local ${described(pc.currentLocalDescription)}`,
    `pending local ${described(pc.pendingLocalDescription)}`,
    `current remote ${described(pc.currentRemoteDescription)}`,
    `pending remote ${described(pc.pendingRemoteDescription)}`,
    `senders ${pc.getSenders().length}, receivers ${pc.getReceivers().length}`,
    ...pc.getTransceivers().map((one, at) => `transceiver ${at}: ${transceiver(side, one)}`),
    ...channels.map(({ label, readyState, id }) => `channel ${label} ${readyState} id ${id}`),
  ]
  return lines.map((line) => `${name} = ${line}`)
}
