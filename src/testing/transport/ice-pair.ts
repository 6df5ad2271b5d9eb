import type { Endpoint } from '../network/internet.js'

/** What the agent knows of one way to the far side; there is one local socket, so the remote end names it. */
export class IcePair {
  /** Counts the remote credentials that it belongs to. */
  readonly generation: number
  readonly foundations = new Set<string>()
  /** It answered a check. */
  valid = false
  /** The controlling side chose it (RFC 8445 section 8.1). */
  nominated = false
  requestsSent = 0
  responsesReceived = 0
  requestsReceived = 0
  /** Milliseconds of the last answered check; `undefined` before the first. */
  roundTrip: number | undefined
  /** When the far side was last heard on it. */
  heardAt = Number.NEGATIVE_INFINITY
  /** When the first check was sent that has not been answered, nor any after it. */
  unansweredSince: number | undefined
  /** Checks under way by transaction, with the time they were sent. */
  readonly #asked = new Map<number, number>()

  constructor(
    readonly remote: Endpoint,
    generation: number,
  ) {
    this.generation = generation
  }

  asked(transaction: number, now: number): void {
    this.requestsSent += 1
    this.unansweredSince ??= now
    this.#asked.set(transaction, now)
    if (this.#asked.size > 64) this.#asked.delete(this.#asked.keys().next().value as number)
  }

  /** Whether this answers a check of this pair. */
  answered(transaction: number, now: number): boolean {
    const at = this.#asked.get(transaction)
    if (at === undefined) return false
    this.#asked.clear()
    this.responsesReceived += 1
    this.roundTrip = now - at
    this.heardAt = now
    this.unansweredSince = undefined
    this.valid = true
    return true
  }

  /** It is looked at as if it had just begun. */
  beginAgain(): void {
    this.unansweredSince = undefined
    this.#asked.clear()
  }
}
