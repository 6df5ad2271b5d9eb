import type { Candidate } from '../transport/candidates.js'
import { priorityOf } from '../transport/candidates.js'
import type { Transport } from '../transport/transport.js'
import { withHandlers } from './events.js'

const shown = (candidate: Partial<Candidate> & { address: string; port: number }): object => ({
  candidate: '',
  component: 'rtp',
  foundation: candidate.foundation ?? null,
  priority: candidate.priority ?? priorityOf('prflx'),
  protocol: 'udp',
  type: candidate.type ?? 'prflx',
  address: candidate.address,
  port: candidate.port,
  usernameFragment: candidate.ufrag ?? null,
})

/** An `RTCIceTransport` (webrtc-pc 5.6). Its state is set by the task that fires the event. */
export class IceTransport extends EventTarget {
  state: RTCIceTransportState = 'new'
  gatheringState: RTCIceGathererState = 'new'
  readonly component = 'rtp'
  readonly #transport: () => Transport | undefined

  constructor(transport: () => Transport | undefined) {
    super()
    this.#transport = transport
  }

  get role(): RTCIceRole {
    const transport = this.#transport()
    if (!transport) return 'unknown' as RTCIceRole
    return transport.ice.controlling ? 'controlling' : 'controlled'
  }

  getSelectedCandidatePair(): object | null {
    const transport = this.#transport()
    const selected = transport?.ice.selected
    const [local] = transport?.candidates ?? []
    return selected && local ? { local: shown(local), remote: shown(selected.remote) } : null
  }

  getLocalCandidates(): object[] {
    return (this.#transport()?.candidates ?? []).map(shown)
  }
}

/** An `RTCDtlsTransport` (webrtc-pc 5.5). */
export class DtlsTransport extends EventTarget {
  state: RTCDtlsTransportState = 'new'

  constructor(readonly iceTransport: IceTransport) {
    super()
  }

  getRemoteCertificates(): ArrayBuffer[] {
    return []
  }
}

/** An `RTCSctpTransport` (webrtc-pc 6.1). */
export class SctpTransport extends EventTarget {
  state: RTCSctpTransportState = 'connecting'
  readonly maxChannels = 65_535

  constructor(
    readonly transport: DtlsTransport,
    /** Bytes of a message that the far side takes. */
    public maxMessageSize: number,
  ) {
    super()
  }
}

withHandlers(IceTransport.prototype, ['statechange', 'gatheringstatechange', 'selectedcandidatepairchange'])
withHandlers(DtlsTransport.prototype, ['statechange', 'error'])
withHandlers(SctpTransport.prototype, ['statechange'])
