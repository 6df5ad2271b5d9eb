/** What arrives before anybody listens is kept up to this many bytes. */
const BOUND = 262_144

const sizeOf = (data: unknown): number => {
  if (typeof data === 'string') return data.length
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return data.byteLength
  return (data as { size?: number } | null)?.size ?? 0
}

/** Keeps messages until the first listener comes. */
export class Inbox<Message> {
  #kept: Message[] = []
  #bytes = 0
  /** Messages that found no room. */
  dropped = 0

  /** `false`: there was no room. */
  keep(message: Message): boolean {
    const size = sizeOf(message)
    if (this.#bytes + size > BOUND) {
      this.dropped += 1
      return false
    }
    this.#kept.push(message)
    this.#bytes += size
    return true
  }

  get isEmpty(): boolean {
    return this.#kept.length === 0
  }

  /** Hands out what was kept, in order. */
  take(): Message[] {
    const kept = this.#kept
    this.#kept = []
    this.#bytes = 0
    return kept
  }
}
