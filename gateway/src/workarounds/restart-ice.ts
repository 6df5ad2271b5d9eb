import type { RTCPeerConnection } from 'werift'

/**
 * An offer with new ICE credentials restarts the ICE of werift 0.25.2 only half. To be made before `setRemoteDescription`.
 */
export const restartIce = (pc: RTCPeerConnection) => {
  const before = pc.iceTransports.map((transport) => ({
    transport,
    restarts: transport.iceRestarts,
    pair: transport.connection.nominated,
  }))
  const restarted = () => before.filter(({ transport, restarts }) => transport.iceRestarts !== restarts)
  return {
    /**
     * After `setRemoteDescription`: werift forgets its path at once, so that nothing leaves any more, not even the answer when
     * it travels by the channel. RFC 8445 9 keeps the former pair in use until the new one is chosen.
     */
    keepPath: (): void => {
      for (const { transport, pair } of restarted()) if (pair) transport.connection.nominated = pair
    },
    /** After `setLocalDescription`: werift does not run the ICE transport again, because DTLS is already up. */
    start: (): void => {
      // rejects only when the session ends while ICE still runs
      for (const { transport } of restarted()) transport.start().catch(() => undefined)
    },
  }
}
