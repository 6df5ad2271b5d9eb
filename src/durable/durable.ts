/**
 * What survives the page: durable messages, and what is needed to come back. A chunk of its own, loaded where there is a
 * storage. Nothing of the entry is imported here but types.
 */
import type { World } from '../adapters/world.js'
import type { RealtimeErrorCode } from '../errors.js'
import type { CloseReason } from '../interfaces/options.js'
import type { DurableStorage } from '../interfaces/storage.js'
import { RowKeeper } from './row-keeper.js'
import { rowsOf, SESSION, type MessageRow, type Rows, type SessionRow } from './rows.js'
import { SafeStore } from './safe-store.js'
import { SessionNotes } from './session-notes.js'

/** A server has dropped by then whom it does not hear. */
const HELD = 51_000
/** How long the end of the old session is waited for: a later one would take the room keys of the new one along. */
const PARTING = 1_000

type Warn = (code: RealtimeErrorCode, message: string, cause?: unknown) => void

/** Ends the old server session, as long as the server still holds it. */
const part = async ({ environment, order }: World, { url, node, conn, heardAt }: SessionRow): Promise<void> => {
  if (environment.epoch() - heardAt > HELD) return
  const end = new AbortController()
  const timer = environment.clock.setTimeout(() => end.abort(), PARTING)
  const over = new Promise<void>((resolve) => end.signal.addEventListener('abort', () => resolve()))
  const closing = Promise.resolve().then(() => order.connector.close?.(url, node, conn, { signal: end.signal }))
  await Promise.race([closing.catch(() => {}), over])
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

/** The session has ended meanwhile: whatever is in the store is the next one's. */
const isOver = ({ session: { actor } }: World): boolean =>
  (actor.getSnapshot().context as { reason?: CloseReason }).reason !== undefined

const FAILED: Partial<Record<RealtimeErrorCode, string>> = {
  'storage-busy': 'another session has the store: nothing of this one survives its page',
  'storage-unreadable':
    'a later version of the library has written the store: nothing of this session survives its page',
}

/** Takes up what was left, and keeps from now on what is to be. */
export const keep = async (world: World, storage: DurableStorage, warn: Warn): Promise<void> => {
  try {
    const [store, stored] = await SafeStore.open(world.environment.clock, storage)
    try {
      const rows = rowsOf(stored)
      if (rows.later) throw Object.assign(new Error('of a later version'), { code: 'storage-unreadable' })
      if (rows.damaged.length > 0) warn('storage-unreadable', `damaged rows are removed: ${rows.damaged.length}`)
      await takeUp(world, store, rows, warn)
    } catch (error) {
      void store.close()
      throw error
    }
  } catch (cause) {
    const { code } = (cause ?? {}) as { code?: RealtimeErrorCode }
    const known = code && FAILED[code]
    warn(
      known ? code : 'storage-failed',
      known ?? 'the storage failed: nothing of this session survives its page',
      cause,
    )
  }
}

/** What becomes of the messages that were left. */
const sorted = (world: World, messages: Rows['messages']) => {
  const { roomId, peerId } = world.order.config
  const now = world.environment.epoch()
  const isLost = ({ data }: MessageRow) => data === undefined
  // What was meant for another room, or said by somebody else, is not to be heard here.
  const isLate = ({ due, room, peer }: MessageRow) => due <= now || room !== roomId || peer !== peerId
  const lost = messages.filter(([, row]) => isLost(row))
  const late = messages.filter(([, row]) => !isLost(row) && isLate(row))
  const left = messages.flatMap(([key, row]) => {
    const { data, repeats, due } = row
    return data === undefined || isLate(row) ? [] : [{ key, payload: data, repeats, ttl: due - now }]
  })
  return { lost, late, left }
}

const takeUp = async (world: World, store: SafeStore, found: Rows, warn: Warn): Promise<void> => {
  const { session, messages, damaged, next } = found
  const { roomId, peerId } = world.order.config
  const { lost, late, left } = sorted(world, messages)
  if (isOver(world)) return void store.close()
  // First of all: what is told below must not be told once more.
  const remove = [...damaged, ...[...lost, ...late].map(([key]) => key)]
  if (remove.length > 0) await store.write({ remove })
  if (session) await part(world, session)
  if (isOver(world)) return void store.close()
  const rows = new RowKeeper(world, store, next, (cause) =>
    warn('storage-failed', 'the storage could not be written: what is sent now may not survive the page', cause),
  )
  const same = session?.room === roomId && session.peer === peerId ? session : undefined
  const waiting = world.channel.restore(rows, same?.requests ?? [], left)
  for (const [at, { key }] of left.entries()) rows.owns(waiting[at]?.id ?? 0, key)
  if (same) attach(world, same)
  const notes = new SessionNotes(world, rows)
  world.onFate = (fate) => rows.fated(fate)
  world.onEnd = () => {
    notes.end()
    return rows.end(SESSION)
  }
  if (session || messages.length > 0)
    world.session.restored({
      room: session?.room ?? '',
      peer: session?.peer ?? '',
      heardAt: session?.heardAt ?? 0,
      messages: left.map(({ payload }, at) => ({ id: waiting[at]?.id ?? 0, data: payload })),
      unconfirmed: lost.length,
      expired: late.length,
      receivers: session?.receivers ?? [],
    })
}
