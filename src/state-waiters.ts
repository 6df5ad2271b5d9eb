import { failure, RealtimeError, type ErrorFacts } from './errors.js'
import type { RealtimeSocketState as State } from './interfaces/enums.js'

export const closedError = (): RealtimeError => failure('closed', 'the socket is closed')

/** Who waits for an outward state, and how that ends. */
export class StateWaiters {
  readonly #waiting = new Set<(state: State, error?: ErrorFacts) => void>()

  wait(now: State, wanted: State): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      const judge = (state: State, error?: ErrorFacts) => {
        if (state === wanted) resolve()
        // Nothing follows the end, and no socket becomes new again.
        else if (state === 'closed' || wanted === 'created') reject(closedError())
        // Only another call of `connect` leads on from a failure.
        else if (error && wanted !== 'closed') reject(new RealtimeError(error))
        else return
        this.#waiting.delete(judge)
      }
      this.#waiting.add(judge)
      judge(now)
    })
    // Who does not look at it any more is no unhandled rejection.
    promise.catch(() => {})
    return promise
  }

  /** The same promise, but for that it rejects with `closed` when the end comes first. */
  unlessClosed<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const judge = (state: State) => {
        if (state === 'closed') reject(closedError())
      }
      this.#waiting.add(judge)
      promise.then(resolve, reject).finally(() => this.#waiting.delete(judge))
    })
  }

  /** The state changed; `error` is what it failed of. */
  changed(...told: [state: State, error?: ErrorFacts]): void {
    for (const judge of this.#waiting) judge(...told)
  }
}
