import type { Keeper, Message } from '../adapters/outbox.js'
import type { World } from '../adapters/world.js'
import type { CloseReason, MessageFate } from '../interfaces/options.js'
import type { StoreChange } from '../interfaces/storage.js'
import { keyOf, VERSION, type MessageRow } from './rows.js'
import type { SafeStore } from './safe-store.js'

/** Keeps each durable message as a row of the store, until its fate is decided. */
export class RowKeeper implements Keeper {
  readonly #keys = new Map<number, string>()
  /** Whether the rows that are being written are there. */
  readonly #keeping = new Map<string, Promise<boolean>>()
  readonly #noting = new Set<Message>()
  #reported = false
  #ended: Promise<void> | undefined

  constructor(
    private readonly world: World,
    private readonly store: SafeStore,
    private next: number,
    private readonly failed: (cause: unknown) => void,
  ) {}

  /** This row is the message of this id. */
  owns(id: number, key: string): void {
    this.#keys.set(id, key)
  }

  keep(message: Message): void {
    const key = keyOf(this.next)
    this.next += 1
    this.#keys.set(message.id, key)
    const kept = this.write({ put: [[key, this.#row(message)]] })
    this.#keeping.set(key, kept)
    void kept.then((isKept) => {
      this.#keeping.delete(key)
      if (!isKept) this.#keys.delete(message.id)
    })
  }

  note(message: Message, noted: (fits: boolean) => void): void {
    // What a session that ends still releases goes nowhere: it is the next one's.
    if (this.#noting.has(message) || this.#reason !== undefined) return
    this.#noting.add(message)
    void this.#note(message).then((fits) => {
      this.#noting.delete(message)
      message.noted = true
      if (this.#reason === undefined) noted(fits)
    })
  }

  /** What is decided is forgotten, unless the page goes: then it is the next one's. Refused, it is as well. */
  fated({ fate, ids }: MessageFate): void {
    if (fate === 'sent' || this.leaving) return
    const remove = fate === 'refused' ? [] : ids.flatMap((id) => this.#keys.get(id) ?? [])
    for (const id of ids) this.#keys.delete(id)
    if (remove.length > 0) void this.write({ remove })
  }

  /** Whether the session ends other than by the application's will. */
  get leaving(): boolean {
    return this.#reason !== undefined && this.#reason !== 'closed-by-application'
  }

  get #reason(): CloseReason | undefined {
    return (this.world.session.actor.getSnapshot().context as { reason?: CloseReason }).reason
  }

  /** Whether it was written. What fails is reported once. */
  async write(change: StoreChange): Promise<boolean> {
    if (this.#ended) return false
    try {
      await this.store.write(change)
      return true
    } catch (cause) {
      if (!this.#reported) this.failed(cause)
      this.#reported = true
      return false
    }
  }

  /** The end; of a session that the application closed nothing stays. Resolves when the store is closed. */
  end(session: string): Promise<void> {
    if (this.#ended) return this.#ended
    if (!this.leaving) void this.write({ remove: [session, ...this.#keys.values()] })
    return (this.#ended = this.store.close())
  }

  /**
   * Whether it may be sent: noted, or never kept. A row that cannot be written over is removed; where not even that can be
   * done it would be sent by the next session too.
   */
  async #note(message: Message): Promise<boolean> {
    await this.#keeping.get(this.#keys.get(message.id) ?? '')
    const key = this.#keys.get(message.id)
    if (key === undefined) return true
    const { data: _, ...row } = this.#row(message)
    return (await this.write({ put: [[key, row]] })) || (await this.write({ remove: [key] }))
  }

  #row({ durable, repeats, due }: Message): MessageRow {
    const { clock, epoch } = this.world.environment
    const { roomId: room, peerId: peer } = this.world.order.config
    const data = durable !== undefined && { data: durable }
    return { v: VERSION, room, peer, repeats, due: due - clock.now() + epoch(), ...data }
  }
}
