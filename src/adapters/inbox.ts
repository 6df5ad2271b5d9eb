import type { EnvironmentClock } from '../interfaces/environment.js'

/** What arrives before anybody listens is kept up to this many bytes. */
const UNHEARD_BOUND = 262_144
/** So many messages are handed on before timers and rendering get their turn. */
const SLICE = 256

const sizeOf = (data: unknown): number => {
  const { length, byteLength, size = 0 } = data as { length?: number; byteLength?: number; size?: number }
  return length ?? byteLength ?? size
}

/** Hands messages on in order: keeps them while nobody listens yet, and hands a flood out in slices. */
export class Inbox<Message> {
  readonly #kept: Message[] = []
  #unheard = 0
  /** Handed on in this turn; the timer ends the turn. */
  #handed = 0
  #turn: unknown
  /** Messages that were handed on. */
  received = 0
  /** Messages that found no room. */
  dropped = 0

  constructor(
    private readonly clock: EnvironmentClock,
    private readonly somebodyListens: () => boolean,
    private readonly deliver: (message: Message) => void,
    /** Something found no room; told once. */
    private readonly overflow: () => void,
  ) {}

  receive(message: Message): void {
    const heard = this.somebodyListens()
    // What was kept goes first, also while it is just being handed out.
    if (heard && this.#kept.length === 0 && this.#handed < SLICE) return this.#hand(message)
    if (!heard) this.#unheard += sizeOf(message)
    if (heard || this.#unheard <= UNHEARD_BOUND) this.#kept.push(message)
    else if ((this.dropped += 1) === 1) this.overflow()
  }

  /** Hands out what was kept, in order, as long as somebody listens. */
  handOut(): void {
    let next = 0
    while (next < this.#kept.length && this.#handed < SLICE && this.somebodyListens()) this.#hand(this.#kept[next++]!)
    this.#kept.splice(0, next)
    if (this.#kept.length === 0) this.#unheard = 0
  }

  /** Nobody is served any more. */
  end(): void {
    this.clock.clearTimeout(this.#turn)
    this.#kept.length = 0
  }

  #hand(message: Message): void {
    this.#handed += 1
    this.received += 1
    this.#turn ??= this.clock.setTimeout(() => {
      this.#turn = undefined
      this.#handed = 0
      this.handOut()
    }, 0)
    this.deliver(message)
  }
}
