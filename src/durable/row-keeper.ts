import type { Keeper, Message } from '../adapters/outbox.js'
import type { World } from '../adapters/world.js'
import type { CloseReason, MessageFate } from '../interfaces/options.js'
import type { DurableStore, StoreChange } from '../interfaces/storage.js'
import { keyOf, VERSION, type MessageRow } from './rows.js'

/** Keeps each durable message as a row of the store, until its fate is decided. */
export class RowKeeper implements Keeper {
  readonly #keys = new Map<number, string>()
  readonly #noting = new Set<Message>()
  #reported = false
  #ended = false

  constructor(
    private readonly world: World,
    private readonly store: DurableStore,
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
    void this.write({ put: [[key, this.#row(message)]] })
  }

  note(message: Message, noted: () => void): void {
    // What a session that ends still releases goes nowhere: it is the next one's.
    if (this.#noting.has(message) || this.#reason !== undefined) return
    this.#noting.add(message)
    void this.#note(message).then(() => {
      this.#noting.delete(message)
      message.noted = true
      noted()
    })
  }

  /** What is decided is forgotten, unless the page goes: then it is the next one's. */
  fated({ fate, ids }: MessageFate): void {
    if (fate === 'sent' || this.leaving) return
    const remove = ids.flatMap((id) => this.#keys.get(id) ?? [])
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
    try {
      if (!this.#ended) await this.store.write(change)
      return true
    } catch (cause) {
      if (!this.#reported) this.failed(cause)
      this.#reported = true
      return false
    }
  }

  /** The end; of a session that the application closed nothing stays. */
  end(session: string): void {
    if (this.#ended) return
    if (!this.leaving) void this.write({ remove: [session] })
    this.#ended = true
    this.store.close()
  }

  /** A row that cannot be written over is removed: it must not be sent again. */
  async #note(message: Message): Promise<void> {
    const key = this.#keys.get(message.id)
    if (key === undefined) return
    const { data: _, ...row } = this.#row(message)
    if (!(await this.write({ put: [[key, row]] }))) await this.write({ remove: [key] })
  }

  #row({ durable, repeats, due }: Message): MessageRow {
    const { clock, epoch } = this.world.environment
    return { v: VERSION, repeats, due: due - clock.now() + epoch(), ...(durable !== undefined && { data: durable }) }
  }
}
