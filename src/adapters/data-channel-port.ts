import { failure } from '../errors.js'
import { utf8Length } from '../protocol/framing.js'
import type { IncomingData } from '../interfaces/options.js'
import type { GatewayProtocol, ServerAnswer } from '../protocol/gateway-protocol.js'

/** What the server takes in one message, where the peer connection does not say (Atm0s advertises it). */
const DEFAULT_MESSAGE_BOUND = 262_144
/** Fits into one message whatever the far side says (RFC 8841 section 6.1: the default where it says nothing). */
const SURELY_FITS = 65_536
/** Below this many queued bytes there is room again (`drain`). */
const LOW_WATER = 65_536

const sizeOf = (frame: string | Uint8Array): number =>
  typeof frame === 'string' ? utf8Length(frame) : frame.byteLength

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
  #nextId: number

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

  /** Sends a payload of the application in its wire form, or keeps it. Throws `message-too-large`, `outbox-full`. */
  send(payload: string | Uint8Array): void {
    if (typeof payload !== 'string' && !(payload instanceof Uint8Array))
      throw failure('invalid-config', 'a payload is a string or a Uint8Array')
    const frame = this.protocol.encodePayload(payload)
    if (this.#channel) return this.#transmit(this.#channel, frame)
    const size = this.#checked(frame)
    if (this.#keptBytes + size > this.outboxBytes)
      throw failure('outbox-full', `more than ${this.outboxBytes} bytes wait`)
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
        this.#transmit(channel, frame)
      } catch (error) {
        report(error)
      }
  }

  /** From now on `send` keeps; requests that wait for an answer get none. */
  shut(): void {
    this.#channel = undefined
    this.#pending.clear()
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
