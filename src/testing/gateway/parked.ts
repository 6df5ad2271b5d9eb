/** Requests for what does not exist yet: they wait, without a limit, until it does. */
export class Parked {
  readonly #waiting = new Map<string, (() => void)[]>()

  park(key: string, run: () => void): void {
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), run])
  }

  release(key: string): void {
    const waiting = this.#waiting.get(key) ?? []
    this.#waiting.delete(key)
    for (const run of waiting) run()
  }

  clear(): void {
    this.#waiting.clear()
  }
}
