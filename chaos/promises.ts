/** A promise that the engine gave out, and what became of it. */
interface Given {
  readonly name: string
  /** Where it lives nobody may hear of it any more. */
  readonly exempt: () => boolean
}

/** Every promise that was given out: each must settle. (That none settles twice is the language's own rule.) */
export class Promises {
  readonly #open = new Set<Given>()
  given = 0

  /** Watches one. `failed`: hears what it was rejected with. */
  watch(name: string, promise: PromiseLike<unknown>, exempt: () => boolean, failed: (error: unknown) => void): void {
    const entry: Given = { name, exempt }
    this.given += 1
    this.#open.add(entry)
    promise.then(
      () => this.#open.delete(entry),
      (error: unknown) => {
        this.#open.delete(entry)
        failed(error)
      },
    )
  }

  /** Names of those that wait still, and of whom somebody could hear. */
  get open(): string[] {
    return [...this.#open].flatMap(({ name, exempt }) => (exempt() ? [] : [name]))
  }
}
