import type { DurableStorage, DurableStore, StoreChange, StoredValue } from '../interfaces/storage.js'

/** What a {@link MemoryStorage} does wrong. */
export type StorageFault = 'open' | 'read' | 'write' | 'close' | 'open hangs' | 'write hangs'

/** A storage that outlives the pages of a simulated device, one session at a time; each page has its own way to it. */
export class MemoryStorage implements DurableStorage {
  readonly rows: Map<string, StoredValue>
  /** Changes that were written, in order. */
  readonly changes: StoreChange[]
  /** What fails from now on. */
  readonly faults: Set<StorageFault>
  readonly #owner: { page: MemoryStorage | undefined }

  constructor(before?: MemoryStorage) {
    this.rows = before?.rows ?? new Map()
    this.changes = before?.changes ?? []
    this.faults = before?.faults ?? new Set()
    this.#owner = before ? before.#owner : { page: undefined }
  }

  /** Whether a session has it. */
  get held(): boolean {
    return this.#owner.page !== undefined
  }

  /** The page is gone: what it still writes is lost, and others may open it. */
  abandon(): void {
    if (this.#owner.page === this) this.#owner.page = undefined
  }

  async open(): Promise<DurableStore> {
    if (this.faults.has('open hangs')) await new Promise(() => {})
    if (this.faults.has('open')) throw new Error('the storage does not open')
    if (this.held) throw Object.assign(new Error('another page has it'), { code: 'storage-busy' })
    this.#owner.page = this
    return {
      read: async () => {
        if (this.faults.has('read')) throw new Error('the storage cannot be read')
        return [...this.rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, structuredClone(value)])
      },
      write: async (change) => {
        if (this.faults.has('write hangs')) await new Promise(() => {})
        if (this.faults.has('write')) throw new Error('the storage is full')
        if (this.#owner.page !== this) throw new Error('the storage was closed')
        for (const [key, value] of change.put ?? []) this.rows.set(key, structuredClone(value))
        for (const key of change.remove ?? []) this.rows.delete(key)
        this.changes.push(change)
      },
      close: () => {
        this.abandon()
        if (this.faults.has('close')) throw new Error('the storage does not close')
      },
    }
  }
}
