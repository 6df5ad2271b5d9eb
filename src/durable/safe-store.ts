import type { EnvironmentClock } from '../interfaces/environment.js'
import type { DurableStorage, DurableStore, StoreChange, StoredValue } from '../interfaces/storage.js'

/** A store that answers no sooner must hold nobody up, in milliseconds. */
const ANSWERS_WITHIN = 2_000

/** Resolves with what `promise` does; rejects after so many milliseconds. */
const within = <T>(clock: EnvironmentClock, promise: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => reject(new Error(`no answer within ${ANSWERS_WITHIN} ms`)), ANSWERS_WITHIN)
    const settled = () => clock.clearTimeout(timer)
    promise.then(settled, settled)
    promise.then(resolve, reject)
  })

/** A store of anybody's: every call of it ends in time, and none throws but by a rejection. */
export class SafeStore {
  readonly #writing = new Set<Promise<unknown>>()
  #closed: Promise<void> | undefined

  private constructor(
    private readonly clock: EnvironmentClock,
    private readonly store: DurableStore,
  ) {}

  /** Opens a storage and reads all that is in it. */
  static async open(
    clock: EnvironmentClock,
    storage: DurableStorage,
  ): Promise<readonly [SafeStore, readonly (readonly [key: string, value: StoredValue])[]]> {
    const opening = Promise.resolve().then(() => storage.open())
    const reading = opening.then(async (store) => [new SafeStore(clock, store), await store.read()] as const)
    try {
      return await within(clock, reading)
    } catch (error) {
      // Should it open yet, nobody wants it any more.
      opening.then((store) => new SafeStore(clock, store).close()).catch(() => {})
      throw error
    }
  }

  /** Resolves once it is written; rejects where it is not, or not in time. */
  async write(change: StoreChange): Promise<void> {
    if (this.#closed) throw new Error('the store is closed')
    const writing = within(
      this.clock,
      Promise.resolve().then(() => this.store.write(change)),
    )
    this.#writing.add(writing)
    try {
      await writing
    } finally {
      this.#writing.delete(writing)
    }
  }

  /** Closes it after what is being written; resolves when that is done. */
  close(): Promise<void> {
    return (this.#closed ??= Promise.allSettled(this.#writing).then(async () => {
      try {
        await this.store.close()
      } catch {
        // Nobody is left to whom it matters.
      }
    }))
  }
}
