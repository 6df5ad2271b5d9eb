import { RealtimeError, type ErrorFacts } from './errors.js'
import type { OfferMeta } from './interfaces/options.js'

/** An offer for the application's own signalling. */
export interface HandOffer {
  offer: RTCSessionDescriptionInit
  meta: OfferMeta
}

/** Callers of `generateOffer` that wait for their turn, by ticket. */
export class HandRounds {
  readonly #waiting = new Map<number, (made: OfferMeta | ErrorFacts) => void>()
  #tickets = 0

  /** Asks for a turn with a ticket of its own. */
  wait(ask: (ticket: number) => void): Promise<HandOffer> {
    return new Promise((resolve, reject) => {
      this.#tickets += 1
      this.#waiting.set(this.#tickets, (made) => {
        if ('code' in made) reject(new RealtimeError(made))
        else resolve({ offer: { type: 'offer', sdp: made.sdp }, meta: made })
      })
      ask(this.#tickets)
    })
  }

  /** The turn of this ticket has come: with an offer, or with why there is none. */
  settle(ticket: number, made: OfferMeta | ErrorFacts): void {
    this.#waiting.get(ticket)?.(made)
    this.#waiting.delete(ticket)
  }

  /** Nobody's turn comes any more. */
  end(error: ErrorFacts): void {
    for (const ticket of this.#waiting.keys()) this.settle(ticket, error)
  }
}
