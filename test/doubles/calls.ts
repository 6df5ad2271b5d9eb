/** How a call goes wrong: at once, by a rejection, or by no end at all. */
export type Fault = 'throws' | 'rejects' | 'hangs'

/** A call as the log has it. */
export interface Call {
  readonly name: string
  readonly kind: 'sync' | 'promise'
}

/** What a call that was told to fail fails with. */
export class Broken extends Error {}

/** Every method of every double goes through here: one log, and one place where a test says what goes wrong. */
export class Calls {
  readonly log: Call[] = []
  /** Requests that can be aborted and are not over. */
  open = 0
  readonly #faults = new Map<number, Fault>()
  readonly #held = new Map<string, Promise<void>>()

  /** The call at this position of the log goes wrong. */
  fail(position: number, fault: Fault): void {
    this.#faults.set(position, fault)
  }

  /** The next call goes wrong, whatever it is. */
  failNext(name: string, fault: Fault): void {
    this.#next = { name, fault }
  }

  /** Calls of this name wait until the returned function is called. */
  hold(name: string): () => void {
    let release = () => {}
    this.#held.set(name, new Promise((resolve) => (release = resolve)))
    return () => {
      this.#held.delete(name)
      release()
    }
  }

  /** A method that returns. */
  sync<T>(name: string, run: () => T): T {
    const fault = this.#enter(name, 'sync')
    // Who fails to close is closed all the same: nobody could do more.
    if (fault && name.endsWith('.close')) run()
    if (fault) throw new Broken(name)
    return run()
  }

  /** A method that promises. */
  promise<T>(name: string, run: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    const fault = this.#enter(name, 'promise')
    if (fault && name.endsWith('.close')) void run()
    if (fault === 'throws') throw new Broken(name)
    const made = this.#made(name, fault, run, signal)
    if (!signal) return made
    this.open += 1
    const aborted = new Promise<never>((_, reject) => {
      const abort = () => reject(new DOMException('This operation was aborted', 'AbortError'))
      if (signal.aborted) abort()
      signal.addEventListener('abort', abort)
    })
    return Promise.race([made, aborted]).finally(() => {
      this.open -= 1
    })
  }

  #next: { readonly name: string; readonly fault: Fault } | undefined

  async #made<T>(name: string, fault: Fault | undefined, run: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    if (fault === 'rejects') throw new Broken(name)
    if (fault === 'hangs') return new Promise<never>(() => {})
    await this.#held.get(name)
    if (signal?.aborted) throw new DOMException('This operation was aborted', 'AbortError')
    return run()
  }

  #enter(name: string, kind: Call['kind']): Fault | undefined {
    this.log.push({ name, kind })
    const planned = this.#faults.get(this.log.length - 1)
    if (planned || this.#next?.name !== name) return planned
    const { fault } = this.#next
    this.#next = undefined
    return fault
  }
}
