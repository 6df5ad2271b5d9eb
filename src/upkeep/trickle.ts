import type { Work } from './work.js'

/** Hands local candidates to the connector (trickle, RFC 8838), those that were gathered before too. */
export const trickleCandidates = async ({ world, input: { generation }, signal, warn }: Work): Promise<void> => {
  const peer = world.peers.get(generation)
  const session = world.sessions.get(generation)
  if (!peer || !session?.ids) return
  const { nodeId, connId } = session.ids
  const hand = async (event: RTCPeerConnectionIceEvent) => {
    // Null and the empty candidate end a gathering (RFC 8838 section 14); the server does not ask for that.
    if (!event.candidate?.candidate) return
    try {
      await session.connector.iceCandidate(session.url, nodeId, connId, event, { signal })
    } catch (error) {
      // Who has what it needs does not wait for it.
      if (!signal.aborted) warn(error, 'gateway-unreachable', 'establishing')
    }
  }
  for (const event of peer.candidates) void hand(event)
  const told = (event: RTCPeerConnectionIceEvent) => void hand(event)
  peer.pc.addEventListener('icecandidate', told)
  signal.addEventListener('abort', () => peer.pc.removeEventListener('icecandidate', told))
}
