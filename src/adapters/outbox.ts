import { failure } from '../errors.js'
import type { EnvironmentClock } from '../interfaces/environment.js'
import type { MessageCounts, MessageFate, SendOptions } from '../interfaces/options.js'
import type { KeptWish } from './wishes.js'

export type Frame = string | Uint8Array
type Fate = MessageFate['fate']

/** The longest time that a timer takes. */
const LONGEST = 2 ** 31 - 1

/** Options of `send`, looked at. */
interface Terms {
  /** Milliseconds from now after which it is of no use any more, if it waits still. */
  readonly ttl: number
  /** It is sent again until it was delivered. */
  readonly repeats: boolean
  /** It survives the page. */
  readonly durable: boolean
}

const ORDINARY: Terms = { ttl: Infinity, repeats: false, durable: false }

/** Throws `invalid-config` for what is neither absent nor of the type. */
export const termsOf = (options: SendOptions | undefined): Terms => {
  if (options === undefined) return ORDINARY
  const { policy = 'atMostOnce', wait = 'untilOpen', durable = false } = options ?? {}
  const ttl: unknown = wait === 'untilOpen' ? Infinity : wait?.acrossReconnect?.ttlMs
  if ((policy !== 'atMostOnce' && policy !== 'atLeastOnce') || typeof ttl !== 'number' || !(ttl >= 0))
    throw failure('invalid-config', 'send takes a policy, and how long a message may wait')
  return { ttl, repeats: policy === 'atLeastOnce', durable }
}

/** A message that waits, or may have to be sent again. */
export interface Message {
  id: number
  readonly frame: Frame
  /** Bytes. */
  readonly size: number
  /** When it expires, by the clock. */
  readonly due: number
  readonly repeats: boolean
  /** What survives the page, if it is to. */
  readonly durable: string | Uint8Array | undefined
  /** It is noted as sent where it survives. */
  noted: boolean
  /** It was sent before. */
  again: boolean
  wish: KeptWish | undefined
}

/** Keeps messages where they survive the page. */
export interface Keeper {
  keep(message: Message): void
  /** Notes that a message is about to be sent at the most once; calls back when that is done, with whether it may be. */
  note(message: Message, noted: (fits: boolean) => void): void
}

/** Who is told what becomes of each message. */
export interface FateOutlet {
  /** Whether somebody wants to know. */
  wantsFates(): boolean
  fated(fate: MessageFate): void
}

/** What a port counts, before anything was sent. */
export const NOTHING_SENT = { waiting: 0, sent: 0, repeated: 0, delivered: 0, unconfirmed: 0, expired: 0, refused: 0 }

/** The application's messages on their way: what waits for the channel, what was sent over it and is not confirmed. */
export class Outbox {
  /** In the order in which they go out. */
  readonly waiting = new Set<Message>()
  /** Sent over this channel and not confirmed, in order; its id is enough of one that is not sent again. */
  readonly #flight: (number | Message)[] = []
  readonly #counts = { ...NOTHING_SENT }
  /** The id given out last. */
  #taken = 0
  /** Of messages that are repeated until they are delivered, wherever they are. */
  #repeatable = 0
  /** When the first of those that wait expires. */
  #next = Infinity
  #timer: unknown
  /** Fates that were not told yet. */
  readonly #news: { readonly fate: Fate; readonly ids: number[] }[] = []
  /** Bytes of what waits. */
  bytes = 0

  constructor(
    private readonly clock: EnvironmentClock,
    /** Bytes that may wait, and bytes that may have to be sent again. */
    private readonly bound: number,
    private readonly outlet: FateOutlet,
    /** It will not be sent, nor sent again. */
    private readonly gone: (message: Message) => void,
  ) {}

  get counts(): Omit<MessageCounts, 'received' | 'dropped'> {
    const { sent, expired, refused } = this.#counts
    return { ...this.#counts, waiting: this.#taken - sent - expired - refused }
  }

  /** How many were sent over this channel that the server may not have. */
  get inFlight(): number {
    return this.#flight.length
  }

  /** What is to wait, or may have to be sent again. Throws `outbox-full`. */
  message(
    frame: Frame,
    size: number,
    { ttl, repeats }: Pick<Terms, 'ttl' | 'repeats'>,
    waits: boolean,
    durable?: string | Uint8Array,
  ): Message {
    this.expire()
    if ((waits && this.bytes + size > this.bound) || (repeats && this.#repeatable + size > this.bound))
      throw failure('outbox-full', `over ${this.bound} bytes wait`)
    return {
      id: 0,
      frame,
      size,
      due: this.clock.now() + ttl,
      repeats,
      durable,
      noted: false,
      again: false,
      wish: undefined,
    }
  }

  /** Gives a message its id. */
  take(message: Message | undefined): number {
    this.#taken += 1
    if (message) message.id = this.#taken
    if (message?.repeats) this.#repeatable += message.size
    return this.#taken
  }

  /** These wait, behind all that do; or before. */
  keep(messages: readonly Message[], before = false): void {
    const behind = before ? [...this.waiting] : []
    for (const message of behind) this.remove(message)
    for (const message of [...messages, ...behind]) {
      this.waiting.add(message)
      this.bytes += message.size
      if (message.due < this.#next) {
        this.#next = message.due
        this.expire()
      }
    }
  }

  /** It was handed to the channel. `message`: where there is one. */
  sent(id: number, message?: Message): void {
    this.#counts[message?.again ? 'repeated' : 'sent'] += 1
    if (message) message.again = true
    this.#flight.push(message?.repeats ? message : id)
    this.#note('sent', id)
  }

  /** It waits no longer. */
  remove(message: Message): void {
    if (this.waiting.delete(message)) this.bytes -= message.size
  }

  /** So many of those in flight, the first ones, have arrived. */
  delivered(count: number): void {
    this.#counts.delivered += count
    for (const one of this.#flight.splice(0, count)) {
      if (typeof one !== 'number') this.#repeatable -= one.size
      this.#note('delivered', typeof one === 'number' ? one : one.id)
    }
  }

  /** The channel has ended. Returns what is to be sent again: it waits, before all others. */
  ended(): readonly Message[] {
    const back: Message[] = []
    for (const one of this.#flight.splice(0))
      if (typeof one === 'number') {
        this.#counts.unconfirmed += 1
        this.#note('unconfirmed', one)
      } else back.push(one)
    this.keep(back, true)
    return back
  }

  /** Nothing goes out any more; all fates are told. */
  end(): void {
    for (const message of this.waiting) this.over(message, 'expired')
    this.expire()
    this.#tell()
  }

  /** The end of a message that waits; of one that was sent before nobody knows whether it arrived. */
  over(message: Message, fate: 'expired' | 'refused'): void {
    this.remove(message)
    if (message.repeats) this.#repeatable -= message.size
    const end = message.again ? 'unconfirmed' : fate
    this.#counts[end] += 1
    this.#note(end, message.id)
    this.gone(message)
  }

  /** Lets go of what is overdue; a timer is there as long as something waits that expires. */
  expire(): void {
    if (this.#next === Infinity) return
    const now = this.clock.now()
    this.#next = Infinity
    for (const message of this.waiting)
      if (message.due <= now) this.over(message, 'expired')
      else this.#next = Math.min(this.#next, message.due)
    this.clock.clearTimeout(this.#timer)
    if (this.#next < Infinity)
      this.#timer = this.clock.setTimeout(() => this.expire(), Math.min(this.#next - now, LONGEST))
  }

  /** Told in the next microtask, those of the same fate together: `send` must have returned the id before. */
  #note(fate: Fate, id: number): void {
    if (!this.outlet.wantsFates()) return
    const last = this.#news.at(-1)
    if (last?.fate === fate) last.ids.push(id)
    else if (this.#news.push({ fate, ids: [id] }) === 1) queueMicrotask(() => this.#tell())
  }

  #tell(): void {
    for (const news of this.#news.splice(0)) this.outlet.fated(news)
  }
}
