import { inflateSync } from 'node:zlib'
import { DataChannelPort } from '../../src/adapters/data-channel-port.js'
import type { MessageFate, SendOptions } from '../../src/index.js'
import { atm0sV01 } from '../../src/protocol/atm0s-v01.js'
import type { Wish } from '../../src/protocol/wishes.js'
import { SteppedTime } from './network.js'

/** From here on request ids are the engine's. */
const ENGINE = atm0sV01.firstRequestId

interface Shown {
  request?: unknown
  req_id?: number
  data?: object
}

/** A data channel that keeps what is sent over it. */
export class FakeChannel {
  readonly frames: (string | Uint8Array)[] = []
  readyState: RTCDataChannelState = 'open'
  bufferedAmount = 0
  bufferedAmountLowThreshold = 0

  send(frame: string | Uint8Array): void {
    if (this.readyState !== 'open') throw new DOMException('it is not open', 'InvalidStateError')
    this.frames.push(frame)
  }

  get texts(): string[] {
    return this.frames.map((frame) => (typeof frame === 'string' ? frame : inflateSync(frame).toString()))
  }

  /** Messages of the application as they went out, probes of the engine left out; requests by id, name and data. */
  get seen(): unknown[] {
    return this.texts.flatMap((text): unknown[] => {
      if (!text.startsWith('{')) return [text]
      const { request, req_id = 0, data } = JSON.parse(text) as Shown
      const probe = JSON.stringify(data) === '{"peer":""}'
      return probe ? [] : [[req_id >= ENGINE ? 'engine' : req_id, request, data]]
    })
  }

  /** Id of the last request of the engine. */
  get lastId(): number {
    return this.texts
      .filter((text) => text.startsWith('{'))
      .map((text) => (JSON.parse(text) as Shown).req_id ?? 0)
      .findLast((id) => id >= ENGINE)!
  }
}

/** A port, stepped time, and what it tells. */
export class PortStage {
  readonly time = new SteppedTime()
  readonly fates: MessageFate[] = []
  readonly warned: string[] = []
  readonly delivered: unknown[] = []
  readonly wished: Wish[] = []
  listens = true
  channel = new FakeChannel()
  readonly port: DataChannelPort

  constructor(outboxBytes = 1_048_576) {
    this.port = new DataChannelPort(atm0sV01, this.time.environment.clock, outboxBytes, {
      deliver: (data) => this.delivered.push(data),
      drained: () => {},
      warn: ({ code, message }) => this.warned.push(`${code}: ${message}`),
      wantsFates: () => this.listens,
      fated: (fate) => this.fates.push(fate),
      told: () => {},
      wished: (wish) => this.wished.push(wish),
      keeps: false,
    })
  }

  /** A new session: another channel. */
  open(): FakeChannel {
    this.channel = new FakeChannel()
    this.port.open(this.channel as unknown as RTCDataChannel, () => undefined)
    return this.channel
  }

  /** The session ends, and with it the channel. */
  end(): number {
    this.channel.readyState = 'closed'
    return this.port.shut()
  }

  answers(id: number, success = true): void {
    this.port.receive(JSON.stringify({ req_id: id, type: 'answer', success, data: null }))
  }

  /** The server confirms all that was sent so far. */
  async confirmed(): Promise<void> {
    const confirming = this.port.confirm(new AbortController().signal)
    this.answers(this.channel.lastId)
    await confirming
  }

  /** Fates told so far, as `sent 1,2`. */
  async told(): Promise<string[]> {
    await Promise.resolve()
    return this.fates.splice(0).map(({ fate, ids }) => `${fate} ${ids.join()}`)
  }
}

export const request = (req_id: number, name: string, data: object): string =>
  JSON.stringify({ type: 'request', req_id, request: name, data })

export const AGAIN: SendOptions = { policy: 'atLeastOnce' }
export const within = (ttlMs: number): SendOptions => ({ wait: { acrossReconnect: { ttlMs } } })

/** What a call returns, or the code of what it throws. */
export const codeOf = (call: () => unknown): unknown => {
  try {
    return call()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

/** Data of a switch, and of a limit. */
export const to = (id: string, peer: string, stream = 'camera') => ({ id, priority: 1, remote: { peer, stream } })
export const bound = (id: string, layer: number) => ({
  id,
  limit: { priority: 1, max_spatial: layer, max_temporal: layer },
})
