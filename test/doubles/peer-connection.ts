import { ChannelDouble } from './channel.js'
import { Emitting, type DoublesWorld } from './emitting.js'
import { TrackDouble } from './media.js'
import { sectionsOf, written } from './sdp.js'
import { SenderDouble, TransceiverDouble } from './transceiver.js'

/** What an m-line carries. */
type Carried = TransceiverDouble | 'application'

const refusal = (name: string, message: string) => new DOMException(message, name)

/**
 * An `RTCPeerConnection` (webrtc-pc 4.4) as far as the engine goes: the signalling state machine for offers of its own,
 * mids that are numbered afresh after each createOffer and rollback as browsers do, and one operation after another.
 */
export class PeerConnectionDouble extends Emitting {
  signalingState: RTCSignalingState = 'stable'
  connectionState: RTCPeerConnectionState = 'new'
  iceConnectionState: RTCIceConnectionState = 'new'
  localDescription: RTCSessionDescriptionInit | null = null
  remoteDescription: RTCSessionDescriptionInit | null = null
  sctp: { readonly maxMessageSize: number } | null = null
  onicecandidate: ((event: object) => void) | null = null
  readonly channels: ChannelDouble[] = []
  readonly #transceivers: TransceiverDouble[] = []
  /** The m-lines of the last applied answer, and of the last offer made. */
  #lines: readonly Carried[] = []
  #offered: readonly Carried[] = []
  #channelMid: string | null = null
  #mids = 0
  #offers = 0
  #operations: Promise<unknown> = Promise.resolve()

  constructor(
    world: DoublesWorld,
    readonly configuration: RTCConfiguration = {},
  ) {
    super(world)
    world.calls.sync('new RTCPeerConnection', () => world.peers.push(this))
  }

  createDataChannel(label: string, init?: RTCDataChannelInit): ChannelDouble {
    return this.world.calls.sync('pc.createDataChannel', () => {
      this.#assertOpen()
      const channel = new ChannelDouble(this.world, label, init)
      this.channels.push(channel)
      return channel
    })
  }

  addTransceiver(from: 'audio' | 'video' | TrackDouble, init: RTCRtpTransceiverInit = {}): TransceiverDouble {
    return this.world.calls.sync('pc.addTransceiver', () => {
      this.#assertOpen()
      const [kind, track] = typeof from === 'string' ? [from, null] : [from.kind, from]
      const closed = () => this.signalingState === 'closed'
      const sender = new SenderDouble(this.world, kind, track, closed, init.sendEncodings)
      const transceiver = new TransceiverDouble(this.world, kind, sender, init.direction ?? 'sendrecv')
      this.#transceivers.push(transceiver)
      return transceiver
    })
  }

  getTransceivers(): TransceiverDouble[] {
    return [...this.#transceivers]
  }

  createOffer(): Promise<RTCSessionDescriptionInit> {
    return this.#operation('pc.createOffer', () => {
      const fresh = this.#transceivers.filter((transceiver) => !this.#lines.includes(transceiver))
      const channel: Carried[] = this.channels.length > 0 && !this.#lines.includes('application') ? ['application'] : []
      this.#offered = [...this.#lines, ...fresh, ...channel]
      this.#offers += 1
      const sections = this.#offered.map((carried) => ({
        kind: carried === 'application' ? carried : carried.kind,
        mid: this.#midOf(carried) ?? this.#nextMid(),
        direction: carried === 'application' ? '' : carried.direction,
      }))
      const origin = `${this.world.peers.indexOf(this) + 1} ${this.#offers}`
      return { type: 'offer' as const, sdp: written(origin, sections, 'actpass') }
    })
  }

  setLocalDescription(description: RTCSessionDescriptionInit): Promise<void> {
    return this.#operation('pc.setLocalDescription', () => {
      if (description.type === 'rollback') return this.#rollBack()
      if (description.type !== 'offer' || !['stable', 'have-local-offer'].includes(this.signalingState))
        throw refusal('InvalidStateError', `${description.type} in ${this.signalingState}`)
      const sections = sectionsOf(description.sdp ?? '')
      const fits = sections.length === this.#offered.length && new Set(sections.map(({ mid }) => mid)).size
      if (fits !== this.#offered.length) throw refusal('InvalidModificationError', 'not the offer that was made')
      this.#offered.forEach((carried, line) => {
        const { mid = '' } = sections[line] ?? {}
        if (this.#lines.includes(carried) && this.#midOf(carried) !== mid)
          throw refusal('InvalidModificationError', 'a negotiated mid changed')
        this.#setMid(carried, mid)
      })
      this.localDescription = description
      this.#become('have-local-offer')
      this.#gather()
    })
  }

  setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
    return this.#operation('pc.setRemoteDescription', () => {
      if (type !== 'answer' || this.signalingState !== 'have-local-offer')
        throw refusal('InvalidStateError', `${type} in ${this.signalingState}`)
      if (!sdp.startsWith('v=0')) throw refusal('OperationError', `Failed to parse SessionDescription. ${sdp}`)
      const sections = sectionsOf(sdp)
      const fits = sections.every(({ mid }, line) => mid === this.#midOf(this.#offered[line] as Carried))
      if (sections.length !== this.#offered.length || !fits || !/^a=fingerprint:sha-256 \S/m.test(sdp))
        throw refusal('InvalidAccessError', `not an answer to the offer: ${sdp}`)
      this.#lines = this.#offered
      for (const carried of this.#lines) if (carried !== 'application') carried.currentDirection = carried.direction
      this.remoteDescription = { type, sdp }
      this.#become('stable')
      if (this.connectionState === 'new') this.#join()
    })
  }

  addIceCandidate(): Promise<void> {
    return this.#operation('pc.addIceCandidate', () => {})
  }

  getStats(): Promise<Map<string, object>> {
    return this.world.calls.promise('pc.getStats', () => new Map())
  }

  close(): void {
    this.world.calls.sync('pc.close', () => {
      this.signalingState = 'closed'
      this.connectionState = 'closed'
      for (const channel of this.channels) channel.readyState = 'closed'
    })
  }

  /** ICE and DTLS reach this state. */
  transport(state: RTCPeerConnectionState): void {
    if (this.connectionState === 'closed' || this.connectionState === state) return
    this.connectionState = state
    for (const channel of this.channels) channel.cut = state === 'disconnected' || state === 'failed'
    this.tell('connectionstatechange')
  }

  /** One after another, and none once it is closed: those under way then never end (webrtc-pc 4.4.1.2). */
  #operation<T>(name: string, run: () => T): Promise<T> {
    const before = this.#operations
    const result = this.world.calls.promise(name, async () => {
      this.#assertOpen()
      await before
      if (this.signalingState === 'closed') return new Promise<never>(() => {})
      return run()
    })
    this.#operations = result.catch(() => {})
    return result
  }

  #rollBack(): void {
    if (this.signalingState !== 'have-local-offer')
      throw refusal('InvalidStateError', `rollback in ${this.signalingState}`)
    for (const carried of this.#offered) if (!this.#lines.includes(carried)) this.#setMid(carried, null)
    this.#become('stable')
  }

  #become(state: RTCSignalingState): void {
    this.signalingState = state
    this.tell('signalingstatechange')
  }

  #gather(): void {
    if (this.remoteDescription) return
    const candidate = 'candidate:1 1 udp 2122260223 192.0.2.1 5000 typ host'
    for (const [ms, found] of [1, 2].map((at) => [at, at === 1 ? { candidate } : null] as const))
      this.world.clock.later(ms, () => {
        if (this.connectionState !== 'closed') this.tell('icecandidate', { candidate: found })
      })
  }

  /** Once both descriptions are there the path comes up, as far as the network lets it. */
  #join(): void {
    this.sctp = { maxMessageSize: 262_144 }
    this.transport('connecting')
    const { network, clock } = this.world
    clock.later(20, () => network.transport && this.transport('connected'))
    clock.later(25, () => {
      if (network.transport && network.channel) for (const channel of this.channels) channel.opens()
    })
  }

  #assertOpen(): void {
    if (this.signalingState === 'closed') throw refusal('InvalidStateError', 'the peer connection is closed')
  }

  #midOf(carried: Carried): string | null {
    return carried === 'application' ? this.#channelMid : carried.mid
  }

  #setMid(carried: Carried, mid: string | null): void {
    if (carried === 'application') this.#channelMid = mid
    else carried.mid = mid
  }

  #nextMid(): string {
    this.#mids += 1
    return String(this.#mids - 1)
  }
}
