import { factsOf, failure, RealtimeError, type ErrorFacts } from '../errors.js'
import type { ISessionConfig } from '../interfaces/config.js'
import type { SenderInfo } from '../interfaces/connector.js'
import type { Environment } from '../interfaces/environment.js'
import type { IRealtimeSocketOptions } from '../interfaces/options.js'
import type { OfferFacts } from '../machines/ports.js'
import type { GatewayProtocol } from '../protocol/gateway-protocol.js'
import { mediaLines, mismatch, withMids } from '../protocol/sdp.js'
import { receiverCount, senderList, type Line } from '../protocol/tracks-to-m-lines.js'
import { needed } from './environment.js'
import { offerFewest, realise } from './realise.js'
import { Slot } from './slot.js'
import { answerSize } from './upkeep.js'

/** The offer that was made last, as long as it is current. */
interface Offer {
  readonly ordinal: number
  readonly description: RTCSessionDescriptionInit & { sdp: string }
  readonly lines: readonly Line[]
  /** setLocalDescription, once begun. */
  local?: Promise<void>
  answer?: string
}

/** What a peer connection needs of its socket. */
interface PeerNeeds {
  readonly environment: Environment
  readonly options: IRealtimeSocketOptions
  readonly protocol: GatewayProtocol
  readonly order: { readonly config: ISessionConfig }
  readonly attempt: { readonly iceServers: RTCIceServer[] }
  readonly warn: (error: ErrorFacts) => void
}

/** One generation's peer connection: its descriptions, and the transceivers of its lines. */
export class Peer {
  readonly pc: RTCPeerConnection
  readonly channel: RTCDataChannel
  readonly candidates: RTCPeerConnectionIceEvent[] = []
  readonly #slots = new Map<number, Slot>()
  /** Fixed at the first offer that has the line; key `channel` is the data channel's. */
  readonly #mids = new Map<number | 'channel', string>()
  #offer: Offer | undefined
  #lines: readonly Line[] = []
  readonly #needs: PeerNeeds
  #offered = 0
  /** How many lines the last applied answer covered; -1 before the first. */
  #answered = -1

  constructor(needs: PeerNeeds) {
    this.#needs = needs
    this.pc = new (needed(needs.environment, 'RTCPeerConnection'))({
      bundlePolicy: 'max-bundle',
      iceServers: needs.attempt.iceServers,
      iceTransportPolicy: needs.options.iceTransportPolicy ?? 'all',
    })
    const { label, init } = needs.protocol.channel
    try {
      this.channel = this.pc.createDataChannel(label, init)
    } catch (error) {
      this.pc.close()
      throw error
    }
    this.channel.binaryType = 'arraybuffer'
    this.pc.onicecandidate = (event) => this.candidates.push(event)
  }

  /** The slot of a line; `undefined` while the line was never offered here. */
  slot(line: number): Slot | undefined {
    return this.#slots.get(line)
  }

  /** Resolves once every line sends what it is to send. */
  async settled(): Promise<void> {
    for (const { settled } of this.#slots.values()) await settled
  }

  /**
   * createOffer (webrtc-pc 4.4.2) with every line realised as a transceiver, in order. Sets no description. Where the
   * answer to a later round could not be sent, the new lines offer fewer codecs; then `offer-too-large`. Default: the
   * lines of the last offer.
   */
  async createOffer(lines: readonly Line[] = this.#lines, options?: RTCOfferOptions): Promise<OfferFacts> {
    this.#lines = lines
    for (const line of lines) if (!this.#slots.has(line.id)) this.#slots.set(line.id, this.#realise(line))
    const answered = this.#answered < 0 ? undefined : this.pc.currentRemoteDescription?.sdp
    const fits = (sdp: string) => !answered || answerSize(sdp, answered) < this.#needs.protocol.answerBound
    let sdp = await this.#made(options)
    if (!fits(sdp)) {
      for (const { id, kind } of lines.slice(this.#answered)) offerFewest(this.#slots.get(id)?.transceiver, kind)
      sdp = await this.#made()
    }
    if (!fits(sdp))
      throw failure('offer-too-large', `the server could not answer an offer of ${lines.length} lines over the channel`)
    const ordinal = (this.#offered += 1)
    this.#offer = { ordinal, description: { type: 'offer', sdp }, lines }
    return { ordinal, bytes: sdp.length, lines: lines.length }
  }

  /** What goes to the gateway with an offer. */
  offer(ordinal: number): { sdp: string; senders: SenderInfo[]; receivers: { audio: number; video: number } } {
    const { description, lines } = this.#current(ordinal)
    return { sdp: description.sdp, senders: senderList(lines), receivers: receiverCount(lines) }
  }

  /** Number of the current offer with this SDP, 0 when there is none. */
  ordinalOf(sdp: string | undefined): number {
    return this.#offer && this.#offer.description.sdp === sdp ? this.#offer.ordinal : 0
  }

  /** setLocalDescription with the offer, begun once: gathering starts with it. */
  setLocal(ordinal: number): Promise<void> {
    const offer = this.#current(ordinal)
    return (offer.local ??= this.#setLocal(offer.description))
  }

  async #setLocal(description: RTCSessionDescriptionInit): Promise<void> {
    try {
      await this.pc.setLocalDescription(description)
    } catch (error) {
      throw new RealtimeError(factsOf(error, 'offer-failed'))
    }
    this.lookAhead()
  }

  /** Fetches what will be asked for soon: libwebrtc in Node blocks at the first look, and while an offer travels there is time. */
  lookAhead(): void {
    for (const { id, role } of this.#offer?.lines ?? []) if (role === 'receiver') void this.#slots.get(id)?.remote
  }

  keepAnswer(ordinal: number, sdp: string): void {
    this.#current(ordinal).answer = sdp
  }

  /** setRemoteDescription with the answer of this offer (RFC 9429 section 4.1.11). */
  async applyAnswer(ordinal: number): Promise<void> {
    const offer = this.#current(ordinal)
    const wrong = mismatch(offer.description.sdp, offer.answer ?? '')
    await this.setLocal(ordinal)
    if (wrong) throw failure('answer-refused', wrong)
    await this.pc.setRemoteDescription({ type: 'answer', sdp: offer.answer ?? '' })
    this.#answered = offer.lines.length
    if (this.#offer === offer) this.#offer = undefined
  }

  /** Back to the descriptions before the current offer; the transceivers stay, and so do their mids. */
  async rollBack(): Promise<void> {
    this.#offer = undefined
    if (this.pc.signalingState === 'have-local-offer') await this.pc.setLocalDescription({ type: 'rollback' })
  }

  close(): void {
    this.pc.onicecandidate = null
    for (const slot of this.#slots.values()) slot.close()
    try {
      this.pc.close()
    } catch (error) {
      this.#needs.warn(factsOf(error, 'internal', 'closing'))
    }
  }

  #current(ordinal: number): Offer {
    if (this.#offer?.ordinal !== ordinal) throw failure('stale-offer', 'the offer is no longer current')
    return this.#offer
  }

  #realise(line: Line): Slot {
    const { warn, environment } = this.#needs
    const report = (error: unknown) => warn(factsOf(error, 'internal', 'connected'))
    return new Slot(realise(this.pc, line, this.#needs, report), environment.clock, report)
  }

  async #made(options?: RTCOfferOptions): Promise<string> {
    const { sdp = '' } = await this.pc.createOffer(options)
    return this.#pinned(sdp)
  }

  /** The offer with the mids that its lines got when they were first offered. */
  #pinned(sdp: string): string {
    const renamed = new Map<string, string>()
    let line = 0
    for (const { kind, mid = '' } of mediaLines(sdp)) {
      const key = kind === 'application' ? 'channel' : line
      if (kind !== 'application') line += 1
      let pinned = this.#mids.get(key)
      if (pinned === undefined) {
        const taken = new Set(this.#mids.values())
        pinned = mid
        for (let number = 0; taken.has(pinned); number += 1) pinned = String(number)
        this.#mids.set(key, pinned)
      }
      renamed.set(mid, pinned)
    }
    return withMids(sdp, renamed)
  }
}
