import type { RTCPeerConnection } from 'werift'
import { attribute, type Offer } from '../sdp/offer.js'

/**
 * Left alone, werift 0.25.2 answers as DTLS client, and its client waits a fixed 100 ms before it speaks. Has to be called
 * between `setRemoteDescription` and `createAnswer`. An offer that says `passive` leaves only the active role (RFC 5763 5).
 */
export const answerAsDtlsServer = (pc: RTCPeerConnection, offer: Offer): void => {
  const lines = [...offer.session, ...offer.media.flatMap((line) => line.lines)]
  const role = attribute(lines, 'setup') === 'passive' ? 'client' : 'server'
  for (const transport of pc.dtlsTransports) if (transport.state === 'new') transport.role = role
}
