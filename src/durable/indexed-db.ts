import { openDB } from 'idb'
import type { DurableStore, StoredValue, StoreChange } from '../interfaces/storage.js'

const ROWS = 'rows'
/** How long another page of this origin is waited for: one that is being left goes at once. */
const PATIENCE = 1_000

/** An error by whose code the engine tells what happened. */
const coded = (code: 'storage-busy' | 'storage-unreadable', cause: unknown): Error =>
  Object.assign(new Error(code, { cause }), { code })

/** Takes the lock of this name (Web Locks); resolves with what gives it back. */
const locked = (name: string): Promise<() => void> => {
  const { locks } = (globalThis as { navigator?: { locks?: LockManager } }).navigator ?? {}
  // Where there is none the database alone has to do: it keeps each change whole.
  if (!locks) return Promise.resolve(() => {})
  return new Promise((resolve, reject) => {
    const held = () => new Promise<void>((release) => resolve(() => release()))
    locks
      .request(name, { signal: AbortSignal.timeout(PATIENCE) }, held)
      .catch((cause: unknown) => reject(coded('storage-busy', cause)))
  })
}

/** Opens the database of this name: one object store, a row for each key. */
export const openIndexedDb = async (name: string): Promise<DurableStore> => {
  const release = await locked(`realtime-session-engine ${name}`)
  try {
    const database = await openDB(name, 1, { upgrade: (fresh) => void fresh.createObjectStore(ROWS) })
    return {
      async read() {
        const { store } = database.transaction(ROWS)
        const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()])
        return keys.map((key, at) => [String(key), values[at] as StoredValue] as const)
      },
      async write({ put = [], remove = [] }: StoreChange) {
        const transaction = database.transaction(ROWS, 'readwrite')
        const { store, done } = transaction
        // Of all that fails `done` tells; but what cannot be cloned fails at once, and would leave the rest written.
        try {
          for (const [key, value] of put) void store.put(value, key).catch(() => {})
          for (const key of remove) void store.delete(key).catch(() => {})
        } catch (error) {
          transaction.abort()
          await done.catch(() => {})
          throw error
        }
        await done
      },
      close() {
        database.close()
        release()
      },
    }
  } catch (cause) {
    release()
    throw (cause as Error)?.name === 'VersionError' ? coded('storage-unreadable', cause) : cause
  }
}
