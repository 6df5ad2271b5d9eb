import type { MessageFate } from '../src/index.js'
import type { Finding } from './live-charts.js'

const MARK = /^m-(\d+)-/

/** The text of a message: its number and, behind it, so many characters. */
export const textOfMessage = (number: number, length: number): string => `m-${number}-${'x'.repeat(length)}`

const FINAL: ReadonlySet<string> = new Set<MessageFate['fate']>(['delivered', 'unconfirmed', 'expired', 'refused'])

interface Sent {
  readonly repeats: boolean
  /** Channels over which it went. */
  readonly channels: number[]
}

/** The application's messages of one session: what was handed to `send`, to the channels, and told of each. */
export class Messages {
  readonly findings: Finding[] = []
  readonly #sent = new Map<number, Sent>()
  readonly #fates = new Map<number, string>()
  /** The message that went out for the first time last. */
  #last = 0
  /** The channel over which something went for the first time last, and that over which something was repeated. */
  #firstOver = 0
  #repeated = { channel: 0, number: 0 }
  #taken = 0
  number = 0

  /** `send` is about to take this number. */
  next(repeats: boolean): number {
    this.number += 1
    this.#sent.set(this.number, { repeats, channels: [] })
    return this.number
  }

  /** `send` returned this id. */
  taken(id: number): void {
    if (id <= this.#taken) this.#find('ids count upward', `${id} after ${this.#taken}`)
    this.#taken = id
  }

  handed(channel: number, text: string): void {
    const number = Number(MARK.exec(text)?.[1] ?? 0)
    const message = this.#sent.get(number)
    if (!message) return
    if (message.channels.length === 0) {
      if (number < this.#last) this.#find('messages go out in their order', `${number} after ${this.#last}`)
      this.#last = number
      this.#firstOver = channel
    } else this.#again(channel, number, message)
    message.channels.push(channel)
  }

  #again(channel: number, number: number, { repeats, channels }: Sent): void {
    const way = [...channels, channel].join(' and ')
    if (!repeats) this.#find('nothing goes out twice under atMostOnce', `message ${number} over channels ${way}`)
    if (channels.includes(channel)) this.#find('nothing goes out twice over one channel', `message ${number}: ${way}`)
    const { channel: last, number: before } = this.#repeated
    if (this.#firstOver === channel)
      this.#find('what is repeated goes before what waits', `message ${number} behind ${this.#last}`)
    if (last === channel && number < before)
      this.#find('what is repeated keeps its order', `message ${number} after ${before}`)
    this.#repeated = { channel, number }
  }

  told({ fate, ids }: MessageFate): void {
    for (const id of ids) {
      const before = this.#fates.get(id)
      if (before && FINAL.has(before)) this.#find('a message has one end', `${id} was ${before}, and now ${fate}`)
      if (before === undefined && (fate === 'delivered' || fate === 'unconfirmed'))
        this.#find('what is delivered was sent', `${id} is ${fate}`)
      if (before === 'sent' && (fate === 'expired' || fate === 'refused'))
        this.#find('what was sent is no more refused', `${id} is ${fate}`)
      this.#fates.set(id, fate)
    }
  }

  /** Ids that were given out and of whose end nothing was told. */
  get endless(): number[] {
    return Array.from({ length: this.#taken }, (_, at) => at + 1).filter((id) => !FINAL.has(this.#fates.get(id) ?? ''))
  }

  #find(invariant: string, complaint: string): void {
    this.findings.push({ invariant, complaint })
  }
}
