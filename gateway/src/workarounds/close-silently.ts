import type { RTCPeerConnection } from 'werift'

/**
 * The real server says nothing when it drops a session: no SCTP abort, no DTLS alert; the client finds out by ICE. werift
 * 0.25.2 sends an SCTP abort in `close`, so the way out is cut first.
 */
export const closeSilently = async (pc: RTCPeerConnection): Promise<void> => {
  for (const { connection } of pc.iceTransports) connection.send = () => Promise.resolve()
  await pc.close()
}
