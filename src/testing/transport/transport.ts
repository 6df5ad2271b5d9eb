import type { UdpSocket } from '../network/internet.js'
import { word, type Random } from '../scheduler/random.js'
import type { Timeline } from '../scheduler/lane.js'
import { priorityOf, type Candidate } from './candidates.js'
import { DtlsEndpoint } from './dtls.js'
import { IceAgent, type IceCredentials } from './ice-agent.js'
import type { Media, Packet, SctpContent } from './packets.js'
import type { IceProfile } from './profile.js'
import { SctpAssociation } from './sctp.js'

/** Hears what happens on a transport, at once and not as a task. */
export interface TransportListener {
  /** A local candidate was found; `undefined`: that was the last. */
  oncandidate?(candidate: Candidate | undefined): void
  onice?(state: RTCIceTransportState): void
  ondtls?(state: RTCDtlsTransportState): void
  onsctp?(state: RTCSctpTransportState): void
  /** A message, the opening or the end of a stream. */
  ondata?(stream: number, content: SctpContent): void
  /** So many bytes of a stream left the send buffer. */
  onsent?(stream: number, bytes: number): void
  onmedia?(media: Media): void
}

/** Where a transport lives. */
export interface TransportPlace {
  readonly scheduler: Timeline
  readonly random: Random
  readonly profile: IceProfile
  /** Opens a socket on this host. */
  bind(): UdpSocket<Packet>
  readonly firstCheckAfter?: number
}

/** How long the only interface takes to be found, in milliseconds. */
const GATHERING = 2

/** A certificate's fingerprint in SDP's form (RFC 8122 section 5), of chance instead of a certificate. */
export const someFingerprint = (random: Random): string =>
  `sha-256 ${Array.from({ length: 32 }, () =>
    Math.floor(random() * 256)
      .toString(16)
      .padStart(2, '0')
      .toUpperCase(),
  ).join(':')}`

/** Fresh credentials (RFC 8839 section 5.4: at least 4 and 22 characters). */
export const freshCredentials = (random: Random): IceCredentials => ({ ufrag: word(random, 4), pwd: word(random, 24) })

/** One side of a bundled session: ICE, DTLS over it, and SCTP and media over that. */
export class Transport {
  readonly fingerprint: string
  readonly ice: IceAgent
  readonly dtls: DtlsEndpoint
  readonly sctp: SctpAssociation
  /** Of the gathering that was begun last. */
  candidates: Candidate[] = []
  /** Of all datagrams, as `getStats` counts them. */
  readonly counts = { bytesSent: 0, bytesReceived: 0, packetsSent: 0, packetsReceived: 0 }
  readonly #place: TransportPlace
  readonly #listener: TransportListener
  readonly #socket: UdpSocket<Packet>
  #gathering: unknown

  /** `fingerprint`: of a certificate that was made before the transport, for descriptions. */
  constructor(place: TransportPlace, listener: TransportListener, fingerprint = someFingerprint(place.random)) {
    this.#place = place
    this.#listener = listener
    this.fingerprint = fingerprint
    this.#socket = place.bind()
    const { scheduler, profile, firstCheckAfter = 0 } = place
    this.ice = new IceAgent({
      scheduler,
      profile,
      socket: this.#socket,
      firstCheckAfter,
      onstate: (state) => {
        listener.onice?.(state)
        this.dtls.writable(this.ice.writable)
      },
      ondata: (packet) => this.#receive(packet),
    })
    this.dtls = new DtlsEndpoint({
      scheduler,
      fingerprint: this.fingerprint,
      send: (packet) => this.#send(packet, 200),
      onstate: (state) => {
        if (state === 'connected') this.sctp.start()
        if (state === 'closed' || state === 'failed') this.sctp.close()
        listener.ondtls?.(state)
      },
    })
    this.sctp = new SctpAssociation({
      scheduler,
      send: (packet) => this.#send(packet, 60),
      onstate: (state) => listener.onsctp?.(state),
      ondata: (stream, content) => listener.ondata?.(stream, content),
      onsent: (stream, bytes) => {
        this.counts.bytesSent += bytes
        listener.onsent?.(stream, bytes)
      },
    })
  }

  /** Looks for candidates, each told by its own task. Again after a restart. */
  gather({ ufrag }: IceCredentials): void {
    const { scheduler } = this.#place
    scheduler.cancel(this.#gathering)
    const candidate = this.#host(ufrag)
    this.candidates = []
    this.#gathering = scheduler.after(GATHERING, 'gathering', () => {
      this.candidates = [candidate]
      this.#listener.oncandidate?.(candidate)
      this.#gathering = scheduler.after(GATHERING, 'gathering', () => this.#listener.oncandidate?.(undefined))
    })
  }

  /** A server's way: its candidates are there at once, and told in its description. */
  listen({ ufrag }: IceCredentials): void {
    this.candidates = [this.#host(ufrag)]
  }

  /** Whether media and messages go through, as far as this side knows. */
  get connected(): boolean {
    return this.dtls.state === 'connected' && this.ice.writable
  }

  sendMedia(media: Media): void {
    if (this.dtls.state === 'connected') this.#send(media, media.bytes)
  }

  /** Ends it; `silently`: the far side is told nothing. */
  close(silently = false): void {
    this.#place.scheduler.cancel(this.#gathering)
    if (silently) this.dtls.drop()
    else this.dtls.close()
    this.sctp.close()
    this.ice.close()
  }

  #host(ufrag: string): Candidate {
    return { foundation: '1', priority: priorityOf('host'), type: 'host', ...this.#socket.local, ufrag }
  }

  #send(packet: Exclude<Packet, { is: 'stun' }>, bytes: number): void {
    if (!this.ice.writable) return
    this.counts.packetsSent += 1
    this.counts.bytesSent += bytes
    this.ice.send(packet)
  }

  #receive(packet: Exclude<Packet, { is: 'stun' }>): void {
    const { counts } = this
    counts.packetsReceived += 1
    if (packet.is === 'dtls') {
      counts.bytesReceived += 200
      return this.dtls.receive(packet)
    }
    if (this.dtls.state !== 'connected') return
    if (packet.is === 'media') {
      counts.bytesReceived += packet.bytes
      return this.#listener.onmedia?.(packet)
    }
    counts.bytesReceived += 60
    this.sctp.receive(packet)
  }
}
