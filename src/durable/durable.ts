/**
 * What survives the page: durable messages, and what is needed to come back. A chunk of its own, loaded where there is a
 * storage. Nothing of the entry is imported here but types.
 */
import type { World } from '../adapters/world.js'
import type { RealtimeErrorCode } from '../errors.js'
import type { DurableStorage, DurableStore } from '../interfaces/storage.js'
import { RowKeeper } from './row-keeper.js'
import { rowsOf, SESSION, type Rows, type SessionRow } from './rows.js'
import { SessionNotes } from './session-notes.js'

/** A server has dropped by then whom it does not hear. */
const HELD = 51_000
/** A store that opens no sooner must not hold up a connect. */
const READ_WITHIN = 2_000
/** How long the end of the old session is waited for: a later one would take the room keys of the new one along. */
const PARTING = 1_000

type Warn = (code: RealtimeErrorCode, cause?: unknown) => void

/** Resolves with what `promise` does; rejects after so many milliseconds. */
const within = <T>(world: World, ms: number, promise: Promise<T>): Promise<T> => {
  const { clock } = world.environment
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
    promise.finally(() => clock.clearTimeout(timer)).then(resolve, reject)
  })
}

/** The store with what is in it. */
const opened = async (storage: DurableStorage): Promise<readonly [DurableStore, Rows]> => {
  const store = await storage.open()
  try {
    return [store, rowsOf(await store.read())]
  } catch (error) {
    store.close()
    throw error
  }
}

/** Ends the old server session, as long as the server still holds it. */
const part = async ({ environment, order }: World, { url, node, conn, heardAt }: SessionRow): Promise<void> => {
  if (environment.epoch() - heardAt > HELD) return
  const end = new AbortController()
  const timer = environment.clock.setTimeout(() => end.abort(), PARTING)
  const over = new Promise<void>((resolve) => end.signal.addEventListener('abort', () => resolve()))
  const closing = order.connector.close?.(url, node, conn, { signal: end.signal })
  await Promise.race([Promise.resolve(closing).catch(() => {}), over])
  environment.clock.clearTimeout(timer)
}

/** Attaches receivers that are there again, and show nothing, to what they showed. */
const attach = ({ session: { actor, names } }: World, { receivers }: SessionRow): void => {
  const { children } = actor.getSnapshot() as { children: Record<string, { getSnapshot(): { context: Shown } }> }
  for (const [id, name] of names)
    for (const { id: named, kind, source, priority, limit } of receivers) {
      const shown = children[id]?.getSnapshot().context
      if (named === name && shown?.kind === kind && 'ordinal' in shown && !shown.source)
        actor.send({ type: 'receiver.attach', id, source, priority, limit })
    }
}

interface Shown {
  readonly kind: string
  readonly source?: object | string | null
}

/** Takes up what was left, and keeps from now on what is to be. */
export const keep = async (world: World, storage: DurableStorage, warn: Warn): Promise<void> => {
  const opening = opened(storage)
  try {
    const [store, rows] = await within(world, READ_WITHIN, opening)
    if (rows.later || rows.damaged.length > 0) warn('storage-unreadable')
    if (rows.later) store.close()
    else await takeUp(world, store, rows, warn)
  } catch (cause) {
    const { code } = (cause ?? {}) as { code?: unknown }
    warn(code === 'storage-busy' || code === 'storage-unreadable' ? code : 'storage-failed', cause)
    // Should it open yet, nobody wants it any more.
    opening.then(([store]) => store.close()).catch(() => {})
  }
}

const takeUp = async (
  world: World,
  store: DurableStore,
  { session, messages, damaged, next }: Rows,
  warn: Warn,
): Promise<void> => {
  const now = world.environment.epoch()
  const noted = messages.filter(([, { data }]) => data === undefined)
  const late = messages.filter(([, { data, due }]) => data !== undefined && due <= now)
  const left = messages.flatMap(([key, { data, repeats, due }]) =>
    data !== undefined && due > now ? [{ key, payload: data, repeats, ttl: due - now }] : [],
  )
  // First of all: what is told below must not be told once more.
  await store.write({ remove: [...damaged, ...[...noted, ...late].map(([key]) => key)] })
  if (session) await part(world, session)
  const rows = new RowKeeper(world, store, next, (cause) => warn('storage-failed', cause))
  const waiting = world.channel.restore(rows, session?.requests ?? [], left)
  for (const [at, { key }] of left.entries()) rows.owns(waiting[at]?.id ?? 0, key)
  if (session) attach(world, session)
  const notes = new SessionNotes(world, rows)
  world.onFate = (fate) => rows.fated(fate)
  world.onEnd = () => {
    notes.end()
    rows.end(SESSION)
  }
  if (session || messages.length > 0)
    world.session.restored({
      room: session?.room ?? '',
      peer: session?.peer ?? '',
      heardAt: session?.heardAt ?? 0,
      messages: left.map(({ payload }, at) => ({ id: waiting[at]?.id ?? 0, data: payload })),
      unconfirmed: noted.length,
      expired: late.length,
      receivers: session?.receivers ?? [],
    })
}
