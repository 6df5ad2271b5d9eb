/** What arrives before anybody listens is kept up to this many bytes. */
const BOUND = 262_144

const sizeOf = (data: unknown): number => {
  const { length, byteLength, size = 0 } = data as { length?: number; byteLength?: number; size?: number }
  return length ?? byteLength ?? size
}

/** Hands messages on, and keeps them while nobody listens yet. */
export class Inbox<Message> {
  readonly #kept: Message[] = []
  #bytes = 0

  constructor(
    private readonly deliver: (message: Message) => void,
    /** Something found no room; told once. */
    private readonly overflow: () => void,
  ) {}

  receive(message: Message, somebodyListens: boolean): void {
    // What was kept goes first, also while it is just being handed out.
    if (somebodyListens && this.#kept.length === 0) return this.deliver(message)
    const before = this.#bytes
    this.#bytes += sizeOf(message)
    if (this.#bytes <= BOUND) this.#kept.push(message)
    else if (before <= BOUND) this.overflow()
  }

  /** Delivers what was kept, in order. */
  handOut(): void {
    this.#bytes = 0
    for (let next = this.#kept.shift(); next !== undefined; next = this.#kept.shift()) this.deliver(next)
  }
}
