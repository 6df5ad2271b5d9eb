import type { RTCPeerConnection } from 'werift'

const neverSeconds = 100_000

/**
 * The SCTP heartbeat of werift 0.25.2 (every 30 s) starts a back-off when it falls into a hole of the path, and then delays
 * one later message by a second. ICE already tells whether the path lives. Has to be called once SCTP exists.
 */
export const quietSctpHeartbeat = (pc: RTCPeerConnection): void => {
  pc.sctpTransport?.sctp.setHeartbeatInterval(neverSeconds)
}
