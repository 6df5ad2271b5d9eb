import type { EnvironmentClock } from '../../src/index.js'

interface Timer {
  readonly at: number
  readonly callback: () => void
  /** `engine`: what a socket set; `world`: what a double has planned. */
  readonly of: 'engine' | 'world'
}

/** Lets everything run that waits for no time: promises, microtasks, and what Node says of a rejection nobody handles. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** Time that passes only when told, from deadline to deadline: what one timer brings about happens before the next. */
export class VirtualClock implements EnvironmentClock {
  #now = 0
  #handles = 0
  readonly #timers = new Map<number, Timer>()

  readonly now = (): number => this.#now
  readonly setTimeout = (callback: () => void, ms: number): number => this.#add('engine', callback, ms)
  readonly clearTimeout = (handle: unknown): void => void this.#timers.delete(handle as number)

  /** Plans something that a double does by itself. */
  later(ms: number, callback: () => void): void {
    this.#add('world', callback, ms)
  }

  /** Timers of the engine that were neither fired nor cleared. */
  get timers(): number {
    return [...this.#timers.values()].filter(({ of }) => of === 'engine').length
  }

  /** Lets this much time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    await this.#run(end)
    this.#now = end
  }

  /** Goes on until nothing waits for time any more, or this much has passed. */
  quiet(most = 120_000): Promise<void> {
    return this.#run(this.#now + most)
  }

  async #run(end: number): Promise<void> {
    await settled()
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      const [handle, { at, callback }] = next
      this.#timers.delete(handle)
      this.#now = at
      callback()
      await settled()
    }
  }

  /** The first timer up to `end`; of several at the same time the one that was set first. */
  #next(end: number): [number, Timer] | undefined {
    let first: [number, Timer] | undefined
    for (const entry of this.#timers) if (entry[1].at <= end && (!first || entry[1].at < first[1].at)) first = entry
    return first
  }

  #add(of: Timer['of'], callback: () => void, ms: number): number {
    this.#handles += 1
    this.#timers.set(this.#handles, { at: this.#now + Math.max(0, ms), callback, of })
    return this.#handles
  }
}
