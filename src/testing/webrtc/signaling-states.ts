/** Who sets a description. */
export type Side = 'local' | 'remote'

type Edge = `${Side} ${RTCSdpType}`

const EDGES: Record<Edge, Partial<Record<RTCSignalingState, RTCSignalingState>>> = {
  'local offer': { stable: 'have-local-offer', 'have-local-offer': 'have-local-offer' },
  'local pranswer': { 'have-remote-offer': 'have-local-pranswer', 'have-local-pranswer': 'have-local-pranswer' },
  'local answer': { 'have-remote-offer': 'stable', 'have-local-pranswer': 'stable' },
  'local rollback': { 'have-local-offer': 'stable', 'have-remote-offer': 'stable' },
  'remote offer': { stable: 'have-remote-offer', 'have-remote-offer': 'have-remote-offer' },
  'remote pranswer': { 'have-local-offer': 'have-remote-pranswer', 'have-remote-pranswer': 'have-remote-pranswer' },
  'remote answer': { 'have-local-offer': 'stable', 'have-remote-pranswer': 'stable' },
  'remote rollback': { 'have-local-offer': 'stable', 'have-remote-offer': 'stable' },
}

/** Where a description leads (webrtc-pc 4.3.1, JSEP 3.2); `undefined`: it is refused in this state. */
export const nextState = (state: RTCSignalingState, side: Side, type: RTCSdpType): RTCSignalingState | undefined =>
  EDGES[`${side} ${type}`][state]
