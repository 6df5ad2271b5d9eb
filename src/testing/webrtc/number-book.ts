/** Numbers that mean the same thing in all m-lines of a session: payload types, ids of header extensions (RFC 9143). */
export class NumberBook {
  readonly #numbers = new Map<string, number>()
  readonly #least: number
  readonly #most: number

  /** Where none is free that was asked for, one of these is given. */
  constructor(least: number, most: number) {
    this.#least = least
    this.#most = most
  }

  /** The number of a thing; a new one gets the number that it prefers, or another that is free. */
  numberOf(key: string, preferred: number): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const taken = new Set(this.#numbers.values())
    let number = preferred
    // From above, as libwebrtc does.
    if (taken.has(number)) for (number = this.#most; taken.has(number) && number > this.#least;) number -= 1
    this.#numbers.set(key, number)
    return number
  }

  /** The far side uses this number for it. */
  learn(key: string, number: number): void {
    for (const [other, its] of this.#numbers) if (its === number && other !== key) this.#numbers.delete(other)
    this.#numbers.set(key, number)
  }
}
