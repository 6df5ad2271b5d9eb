import { sizeOf } from '../transport/packets.js'
import type { ChannelInit } from './channel-rules.js'
import type { Channels } from './data-channels.js'
import { refusal } from './errors.js'
import { fire, withHandlers } from './events.js'

/** A message as the transport takes it. */
type Data = string | Uint8Array

const HIGH = 4_294_967_295

const bytesOf = (data: unknown): Data => {
  if (typeof data === 'string') return data
  if (data instanceof ArrayBuffer) return new Uint8Array(data.slice(0))
  if (ArrayBuffer.isView(data))
    return new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer)
  // Reading one is a promise of the host's, whose order no scheduler decides.
  if (data instanceof Blob) throw refusal('NotSupportedError', 'the simulator sends no Blob')
  return String(data)
}

/**
 * An `RTCDataChannel` (webrtc-pc 6.2). Whatever it was asked for, underneath everything arrives and in order:
 * `ordered`, `maxRetransmits` and `maxPacketLifeTime` are kept and told, and change nothing.
 */
export class DataChannel extends EventTarget {
  readonly label: string
  readonly ordered: boolean
  readonly maxPacketLifeTime: number | null
  readonly maxRetransmits: number | null
  readonly protocol: string
  readonly negotiated: boolean
  binaryType: BinaryType = 'arraybuffer'
  /** Number of its stream. Not of the DOM. */
  stream: number | null
  #readyState: RTCDataChannelState = 'connecting'
  #bufferedAmount = 0
  #threshold = 0
  /** The opening was sent, or came from the far side. Not of the DOM. */
  begun = false
  /** The end of its stream was sent. Not of the DOM. */
  resetSent = false
  /** For `getStats`. Not of the DOM. */
  readonly counts = { messagesSent: 0, bytesSent: 0, messagesReceived: 0, bytesReceived: 0 }
  readonly #channels: Channels

  constructor(channels: Channels, label: string, init: ChannelInit) {
    super()
    this.#channels = channels
    this.label = label
    this.ordered = init.ordered
    this.maxPacketLifeTime = init.maxPacketLifeTime
    this.maxRetransmits = init.maxRetransmits
    this.protocol = init.protocol
    this.negotiated = init.negotiated
    this.stream = init.id
  }

  get id(): number | null {
    return this.stream ?? this.#channels.noId
  }

  get readyState(): RTCDataChannelState {
    return this.#readyState
  }

  get bufferedAmount(): number {
    return this.#bufferedAmount
  }

  get bufferedAmountLowThreshold(): number {
    return this.#threshold
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#threshold = Math.min(HIGH, Math.max(0, Math.trunc(Number(bytes)) || 0))
  }

  /** send() (webrtc-pc 6.2): the bytes are counted at once, and leave the count when they leave the buffer. */
  send(given: unknown): void {
    const data = bytesOf(given)
    if (this.#readyState !== 'open') throw refusal('InvalidStateError', "the channel's readyState is not 'open'")
    const size = sizeOf(data)
    if (size > this.#channels.maxMessageSize) {
      if (!this.#channels.closesOnTooLarge) throw new TypeError(`a message of ${size} bytes is too large`)
      return this.#channels.drop(this)
    }
    this.#bufferedAmount += size
    this.counts.messagesSent += 1
    this.counts.bytesSent += size
    this.#channels.send(this, data)
  }

  /** close(): what was sent still goes out before the stream ends (webrtc-pc 6.2.4). */
  close(): void {
    if (this.#readyState === 'closing' || this.#readyState === 'closed') return
    this.#readyState = 'closing'
    this.#channels.end(this)
  }

  /** Not of the DOM. */
  numbered(id: number): void {
    this.stream = id
  }

  /** "Announce the data channel as open". Not of the DOM. */
  announce(): void {
    if (this.#readyState === 'closing' || this.#readyState === 'closed') return
    this.#readyState = 'open'
    fire(this, 'open')
  }

  /** It can send already, and says so only after the `datachannel` event. Not of the DOM. */
  openQuietly(): void {
    this.#readyState = 'open'
  }

  /** So many bytes left the buffer. Not of the DOM. */
  left(bytes: number): void {
    const before = this.#bufferedAmount
    this.#bufferedAmount -= bytes
    if (before > this.#threshold && this.#bufferedAmount <= this.#threshold) fire(this, 'bufferedamountlow')
  }

  /** A message came in. Not of the DOM. */
  arrived(data: Data): void {
    if (this.#readyState !== 'open') return
    this.counts.messagesReceived += 1
    this.counts.bytesReceived += sizeOf(data)
    fire(this, 'message', { data: this.#shown(data), origin: '', lastEventId: '', ports: [], source: null })
  }

  /** The far side ends it. Not of the DOM. */
  closing(): void {
    if (this.#readyState === 'closing' || this.#readyState === 'closed') return
    this.#readyState = 'closing'
    if (this.#channels.tellsClosing) fire(this, 'closing')
  }

  /** It is closed, and these are fired (webrtc-pc 6.2.5). Not of the DOM. */
  closed(events: readonly string[] = ['close'], error?: DOMException): void {
    if (this.#readyState === 'closed') return
    if (events.includes('closing')) this.closing()
    this.#readyState = 'closed'
    if (events.includes('error')) fire(this, 'error', { error })
    if (events.includes('close')) fire(this, 'close')
  }

  #shown(data: Data): unknown {
    if (typeof data === 'string') return data
    const { buffer } = data.slice()
    return this.binaryType === 'blob' ? new Blob([buffer as ArrayBuffer]) : buffer
  }
}

withHandlers(DataChannel.prototype, ['open', 'bufferedamountlow', 'error', 'closing', 'close', 'message'])
