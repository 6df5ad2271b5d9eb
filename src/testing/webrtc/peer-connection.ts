import { addIceCandidate } from './add-candidate.js'
import { changedSettings, settingsOf } from './configuration.js'
import { Connection } from './connection.js'
import { createAnswer } from './create-answer.js'
import { createOffer } from './create-offer.js'
import { Channels } from './data-channels.js'
import type { DataChannel } from './data-channel.js'
import { setLocal, setRemote } from './descriptions.js'
import { directionOf, receives, sends } from './directions.js'
import { closedError, refusal } from './errors.js'
import { withHandlers } from './events.js'
import { addTransceiver } from './make-transceiver.js'
import { Pump } from './media.js'
import { updateNegotiationNeeded } from './negotiation-needed.js'
import { operation } from './operations.js'
import { Path, taggedLine } from './path.js'
import type { WebRtcPlace } from './place.js'
import type { Receiver } from './receiver.js'
import { withCandidates } from './sdp-write.js'
import type { Description } from './section.js'
import { Sender } from './sender.js'
import { selected, statsOf } from './stats.js'
import type { Stream } from './stream.js'
import { Track, type Kind } from './track.js'
import type { Transceiver } from './transceiver.js'
import type { SctpTransport } from './transports.js'

/** An RTCSessionDescription (webrtc-pc 4.6.2). */
const shown = (type: RTCSdpType, sdp: string): RTCSessionDescription => ({ type, sdp, toJSON: () => ({ type, sdp }) })

const EVENTS = [
  'negotiationneeded',
  'icecandidate',
  'icecandidateerror',
  'signalingstatechange',
  'iceconnectionstatechange',
  'icegatheringstatechange',
  'connectionstatechange',
  'track',
  'datachannel',
]

/** An `RTCPeerConnection` (webrtc-pc 4.4.2): its methods up to where they go through the operations chain. */
export class PeerConnection extends EventTarget {
  readonly #slots: Connection

  constructor(place: WebRtcPlace, number: number, configuration?: RTCConfiguration) {
    super()
    const settings = settingsOf(configuration)
    const slots = new Connection(place, number, this)
    slots.settings = settings
    slots.path = new Path(slots)
    slots.channels = new Channels(slots)
    slots.pump = new Pump(slots)
    this.#slots = slots
  }

  /** The process ends: nobody is told, here nor there. */
  drop(): void {
    this.#slots.closed = true
    this.#slots.pump.stop()
    this.#slots.path.transport?.close(true)
  }

  get signalingState(): RTCSignalingState {
    return this.#slots.signalingState
  }

  get iceConnectionState(): RTCIceConnectionState {
    return this.#slots.path.iceConnectionState
  }

  get connectionState(): RTCPeerConnectionState {
    return this.#slots.path.connectionState
  }

  get iceGatheringState(): RTCIceGatheringState {
    return this.#slots.path.iceGatheringState
  }

  get canTrickleIceCandidates(): boolean | null {
    return this.#slots.trickles
  }

  get sctp(): SctpTransport | null {
    return this.#slots.channels.sctp
  }

  get localDescription(): RTCSessionDescription | null {
    return this.#localOf(this.#slots.local)
  }

  get currentLocalDescription(): RTCSessionDescription | null {
    return this.#localOf(this.#slots.descriptions.currentLocal)
  }

  get pendingLocalDescription(): RTCSessionDescription | null {
    return this.#localOf(this.#slots.descriptions.pendingLocal)
  }

  get remoteDescription(): RTCSessionDescription | null {
    return this.#remoteOf(this.#slots.remote)
  }

  get currentRemoteDescription(): RTCSessionDescription | null {
    return this.#remoteOf(this.#slots.descriptions.currentRemote)
  }

  get pendingRemoteDescription(): RTCSessionDescription | null {
    return this.#remoteOf(this.#slots.descriptions.pendingRemote)
  }

  createOffer(options?: RTCOfferOptions): Promise<RTCSessionDescriptionInit> {
    return operation(this.#slots, () => ({ type: 'offer', sdp: createOffer(this.#slots, options) }))
  }

  createAnswer(): Promise<RTCSessionDescriptionInit> {
    return operation(this.#slots, () => ({ type: 'answer', sdp: createAnswer(this.#slots) }))
  }

  setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
    if (!description && !this.#slots.quirks.describesItself) throw new TypeError('a description is required')
    return operation(this.#slots, () => setLocal(this.#slots, description ?? {}))
  }

  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    if (!['offer', 'pranswer', 'answer', 'rollback'].includes(description?.type))
      return Promise.reject(new TypeError('a description needs a type'))
    return operation(this.#slots, () => setRemote(this.#slots, description))
  }

  addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
    return addIceCandidate(this.#slots, candidate)
  }

  /** No step but to note it, and to say that negotiation is needed (webrtc-pc 4.4.2). */
  restartIce(): void {
    if (this.#slots.closed) return
    this.#slots.path.restart()
    updateNegotiationNeeded(this.#slots)
  }

  getConfiguration(): RTCConfiguration {
    return { ...this.#slots.settings, iceServers: this.#slots.settings.iceServers.map((server) => ({ ...server })) }
  }

  setConfiguration(configuration: RTCConfiguration = {}): void {
    this.#assertOpen()
    const { settings, local } = this.#slots
    this.#slots.settings = changedSettings(settings, configuration, local !== undefined)
  }

  createDataChannel(label: string, init?: RTCDataChannelInit): DataChannel {
    this.#assertOpen()
    return this.#slots.channels.create(String(label), init)
  }

  getSenders(): Sender[] {
    return this.#slots.transceivers.filter(({ stopped }) => !stopped).map(({ sender }) => sender)
  }

  getReceivers(): Receiver[] {
    return this.#slots.transceivers.filter(({ stopped }) => !stopped).map(({ receiver }) => receiver)
  }

  getTransceivers(): Transceiver[] {
    return [...this.#slots.transceivers]
  }

  addTransceiver(trackOrKind: Track | string, init: RTCRtpTransceiverInit = {}): Transceiver {
    const track = trackOrKind instanceof Track ? trackOrKind : null
    const kind = track?.kind ?? trackOrKind
    if (kind !== 'audio' && kind !== 'video') throw new TypeError(`'${String(kind)}' is not a kind of track`)
    const { direction = 'sendrecv', streams = [], sendEncodings = [] } = init
    if (!['sendrecv', 'sendonly', 'recvonly', 'inactive'].includes(direction))
      throw new TypeError(`'${direction}' is not a direction`)
    this.#assertOpen()
    const transceiver = addTransceiver(this.#slots, kind as Kind, track, {
      direction,
      streams: streams as unknown as Stream[],
      sendEncodings,
    })
    updateNegotiationNeeded(this.#slots)
    return transceiver
  }

  /** addTrack (webrtc-pc 5.1): on a line that never sent, else on a new one. */
  addTrack(track: Track, ...streams: Stream[]): Sender {
    this.#assertOpen()
    const { transceivers, quirks } = this.#slots
    if (transceivers.some(({ sender, stopping }) => sender.track === track && !stopping))
      throw refusal('InvalidAccessError', 'a sender exists for this track')
    const free = transceivers.find(
      ({ sender, kind, stopping, everSent }) =>
        !sender.track && kind === track.kind && !everSent && (!stopping || quirks.addTrackMeetsStopping),
    )
    if (free?.stopping) throw refusal('InvalidAccessError', 'The existing transceiver is stopping.')
    const transceiver = free ?? addTransceiver(this.#slots, track.kind, track, { streams })
    transceiver.usedByAddTrack = true
    if (free) {
      free.sender.track = track
      free.sender.streamIds = [...new Set(streams.map(({ id }) => id))]
      free.turn(directionOf(true, receives(free.direction)))
    }
    updateNegotiationNeeded(this.#slots)
    return transceiver.sender
  }

  /** removeTrack (webrtc-pc 5.1): the line stays. */
  removeTrack(sender: Sender): void {
    this.#assertOpen()
    if (!(sender instanceof Sender)) throw new TypeError('not a sender')
    const transceiver = this.#slots.transceivers.find((one) => one.sender === sender)
    if (!transceiver) {
      if (sender.transceiver?.stopped) return
      throw refusal('InvalidAccessError', 'the sender is of another connection')
    }
    if (transceiver.stopping || !sender.track) return
    sender.track = null
    if (sends(transceiver.direction)) transceiver.turn(directionOf(false, receives(transceiver.direction)))
    updateNegotiationNeeded(this.#slots)
  }

  getStats(selector: Track | null = null): Promise<Map<string, object>> {
    if (!selector) return statsOf(this.#slots, null)
    try {
      return statsOf(this.#slots, selected(this.#slots, selector))
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  /** close() (webrtc-pc 4.4.2): no event, and what is under way never settles. */
  close(): void {
    const slots = this.#slots
    if (slots.closed) return
    slots.closed = true
    slots.signalingState = 'closed'
    slots.pump.stop()
    for (const transceiver of slots.transceivers) transceiver.endSilently()
    if (slots.quirks.forgetsTransceivers) slots.transceivers = []
    slots.channels.close()
    slots.path.close()
    if (slots.quirks.tellsItsClose) slots.tasks.soon(slots.source, () => slots.fire('signalingstatechange'))
  }

  #localOf(description: Description | undefined): RTCSessionDescription | null {
    if (!description) return null
    const { path } = this.#slots
    const ufrag = taggedLine(description)?.ice?.ufrag
    return shown(description.type, withCandidates(description.sdp, path.candidates(ufrag)))
  }

  #remoteOf(description: Description | undefined): RTCSessionDescription | null {
    return description ? shown(description.type, description.sdp) : null
  }

  #assertOpen(): void {
    if (this.#slots.closed) throw closedError()
  }
}

withHandlers(PeerConnection.prototype, EVENTS)
