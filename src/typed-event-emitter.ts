/** An object of its own for each call of `on`: a callback may be registered more than once. */
interface Registration<T> {
  readonly callback: T
}

/** Says on the console, where there is one, that a listener threw. */
export const toConsole = (error: unknown, event: PropertyKey): void =>
  (globalThis as { console?: Console }).console?.error(`a listener of "${String(event)}" threw`, error)

/**
 * A synchronous, typed emitter: listeners run in the order of registration, each with at least four arguments
 * (padded with `undefined`).
 *
 * A listener added during an emit runs from the next emit on, one removed during an emit does not run any more. A
 * listener that throws stops neither the others nor the caller: it is reported to `onListenerError`.
 */
export class TypedEventEmitter<Events extends { [K in keyof Events]: (...args: never[]) => void }> {
  readonly #registrations = new Map<keyof Events, Set<Registration<Events[keyof Events]>>>()

  /** Called with what a listener threw. Default: `console.error`, where there is a console. */
  onListenerError: (error: unknown, event: keyof Events) => void = toConsole

  /** Runs the listeners of `event`. */
  emit<E extends keyof Events>(event: E, ...args: Parameters<Events[E]>): void {
    const [a, b, c, d, ...more] = args as unknown[]
    const present = this.#registrations.get(event) ?? new Set()
    for (const registration of [...present]) {
      if (!present.has(registration)) continue
      try {
        ;(registration.callback as unknown as (...all: unknown[]) => void)(a, b, c, d, ...more)
      } catch (error) {
        try {
          this.onListenerError(error, event)
        } catch {
          // A reporter that throws has nobody left to report to.
        }
      }
    }
  }

  /** Registers a listener; the returned function removes this registration only, and may be called late or twice. */
  on<E extends keyof Events>(event: E, callback: Events[E]): () => void {
    const registration = { callback }
    const present = this.#registrations.get(event) ?? new Set()
    this.#registrations.set(event, present.add(registration))
    return () => void present.delete(registration)
  }

  /** Registers one listener for several events; returns an unsubscriber for each. */
  onMany<E extends keyof Events>(events: E[], callback: Events[E]): (() => void)[] {
    return events.map((event) => this.on(event, callback))
  }

  /** Removes every registration of `callback` for `event`; silent when there is none. */
  off<E extends keyof Events>(event: E, callback: Events[E]): void {
    const present = this.#registrations.get(event) ?? new Set()
    for (const registration of present) if (registration.callback === callback) present.delete(registration)
  }

  /** The same as {@link off}. */
  removeListener<E extends keyof Events>(event: E, callback: Events[E]): void {
    this.off(event, callback)
  }

  /** Removes every listener. */
  offAllListeners(): void {
    // Emptied too: an emit that is under way looks at them.
    for (const present of this.#registrations.values()) present.clear()
    this.#registrations.clear()
  }

  /** The same as {@link offAllListeners}. */
  removeAllListeners(): void {
    this.offAllListeners()
  }

  /** A copy of the listeners of `event`; `undefined` for one that was never registered. */
  listeners<E extends keyof Events>(event: E): Events[E][] | undefined {
    const present = this.#registrations.get(event)
    return present && Array.from(present, ({ callback }) => callback as Events[E])
  }

  /** How many listeners `event` has; 0 for an unknown one. */
  listenerCount<E extends keyof Events>(event: E): number {
    return this.#registrations.get(event)?.size ?? 0
  }
}
