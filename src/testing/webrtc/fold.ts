/** iceConnectionState of a connection with one ICE transport, or none (webrtc-pc 4.3.4). */
export const foldIce = (ice: RTCIceTransportState): RTCIceConnectionState => ice

/** connectionState of a connection with one ICE and one DTLS transport (webrtc-pc 4.3.3). */
export const foldConnection = (ice: RTCIceTransportState, dtls: RTCDtlsTransportState): RTCPeerConnectionState => {
  if (ice === 'failed' || dtls === 'failed') return 'failed'
  if (ice === 'disconnected') return 'disconnected'
  const fresh = (state: string) => state === 'new' || state === 'closed'
  if (fresh(ice) && fresh(dtls)) return 'new'
  // "connected": what is closed by the far side counts as connected.
  const up = (state: string) => state === 'connected' || state === 'completed' || state === 'closed'
  return up(ice) && up(dtls) ? 'connected' : 'connecting'
}
