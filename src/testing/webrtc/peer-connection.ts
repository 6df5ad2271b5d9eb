import { addIceCandidate } from './add-candidate.js'
import { changedSettings, settingsOf } from './configuration.js'
import { Connection } from './connection.js'
import { createAnswer } from './create-answer.js'
import { createOffer, offerState } from './create-offer.js'
import { Channels } from './data-channels.js'
import type { DataChannel } from './data-channel.js'
import { describedBy, readOrRefuse, setLocal, setRemote } from './descriptions.js'
import { closedError, plain, refusal } from './errors.js'
import { withHandlers } from './events.js'
import { addTransceiver } from './make-transceiver.js'
import { addTrack, removeTrack } from './own-tracks.js'
import { Pump } from './media.js'
import { updateNegotiationNeeded } from './negotiation-needed.js'
import { making, operation } from './operations.js'
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

const DIRECTIONS = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

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
    const slots = this.#slots
    const make = () => ({ sdp: createOffer(slots, options), from: offerState(slots) })
    return making(slots, make, ({ sdp, from }) => {
      Object.assign(slots, { lastOffer: sdp, lastMade: sdp, offeredFrom: from })
      return { type: 'offer', sdp }
    })
  }

  createAnswer(): Promise<RTCSessionDescriptionInit> {
    const slots = this.#slots
    return making(
      slots,
      () => createAnswer(slots),
      (sdp) => {
        Object.assign(slots, { lastAnswer: sdp, lastMade: sdp })
        return { type: 'answer', sdp }
      },
    )
  }

  setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
    const slots = this.#slots
    if (!description && !slots.quirks.describesItself) throw new TypeError('a description is required')
    const { lastOffer, lastAnswer } = slots
    const given = description ?? {}
    if (given.type) return operation(slots, () => setLocal(slots, given, { lastOffer, lastAnswer }))
    return making(
      slots,
      () => describedBy(slots),
      (made) => setLocal(slots, made, { lastOffer, lastAnswer }, true),
    )
  }

  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const { noType } = this.#slots.quirks
    if (!['offer', 'pranswer', 'answer', 'rollback'].includes(description?.type))
      return Promise.reject(noType ? refusal(noType, 'no type') : new TypeError('a description needs a type'))
    const slots = this.#slots
    if (slots.quirks.parsesAsTypeError && description.type !== 'rollback') {
      // Read before anything is asked.
      try {
        readOrRefuse(slots, description.type, description.sdp ?? '')
      } catch (error) {
        return Promise.reject(error as Error)
      }
    }
    return operation(slots, () => setRemote(slots, description))
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
    const { configurationError } = this.#slots.quirks
    try {
      this.#slots.settings = changedSettings(settings, configuration, local !== undefined)
    } catch (error) {
      throw configurationError && (error as Error).name === 'SyntaxError' ? plain((error as Error).message) : error
    }
  }

  createDataChannel(label: string, init?: RTCDataChannelInit): DataChannel {
    this.#assertOpen()
    return this.#slots.channels.create(String(label), init)
  }

  getSenders(): Sender[] {
    return this.#listed().map(({ sender }) => sender)
  }

  getReceivers(): Receiver[] {
    return this.#listed().map(({ receiver }) => receiver)
  }

  getTransceivers(): Transceiver[] {
    return [...this.#slots.transceivers]
  }

  addTransceiver(trackOrKind: Track | string, init: RTCRtpTransceiverInit = {}): Transceiver {
    const track = trackOrKind instanceof Track ? trackOrKind : null
    const kind = track?.kind ?? trackOrKind
    if (kind !== 'audio' && kind !== 'video') throw new TypeError(`'${String(kind)}' is not a kind of track`)
    const { streams = [], sendEncodings = [] } = init
    const { stoppedDirection } = this.#slots.quirks
    const direction = init.direction === 'stopped' ? (stoppedDirection ?? 'stopped') : (init.direction ?? 'sendrecv')
    if (![...DIRECTIONS, stoppedDirection].includes(direction)) throw new TypeError(`'${direction}' is not a direction`)
    if (this.#slots.closed) throw this.#slots.quirks.closedError ? plain('closed') : closedError()
    const transceiver = addTransceiver(this.#slots, kind as Kind, track, {
      direction,
      streams: streams as unknown as Stream[],
      sendEncodings,
    })
    updateNegotiationNeeded(this.#slots)
    return transceiver
  }

  addTrack(track: Track, ...streams: Stream[]): Sender {
    this.#assertOpen()
    return addTrack(this.#slots, track, streams)
  }

  removeTrack(sender: Sender): void {
    this.#assertOpen()
    if (!(sender instanceof Sender)) throw new TypeError('not a sender')
    removeTrack(this.#slots, sender)
  }

  getStats(selector: Track | null = null): Promise<Map<string, object>> {
    const { closed, quirks } = this.#slots
    if (closed && quirks.lacksStats) return Promise.reject(plain('RTCPeerConnection is closed'))
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
    if (slots.quirks.keepsSenders) slots.listed = slots.transceivers.slice()
    for (const transceiver of slots.transceivers) transceiver.endSilently()
    if (slots.quirks.forgetsTransceivers) slots.forget()
    slots.channels.close()
    slots.path.close()
    if (slots.quirks.forgetsTransceivers) slots.path.iceGatheringState = 'complete'
    if (slots.quirks.tellsItsClose) slots.tasks.soon(slots.source, () => slots.fire('signalingstatechange'))
  }

  /** webrtc-pc 5.1, CollectSenders: of those that are not stopped. */
  #listed(): Transceiver[] {
    const { listed, transceivers } = this.#slots
    return listed ?? transceivers.filter(({ stopped }) => !stopped)
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
