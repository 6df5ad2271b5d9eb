import { failure } from '../errors.js'
import { utf8Length } from '../protocol/framing.js'
import type { IncomingData, MessageCounts } from '../interfaces/options.js'
import type { GatewayProtocol, ServerAnswer } from '../protocol/gateway-protocol.js'

/** What the server takes in one message, where the peer connection does not say (Atm0s advertises it). */
const DEFAULT_MESSAGE_BOUND = 262_144
/** Fits into one message whatever the far side says (RFC 8841 section 6.1: the default where it says nothing). */
const SURELY_FITS = 65_536
/** Below this many queued bytes there is room again (`drain`). */
export const LOW_WATER = 65_536

const sizeOf = (frame: string | Uint8Array): number =>
  typeof frame === 'string' ? utf8Length(frame) : frame.byteLength

/** What a port counts, before anything was sent. */
export const NOTHING_SENT = { waiting: 0, sent: 0, delivered: 0, unconfirmed: 0, expired: 0, refused: 0 }

type Frame = string | Uint8Array

/**
 * The data path of a socket over all its channels: what is sent goes straight out while the gate is open and is kept
 * in order while it is shut; what comes in is told apart into answers to the engine and messages.
 */
export class DataChannelPort {
  #channel: RTCDataChannel | undefined
  /** Asked only for frames that may be too large: libwebrtc in Node blocks while it answers. */
  #bound: () => number | undefined = () => undefined
  #kept: Frame[] = []
  #keptBytes = 0
  readonly #pending = new Map<number, (answer: ServerAnswer) => void>()
  readonly #counts = { ...NOTHING_SENT }
  /** Somebody knows already that messages wait to be confirmed. */
  #owed = false
  /** Bytes handed over since somebody last looked whether they pile up. */
  #handed = 0
  #nextId: number
  /** Messages were sent, and no request that would confirm them is due. */
  onOwed = (): void => {}
  /** Much was handed over to a channel that does not tell by itself when there is room again. */
  onHandedMuch: (() => void) | undefined

  constructor(
    private readonly protocol: GatewayProtocol,
    private readonly outboxBytes: number,
    private readonly deliver: (data: IncomingData) => void,
    /** There is room for more. */
    readonly drained: () => void,
  ) {
    this.#nextId = protocol.firstRequestId
  }

  /** Bytes handed over and not on the wire yet, what is kept included. */
  get bufferedAmount(): number {
    return (this.#channel?.bufferedAmount ?? 0) + this.#keptBytes
  }

  /** What became of the application's messages so far. */
  get counts(): Omit<MessageCounts, 'received' | 'dropped'> {
    return { ...this.#counts, waiting: this.#kept.length }
  }

  /** Messages that were sent over this channel and that the server may not have. */
  get #open(): number {
    const { sent, delivered, unconfirmed } = this.#counts
    return sent - delivered - unconfirmed
  }

  /** Sends a payload of the application in its wire form, or keeps it. Throws `message-too-large`, `outbox-full`. */
  send(payload: string | Uint8Array): void {
    if (typeof payload !== 'string' && !(payload instanceof Uint8Array))
      throw failure('invalid-config', 'a payload is text or a Uint8Array')
    const frame = this.protocol.encodePayload(payload)
    if (this.#channel) return this.#dispatch(this.#channel, frame)
    const size = this.#checked(frame)
    if (this.#keptBytes + size > this.outboxBytes) throw failure('outbox-full', `over ${this.outboxBytes} bytes wait`)
    this.#kept.push(frame)
    this.#keptBytes += size
  }

  /** Lets `send` go straight to this channel; what was kept goes first. What it does not take is reported. */
  open(channel: RTCDataChannel, maxMessageSize: () => number | undefined, report: (error: unknown) => void): void {
    this.#channel = channel
    this.#bound = maxMessageSize
    channel.bufferedAmountLowThreshold = LOW_WATER
    const kept = this.#kept
    this.#kept = []
    this.#keptBytes = 0
    for (const frame of kept)
      try {
        this.#dispatch(channel, frame)
      } catch (error) {
        this.#counts.refused += 1
        report(error)
      }
  }

  /** From now on `send` keeps; requests that wait for an answer get none. Says how many messages stay unconfirmed. */
  shut(): number {
    const unconfirmed = this.#open
    this.#channel = undefined
    this.#pending.clear()
    this.#counts.unconfirmed += unconfirmed
    this.#owed = false
    return unconfirmed
  }

  /** Nothing will be sent any more. */
  end(): void {
    this.shut()
    this.#counts.expired += this.#kept.length
    this.#kept = []
    this.#keptBytes = 0
  }

  /**
   * Asks something that is always answered: the server answers in order, so it then has all that was sent before.
   * Resolves with whether more was sent meanwhile.
   */
  async confirm(signal: AbortSignal): Promise<boolean> {
    const asked = this.#open
    signal.addEventListener('abort', () => (this.#owed = false), { once: true })
    await this.request((id) => this.protocol.encodeProbe(id), signal)
    this.#counts.delivered += asked
    return (this.#owed = this.#open > 0)
  }

  /** An incoming payload: an answer to the engine, or a message. */
  receive(data: IncomingData): void {
    const answer = this.protocol.answerIn(data)
    if (!answer) return this.deliver(data)
    this.#pending.get(answer.id)?.(answer)
    this.#pending.delete(answer.id)
  }

  /** Sends a request of the engine; resolves with its answer. Never settles when aborted. */
  request(encode: (id: number) => Frame, signal: AbortSignal): Promise<ServerAnswer> {
    const channel = this.#channel
    if (!channel) return Promise.reject(failure('channel-closed', 'the data channel is not open'))
    const id = this.#nextId
    this.#nextId += 1
    return new Promise((resolve) => {
      this.#transmit(channel, encode(id))
      this.#pending.set(id, resolve)
      signal.addEventListener('abort', () => this.#pending.delete(id), { once: true })
    })
  }

  /** A message of the application. */
  #dispatch(channel: RTCDataChannel, frame: Frame): void {
    this.#transmit(channel, frame)
    this.#counts.sent += 1
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
