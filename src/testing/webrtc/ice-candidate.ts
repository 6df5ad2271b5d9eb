import { read, type Candidate } from '../transport/candidates.js'

/** An `RTCIceCandidate` (webrtc-pc 4.8.1.2). */
export class IceCandidate {
  readonly candidate: string
  readonly sdpMid: string | null
  readonly sdpMLineIndex: number | null
  readonly usernameFragment: string | null
  readonly component: RTCIceComponent | null
  readonly foundation: string | null
  readonly address: string | null
  readonly port: number | null
  readonly priority: number | null
  readonly protocol: RTCIceProtocol | null
  readonly type: RTCIceCandidateType | null
  readonly tcpType = null
  readonly relatedAddress = null
  readonly relatedPort = null

  constructor({ candidate = '', sdpMid = null, sdpMLineIndex = null, usernameFragment = null }: RTCIceCandidateInit) {
    if (sdpMid === null && sdpMLineIndex === null) throw new TypeError('sdpMid and sdpMLineIndex are both null')
    const known = read(candidate)
    const parts: Partial<Candidate> = typeof known === 'object' ? known : {}
    this.candidate = candidate
    this.sdpMid = sdpMid
    this.sdpMLineIndex = sdpMLineIndex
    this.usernameFragment = usernameFragment ?? parts.ufrag ?? null
    this.component = typeof known === 'object' ? 'rtp' : null
    this.foundation = parts.foundation ?? null
    this.address = parts.address ?? null
    this.port = parts.port ?? null
    this.priority = parts.priority ?? null
    this.protocol = typeof known === 'object' ? 'udp' : null
    this.type = parts.type ?? null
  }

  toJSON(): RTCIceCandidateInit {
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = this
    return { candidate, sdpMid, sdpMLineIndex, usernameFragment }
  }
}
