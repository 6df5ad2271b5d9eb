import type { Wish } from '../protocol/wishes.js'

/** A session that ends so soon after it was asked again may have ended of that. */
const DEADLY = 3_000

/** A wish that the application sent as a raw request. */
export interface KeptWish {
  readonly wish: Wish
  /** As it was sent. */
  readonly text: string
  /** `waiting`: it is in the outbox. `asked`: sent, without an answer. */
  state: 'waiting' | 'asked' | 'answered'
  /** How often in a row the session ended right after it was asked again. */
  strikes: number
  /** What the server knows of the same target, until this one is answered. */
  before: KeptWish | undefined
}

/** What the application commanded the server by raw requests, so that a new session can be asked for it again. */
export class Wishes {
  /** By target; the oldest first. */
  readonly #kept = new Map<string, KeptWish>()
  /** Asked again when the channel opened last, and when that was. */
  #again: readonly KeptWish[] = []
  #at = 0

  /** As they were sent; what waits in the outbox is that one's. */
  get texts(): readonly string[] {
    return [...this.#kept.values()].flatMap(({ state, text }) => (state === 'waiting' ? [] : text))
  }

  /** Remembers a wish that is being sent. */
  keep(wish: Wish, text: string): KeptWish {
    const older = this.overrule(wish)
    const before = older?.state === 'answered' ? older : older?.before
    const kept: KeptWish = { wish, text, state: 'waiting', strikes: 0, before }
    this.#kept.set(wish.target, kept)
    return kept
  }

  /** Forgets what was wished for the same target, and the limit that another source resets. */
  overrule({ target, resets, source }: Wish): KeptWish | undefined {
    const older = this.#kept.get(target)
    this.#kept.delete(target)
    if (resets && !(source && older?.wish.source === source)) this.#kept.delete(resets)
    return older
  }

  answered(kept: KeptWish, ok: boolean): void {
    kept.state = 'answered'
    if (!ok) this.lapsed(kept)
    else kept.before = undefined
    // In a new session there is nothing to undo.
    if (ok && kept.wish.undoes) this.lapsed(kept)
  }

  /** It is over; what the server was told before holds. */
  lapsed(kept: KeptWish): void {
    const { before, wish } = kept
    if (this.#kept.get(wish.target) !== kept) return
    if (before) this.#kept.set(wish.target, before)
    else this.#kept.delete(wish.target)
  }

  /** What a new session is to be asked for, in order. */
  again(now: number): readonly KeptWish[] {
    this.#at = now
    return (this.#again = [...this.#kept.values()]
      .filter(({ state }) => state !== 'waiting')
      .sort((a, b) => a.wish.rank - b.wish.rank))
  }

  /** The session is over. Returns the requests that it ended of twice, which are forgotten. */
  ended(now: number): string[] {
    const deadly = this.#again.filter((kept) => {
      kept.strikes = now - this.#at < DEADLY ? kept.strikes + 1 : 0
      return kept.strikes > 1 && this.#kept.get(kept.wish.target) === kept
    })
    this.#again = []
    for (const kept of deadly) this.lapsed(kept)
    return deadly.map(({ wish }) => wish.request)
  }
}
