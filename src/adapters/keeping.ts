import { facts, type RealtimeErrorCode } from '../errors.js'
import type * as Durable from '../durable/durable.js'
import type { DurableStorage } from '../interfaces/storage.js'
import type { World } from './world.js'

let loaded: Promise<typeof Durable> | undefined

/** From now on it is there, see `upkeepIs`. */
export const keepingIs = (code: typeof Durable): void => {
  loaded = Promise.resolve(code)
}

/**
 * Opens a storage, once, and takes up what a session before has left; resolves when that is done. Where it cannot
 * be had that is reported, and nothing survives.
 */
export const beginKeeping = (world: World, storage: DurableStorage): Promise<void> => {
  const warn = (code: RealtimeErrorCode, message: string, cause?: unknown) =>
    world.warn(facts(code, message, { cause }))
  return (world.keeping ??= (loaded ?? import('../durable/durable.js')).then(
    ({ keep }) => keep(world, storage, warn),
    (cause: unknown) => warn('storage-failed', 'code of the library could not be loaded', cause),
  ))
}
