import { facts, factsOf, failure } from '../errors.js'
import { utf8Length } from '../protocol/framing.js'
import type { EnvironmentClock } from '../interfaces/environment.js'
import type { IncomingData, MessageCounts, SendOptions } from '../interfaces/options.js'
import type { GatewayProtocol, ServerAnswer, ServerRequest } from '../protocol/gateway-protocol.js'
import { Outbox, termsOf, type Frame, type Keeper, type Message } from './outbox.js'
import type { Left, PortOutlet } from './port-outlet.js'
import { Wishes, type KeptWish } from './wishes.js'

/** What the server takes in one message, where the peer connection does not say (Atm0s advertises it). */
const DEFAULT_MESSAGE_BOUND = 262_144
/** Fits into one message whatever the far side says (RFC 8841 section 6.1: the default where it says nothing). */
const SURELY_FITS = 65_536
/** Below this many queued bytes there is room again (`drain`). */
export const LOW_WATER = 65_536

const sizeOf = (frame: string | Uint8Array): number =>
  typeof frame === 'string' ? utf8Length(frame) : frame.byteLength

/**
 * The data path of a socket over all its channels: what is sent goes straight out while the gate is open and is kept
 * in order while it is shut; what comes in is told apart into answers to the engine and messages.
 */
export class DataChannelPort {
  #channel: RTCDataChannel | undefined
  /** Asked only for frames that may be too large: libwebrtc in Node blocks while it answers. */
  #bound: () => number | undefined = () => undefined
  readonly #outbox: Outbox
  readonly #wishes = new Wishes()
  readonly #pending = new Map<number, (answer: ServerAnswer) => void>()
  /** Somebody knows already that messages wait to be confirmed. */
  #owed = false
  /** Bytes handed over since somebody last looked whether they pile up. */
  #handed = 0
  /** The channel is open, and `send` keeps all the same. */
  #held = false
  #keeper: Keeper | undefined
  /** Counts messages of the application, both ways. */
  traffic = 0
  #nextId: number
  /** Messages were sent, and no request that would confirm them is due. */
  onOwed = (): void => {}
  /** Much was handed over to a channel that does not tell by itself when there is room again. */
  onHandedMuch: (() => void) | undefined

  constructor(
    private readonly protocol: GatewayProtocol,
    private readonly clock: EnvironmentClock,
    outboxBytes: number,
    readonly outlet: PortOutlet,
  ) {
    this.#nextId = protocol.firstRequestId
    this.#outbox = new Outbox(clock, outboxBytes, outlet, ({ wish }) => wish && this.#wishes.lapsed(wish))
  }

  /** Bytes handed over and not on the wire yet, what is kept included. */
  get bufferedAmount(): number {
    return (this.#channel?.bufferedAmount ?? 0) + this.#outbox.bytes
  }

  /** What became of the application's messages so far. */
  get counts(): Omit<MessageCounts, 'received' | 'dropped'> {
    return this.#outbox.counts
  }

  /**
   * Sends a payload of the application in its wire form, or keeps it; returns its id, from 1. Throws `invalid-config`,
   * `message-too-large`, `outbox-full`: then nothing has happened.
   */
  send(payload: string | Uint8Array, options?: SendOptions): number {
    if (typeof payload !== 'string' && !(payload instanceof Uint8Array))
      throw failure('invalid-config', 'a payload is text or a Uint8Array')
    const terms = termsOf(options)
    const durable = terms.durable ? payload.slice() : undefined
    if (terms.durable && !this.outlet.keeps) throw failure('invalid-config', 'durable messages need options.storage')
    const wish = this.protocol.wishIn(payload)
    const frame = this.protocol.encodePayload(payload)
    this.traffic += 1
    const outbox = this.#outbox
    // What waits goes first, also while it is just going out.
    const notes = terms.durable && !terms.repeats
    const channel = this.#held || notes || outbox.waiting.size > 0 ? undefined : this.#channel
    const message =
      channel && !terms.repeats ? undefined : outbox.message(frame, this.#checked(frame), terms, !channel, durable)
    if (channel) this.#transmit(channel, frame)
    const id = outbox.take(message)
    const kept = wish && this.#wishes.keep(wish, payload as string)
    if (message) message.wish = kept
    for (const waiting of kept ? outbox.waiting : [])
      if (waiting.wish?.wish.target === kept?.wish.target) outbox.over(waiting, 'expired')
    if (terms.durable) this.#keeper?.keep(message as Message)
    if (channel) this.#sent(id, frame, message, kept)
    else {
      outbox.keep([message as Message])
      if (notes) this.#release()
    }
    if (wish) this.outlet.wished(wish)
    return id
  }

  /**
   * Lets `send` go straight to this channel. First the new session is asked for what the application wished for by
   * itself, then goes what was kept. What the channel does not take is reported.
   */
  open(channel: RTCDataChannel, maxMessageSize: () => number | undefined): void {
    this.#channel = channel
    this.#bound = maxMessageSize
    channel.bufferedAmountLowThreshold = LOW_WATER
    this.#outbox.expire()
    for (const kept of this.#wishes.again(this.clock.now()))
      this.#attempt(() => {
        // Of what was answered the application must hear no second answer.
        if (kept.state === 'answered') this.#transmit(channel, this.protocol.encodeWish(this.#nextId++, kept.wish))
        else {
          this.#transmit(channel, this.protocol.encodePayload(kept.text))
          this.#asked(kept)
        }
      })
    this.#release()
  }

  /**
   * From now on `send` keeps, though the channel is open, until the returned function is called. `lives`: what was kept
   * goes out over this channel; if not, it waits for the next one.
   */
  hold(): (lives?: boolean) => void {
    this.#held = true
    return (lives = true) => {
      this.#held = false
      if (lives) this.#release()
    }
  }

  /** From now on `keeper` keeps durable messages, those that wait too. What was left before goes first; returns its messages. */
  restore(keeper: Keeper, requests: readonly string[], left: readonly Left[]): readonly Message[] {
    this.#keeper = keeper
    for (const message of this.#outbox.waiting) if (message.durable !== undefined) keeper.keep(message)
    for (const text of requests) {
      const wish = this.protocol.wishIn(text)
      // What it was answered nobody waits for any more.
      if (wish) this.#wishes.keep(wish, text).state = 'answered'
    }
    const messages = left.map(({ payload, ...terms }) => {
      const frame = this.protocol.encodePayload(payload)
      const message = this.#outbox.message(frame, sizeOf(frame), terms, false, payload)
      const wish = this.protocol.wishIn(payload)
      if (wish) message.wish = this.#wishes.keep(wish, payload as string)
      return message
    })
    for (const message of messages) this.#outbox.take(message)
    this.#outbox.keep(messages, true)
    return messages
  }

  /** The requests of the application that a new session is asked for. */
  get requests(): readonly string[] {
    return this.#wishes.texts
  }

  #release(): void {
    const outbox = this.#outbox
    const channel = this.#channel
    outbox.expire()
    // What is sent meanwhile waits behind them, and is reached too.
    for (const message of outbox.waiting) {
      // A channel that is ending takes nothing any more: what waits is for the next.
      if (!channel || this.#channel !== channel || this.#held || channel.readyState?.startsWith('clos')) break
      if (this.#keeper && message.durable !== undefined && !message.repeats && !message.noted) {
        this.#keeper.note(message, (fits) => {
          if (!fits) outbox.over(message, 'refused')
          this.#release()
        })
        break
      }
      if (!this.#attempt(() => this.#transmit(channel, message.frame))) outbox.over(message, 'refused')
      else {
        outbox.remove(message)
        this.#sent(message.id, message.frame, message, message.wish)
      }
    }
    outbox.expire()
  }

  /** Whether it went well; if not, that is reported. */
  #attempt(act: () => void): boolean {
    try {
      act()
      return true
    } catch (error) {
      this.outlet.warn(factsOf(error, 'internal', 'connected'))
      return false
    }
  }

  /** A wish went out: its answer is waited for. */
  #asked(kept: KeptWish): void {
    kept.state = 'asked'
    this.#pending.set(kept.wish.id, ({ ok }) => this.#wishes.answered(kept, ok))
  }

  /** From now on `send` keeps; requests that wait for an answer get none. Says how many messages stay unconfirmed. */
  shut(): number {
    if (!this.#channel) return 0
    const before = this.counts.unconfirmed
    this.#channel = undefined
    this.#pending.clear()
    this.#owed = false
    for (const { wish } of this.#outbox.ended()) if (wish) wish.state = 'waiting'
    const deadly = this.#wishes.ended(this.clock.now())
    if (deadly.length > 0)
      this.outlet.warn(facts('quarantined', `twice the session ended of: ${deadly.join(', ')}`, { phase: 'connected' }))
    return this.counts.unconfirmed - before
  }

  /** Nothing will be sent any more. */
  end(): void {
    this.shut()
    this.#outbox.end()
  }

  /**
   * Asks something that is always answered: the server answers in order, so it then has all that was sent before.
   * Resolves with whether more was sent meanwhile.
   */
  async confirm(signal: AbortSignal): Promise<boolean> {
    const asked = this.#outbox.inFlight
    signal.addEventListener('abort', () => (this.#owed = false), { once: true })
    await this.request((id) => this.protocol.encodeProbe(id), signal)
    this.#outbox.delivered(asked)
    return (this.#owed = this.#outbox.inFlight > 0)
  }

  /** An incoming payload: an answer to the engine, or a message. */
  receive(data: IncomingData): void {
    const answer = this.protocol.answerIn(data, this.#pending.size > 0)
    const { id = 0 } = answer ?? {}
    if (answer) this.#pending.get(id)?.(answer)
    this.#pending.delete(id)
    if (id >= this.protocol.firstRequestId) return
    this.traffic += 1
    const news = this.protocol.streamIn(data)
    if (news) this.outlet.told(news)
    this.outlet.deliver(data)
  }

  /** A command of the engine: what the application itself wished for there is over. */
  command(request: ServerRequest, signal: AbortSignal): Promise<ServerAnswer> {
    this.#wishes.overrule(this.protocol.wishOf(request))
    return this.request((id) => this.protocol.encodeRequest(id, request), signal)
  }

  /** Sends a request of the engine; resolves with its answer. Never settles when aborted. */
  request(encode: (id: number) => Frame, signal: AbortSignal): Promise<ServerAnswer> {
    const channel = this.#channel
    if (!channel) return Promise.reject(failure('channel-closed', 'the data channel is not open'))
    const id = this.#nextId
    this.#nextId += 1
    return new Promise((resolve) => {
      this.#transmit(channel, encode(id))
      const forget = () => this.#pending.delete(id)
      this.#pending.set(id, (answer) => {
        // Who asks again and again does so with one signal.
        signal.removeEventListener('abort', forget)
        resolve(answer)
      })
      signal.addEventListener('abort', forget)
    })
  }

  /** A message of the application was handed over. */
  #sent(id: number, frame: Frame, message: Message | undefined, wish: KeptWish | undefined): void {
    if (wish) this.#asked(wish)
    this.#outbox.sent(id, message)
    if (!this.#owed) {
      this.#owed = true
      this.onOwed()
    }
    if (this.onHandedMuch && (this.#handed += frame.length) > LOW_WATER) {
      this.#handed = 0
      this.onHandedMuch()
    }
  }

  #checked(frame: Frame): number {
    const size = sizeOf(frame)
    const bound = size > SURELY_FITS ? (this.#bound() ?? DEFAULT_MESSAGE_BOUND) : SURELY_FITS
    if (size > bound) throw failure('message-too-large', `a message of ${size} bytes, the bound is ${bound}`)
    return size
  }

  #transmit(channel: RTCDataChannel, frame: Frame): void {
    // A short text cannot be above the bound: its bytes are counted only where it may matter.
    if (typeof frame !== 'string' || frame.length * 3 > SURELY_FITS) this.#checked(frame)
    try {
      channel.send(frame as string)
    } catch (cause) {
      throw failure('outbox-full', 'the data channel takes no more', { cause })
    }
  }
}
