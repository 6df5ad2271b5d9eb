import type { DurableStorage } from './interfaces/storage.js'

/**
 * A database of the page's origin for `options.storage`. What it does is loaded on use.
 *
 * The id of the server session is in it, which is enough to end that session: it is as safe as the origin is. No token
 * ever is. While a session of one tab has it, those of others get the warning `storage-busy` (Web Locks), and keep nothing.
 *
 * @param options.name Name of the database. One for each place of the application that connects.
 */
export const indexedDbStorage = ({ name }: { name: string }): DurableStorage => ({
  open: async () => (await import('./durable/indexed-db.js')).openIndexedDb(name),
})
