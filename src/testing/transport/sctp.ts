import type { Timeline } from '../scheduler/lane.js'
import { sizeOf, type Sctp, type SctpContent, type SctpData } from './packets.js'

/** Retransmission time-outs (RFC 9260 section 6.3): the first, and the longest that was measured in browsers. */
const RTO = 500
const RTO_MOST = 3_000
/** So many acknowledgements that name a gap make what is missing be sent again at once (section 7.2.4). */
const GAPS = 3
/** Bytes under way at the same time; what is more waits, and is what `bufferedAmount` counts. */
const WINDOW = 131_072

interface SctpOptions {
  readonly scheduler: Timeline
  send(packet: Sctp): void
  onstate(state: RTCSctpTransportState): void
  ondata(stream: number, content: SctpContent): void
  /** User data of this stream left the buffer. */
  onsent(stream: number, bytes: number): void
}

interface Outgoing {
  readonly chunk: SctpData
  readonly bytes: number
  /** Acknowledged beyond a gap. */
  arrived: boolean
}

const bytesOf = (content: SctpContent): number => (content.is === 'message' ? sizeOf(content.data) : 0)

/** One association (RFC 9260): everything arrives, once and in the order in which it was sent, or nothing more does. */
export class SctpAssociation {
  state: RTCSctpTransportState = 'connecting'
  readonly #options: SctpOptions
  #ready = false
  #next = 1
  #rto = RTO
  #timer: unknown
  #gaps = 0
  #underWay: Outgoing[] = []
  #underWayBytes = 0
  #waiting: Outgoing[] = []
  /** Everything before this number was handed on. */
  #expected = 1
  readonly #early = new Map<number, SctpData>()

  constructor(options: SctpOptions) {
    this.#options = options
  }

  /** DTLS is connected: the association is made (section 5.1; both sides may begin). */
  start(): void {
    if (this.#ready || this.state !== 'connecting') return
    this.#ready = true
    this.#init(RTO)
  }

  /** Sends on a stream, now or as soon as it can. */
  send(stream: number, content: SctpContent): void {
    if (this.state === 'closed') return
    const chunk: SctpData = { type: 'data', tsn: this.#next, stream, content }
    this.#next += 1
    this.#waiting.push({ chunk, bytes: bytesOf(content), arrived: false })
    this.#pump()
  }

  receive({ chunk }: Sctp): void {
    if (this.state === 'closed' || !this.#ready) return
    if (chunk.type === 'abort') return this.close()
    if (chunk.type === 'init') this.#transmit({ type: 'init ack' })
    // Whoever sends data has heard of us: its answer may have been lost.
    this.#established()
    if (chunk.type === 'data') this.#arrived(chunk)
    if (chunk.type === 'ack') this.#acknowledged(chunk.before, chunk.beyond)
  }

  /** Ends it without a word. */
  close(): void {
    if (this.state === 'closed') return
    this.#options.scheduler.cancel(this.#timer)
    this.state = 'closed'
    this.#options.onstate('closed')
  }

  #init(wait: number): void {
    if (this.state !== 'connecting') return
    this.#transmit({ type: 'init' })
    this.#timer = this.#options.scheduler.after(wait, 'sctp', () => this.#init(Math.min(2 * wait, RTO_MOST)))
  }

  #established(): void {
    if (this.state !== 'connecting') return
    this.#options.scheduler.cancel(this.#timer)
    this.state = 'connected'
    this.#options.onstate('connected')
    this.#pump()
  }

  /** Sends what waits, as far as the window allows. */
  #pump(): void {
    if (this.state !== 'connected') return
    while (this.#waiting[0] && (this.#underWayBytes === 0 || this.#underWayBytes + this.#waiting[0].bytes <= WINDOW)) {
      const next = this.#waiting.shift() as Outgoing
      this.#underWay.push(next)
      this.#underWayBytes += next.bytes
      this.#transmit(next.chunk)
      this.#options.onsent(next.chunk.stream, next.bytes)
    }
    if (this.#underWay.length > 0 && !this.#timer) this.#rearm()
  }

  #rearm(): void {
    const { scheduler } = this.#options
    scheduler.cancel(this.#timer)
    this.#timer =
      this.#underWay.length === 0
        ? undefined
        : scheduler.after(this.#rto, 'sctp', () => {
            // Section 6.3.3: the time-out doubles, and only the first goes out: its answer says whether there is a path.
            this.#rto = Math.min(2 * this.#rto, RTO_MOST)
            const first = this.#underWay.find(({ arrived }) => !arrived)
            if (first) this.#transmit(first.chunk)
            this.#rearm()
          })
  }

  #arrived(chunk: SctpData): void {
    if (chunk.tsn >= this.#expected) this.#early.set(chunk.tsn, chunk)
    const handed: SctpData[] = []
    for (let next = this.#early.get(this.#expected); next; next = this.#early.get(this.#expected)) {
      this.#early.delete(this.#expected)
      this.#expected += 1
      handed.push(next)
    }
    this.#transmit({ type: 'ack', before: this.#expected, beyond: [...this.#early.keys()] })
    for (const { stream, content } of handed) this.#options.ondata(stream, content)
  }

  #acknowledged(before: number, beyond: readonly number[]): void {
    const far = new Set(beyond)
    const held = this.#underWay.length
    this.#underWay = this.#underWay.filter((outgoing) => {
      if (far.has(outgoing.chunk.tsn)) outgoing.arrived = true
      if (outgoing.chunk.tsn >= before) return true
      this.#underWayBytes -= outgoing.bytes
      return false
    })
    const progress = this.#underWay.length < held
    this.#gaps = progress || far.size === 0 ? 0 : this.#gaps + 1
    const backedOff = this.#rto > RTO
    // The path answers: what was lost in the meantime goes out again, all of it.
    if ((progress && backedOff) || this.#gaps === GAPS)
      for (const { chunk, arrived } of this.#underWay) if (!arrived) this.#transmit(chunk)
    if (progress) {
      this.#rto = RTO
      this.#rearm()
    }
    this.#pump()
  }

  #transmit(chunk: Sctp['chunk']): void {
    this.#options.send({ is: 'sctp', chunk })
  }
}
