import type { Timeline } from '../scheduler/lane.js'
import { sizeOf, type Sctp, type SctpContent, type SctpData } from './packets.js'

/** Retransmission time-outs (RFC 9260 section 6.3): the first, and the longest that was measured in browsers. */
const RTO = 500
const RTO_MOST = 3_000
/** So many acknowledgements that name a gap make what is missing be sent again at once (section 7.2.4). */
const GAPS = 3
/** Bytes under way at the same time; what is more waits, and is what `bufferedAmount` counts. */
const WINDOW = 131_072
/** Of a chunk beside its data: headers of SCTP and DTLS. */
const HEADERS = 60

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
  /** In the order of their numbers; those before `#first` were acknowledged. */
  #underWay: Outgoing[] = []
  #first = 0
  #underWayBytes = 0
  #waiting: Outgoing[] = []
  #nextWaiting = 0
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
    this.#timer = undefined
    this.state = 'connected'
    this.#options.onstate('connected')
    this.#pump()
  }

  /** Sends what waits, as far as the window allows. */
  #pump(): void {
    if (this.state !== 'connected') return
    for (let next = this.#fitting(); next; next = this.#fitting()) {
      this.#nextWaiting += 1
      this.#underWay.push(next)
      this.#underWayBytes += next.bytes + HEADERS
      this.#transmit(next.chunk)
      this.#options.onsent(next.chunk.stream, next.bytes)
    }
    if (this.#nextWaiting === this.#waiting.length) {
      this.#waiting = []
      this.#nextWaiting = 0
    }
    if (this.#open > 0 && !this.#timer) this.#rearm()
  }

  /** The next that the window has room for. */
  #fitting(): Outgoing | undefined {
    const next = this.#waiting[this.#nextWaiting]
    return next && (this.#open === 0 || this.#underWayBytes + next.bytes + HEADERS <= WINDOW) ? next : undefined
  }

  /** How many are under way. */
  get #open(): number {
    return this.#underWay.length - this.#first
  }

  /** Those under way that have not arrived, as far as is known. */
  *#missing(): Generator<Outgoing> {
    for (let at = this.#first; at < this.#underWay.length; at += 1) {
      const outgoing = this.#underWay[at]
      if (outgoing && !outgoing.arrived) yield outgoing
    }
  }

  #rearm(): void {
    const { scheduler } = this.#options
    scheduler.cancel(this.#timer)
    this.#timer =
      this.#open === 0
        ? undefined
        : scheduler.after(this.#rto, 'sctp', () => {
            // Section 6.3.3: the time-out doubles, and only the first goes out: its answer says whether there is a path.
            this.#rto = Math.min(2 * this.#rto, RTO_MOST)
            for (const { chunk } of this.#missing()) {
              this.#transmit(chunk)
              break
            }
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
    const held = this.#first
    for (let next = this.#underWay[this.#first]; next && next.chunk.tsn < before; next = this.#underWay[this.#first]) {
      this.#underWayBytes -= next.bytes + HEADERS
      this.#first += 1
    }
    const progress = this.#first > held
    if (beyond.length > 0) {
      const far = new Set(beyond)
      for (const outgoing of this.#missing()) if (far.has(outgoing.chunk.tsn)) outgoing.arrived = true
    }
    // What is acknowledged is let go now and then, not each time: a burst would be copied again and again.
    if (this.#first > 1_000 || this.#open === 0) {
      this.#underWay = this.#underWay.slice(this.#first)
      this.#first = 0
    }
    this.#gaps = progress || beyond.length === 0 ? 0 : this.#gaps + 1
    const backedOff = this.#rto > RTO
    // The path answers: what was lost in the meantime goes out again, all of it.
    if ((progress && backedOff) || this.#gaps === GAPS) for (const { chunk } of this.#missing()) this.#transmit(chunk)
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
