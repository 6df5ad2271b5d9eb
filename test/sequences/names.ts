/** Names for ids that are chance: the same in every run and on every stack. */
export class Names {
  readonly #names = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  of(id: string, name: string): void {
    this.#names.set(id, name)
  }

  /** A numbered name. */
  next(id: string, what: string): void {
    const count = (this.#counts.get(what) ?? 0) + 1
    this.#counts.set(what, count)
    this.#names.set(id, `${what} ${count}`)
  }

  has(id: string): boolean {
    return this.#names.has(id)
  }

  get(id: string): string {
    return this.#names.get(id) ?? 'unknown'
  }
}
