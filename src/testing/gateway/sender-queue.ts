import type { Kind } from './events.js'

/** A sender as the client names it. */
export interface SenderEntry {
  readonly kind: Kind
  readonly name: string
  readonly uuid: string
}

/**
 * Names wait here for their lines (protocol 0.1, section 4): one queue a kind; an entry is skipped if its name was last
 * pushed with the same uuid; each new line takes the head of its kind's queue, whatever it was meant for.
 */
export class SenderQueue {
  readonly #waiting: Record<Kind, string[]> = { audio: [], video: [] }
  readonly #lastUuid = new Map<string, string>()

  announce(entries: readonly SenderEntry[]): void {
    for (const { kind, name, uuid } of entries) {
      if (this.#lastUuid.get(name) === uuid) continue
      this.#lastUuid.set(name, uuid)
      this.#waiting[kind].push(name)
    }
  }

  take(kind: Kind): string | undefined {
    return this.#waiting[kind].shift()
  }
}
