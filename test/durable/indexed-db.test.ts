import * as fake from 'fake-indexeddb'
import { openDB } from 'idb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { indexedDbStorage } from '../../src/index.js'

/** Names of databases, each used once. */
let count = 0
const named = () => `database ${(count += 1)}`

/** Web Locks, as far as they are used: who asks waits until the lock is given back, or the signal aborts. */
const locks = () => {
  const held = new Map<string, Promise<unknown>>()
  return {
    request: async (name: string, { signal }: { signal: AbortSignal }, use: () => Promise<unknown>) => {
      const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      // Once it is held nobody looks at the signal any more.
      aborted.catch(() => {})
      while (held.has(name)) await Promise.race([held.get(name), aborted])
      const using = use().finally(() => held.delete(name))
      held.set(name, using)
      return using
    },
  }
}

beforeEach(() => {
  for (const [name, value] of Object.entries(fake)) if (/^I(DB|ndexed)/i.test(name)) vi.stubGlobal(name, value)
})
afterEach(() => vi.unstubAllGlobals())

test('what was written is read in the order of the keys, by the next who opens it too', async () => {
  const storage = indexedDbStorage({ name: named() })
  const first = await storage.open()
  const bytes = new Uint8Array([1, 2, 3])
  await first.write({
    put: [
      ['b', { v: 1, due: Infinity }],
      ['a', bytes],
      ['c', 'gone'],
    ],
  })
  await first.write({ put: [['b', { v: 2 }]], remove: ['c', 'never there'] })
  first.close()
  const second = await storage.open()
  expect(await second.read()).toEqual([
    ['a', bytes],
    ['b', { v: 2 }],
  ])
  second.close()
})

test('a change is written whole or not at all, and says so', async () => {
  const store = await indexedDbStorage({ name: named() }).open()
  const change = {
    put: [
      ['a', 1],
      ['b', () => {}],
    ] as const,
  }
  await expect(store.write(change)).rejects.toThrow()
  expect(await store.read()).toEqual([])
  store.close()
  await expect(store.write({ put: [['a', 1]] })).rejects.toThrow()
})

test('a database of a later version is not touched', async () => {
  const name = named()
  const later = await openDB(name, 7)
  later.close()
  await expect(indexedDbStorage({ name }).open()).rejects.toMatchObject({ code: 'storage-unreadable' })
  expect((await openDB(name)).version).toBe(7)
})

test('a database of somebody else cannot be read, and is not touched', async () => {
  const name = named()
  const other = await openDB(name, 1, { upgrade: (db) => void db.createObjectStore('theirs') })
  other.close()
  const store = await indexedDbStorage({ name }).open()
  await expect(store.read()).rejects.toThrow()
  store.close()
})

describe('with Web Locks', () => {
  test('one has it at a time; who comes while it is given back waits for that', async () => {
    vi.stubGlobal('navigator', { locks: locks() })
    const storage = indexedDbStorage({ name: named() })
    const first = await storage.open()
    const second = storage.open()
    first.close()
    ;(await second).close()
  })

  test('who waits in vain is told that it is busy', async () => {
    vi.stubGlobal('navigator', { locks: locks() })
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(new Error('late')))
    vi.stubGlobal('navigator', {
      locks: { request: (_: string, { signal }: { signal: AbortSignal }) => Promise.reject(signal.reason as Error) },
    })
    await expect(indexedDbStorage({ name: named() }).open()).rejects.toMatchObject({ code: 'storage-busy' })
    vi.restoreAllMocks()
  })

  test('a database that does not open gives the lock back', async () => {
    const name = named()
    ;(await openDB(name, 7)).close()
    vi.stubGlobal('navigator', { locks: locks() })
    const storage = indexedDbStorage({ name })
    await expect(storage.open()).rejects.toMatchObject({ code: 'storage-unreadable' })
    await expect(storage.open()).rejects.toMatchObject({ code: 'storage-unreadable' })
  })
})
