const EVENTS = ['unhandledRejection', 'uncaughtException'] as const

/**
 * Catches what escapes to nobody while it watches: rejections that nobody handles, exceptions out of callbacks, and
 * what XState throws from a timer of its own. The runner's own listeners rest meanwhile: the test is who asserts it.
 */
export const watchStrays = (strays: unknown[]): (() => void) => {
  const process = globalThis.process as unknown as NodeJS.EventEmitter
  const caught = (error: unknown) => void strays.push(error)
  const before = EVENTS.map((event) => [event, process.listeners(event)] as const)
  for (const event of EVENTS) process.removeAllListeners(event).on(event, caught)
  const { setTimeout } = globalThis
  // XState reports what nobody observes by throwing it from a timer without a time.
  const caughtTimeout = (callback: () => void, ms?: number, ...args: []) =>
    ms === undefined ? queueMicrotask(callback) : setTimeout(callback, ms, ...args)
  globalThis.setTimeout = caughtTimeout as never
  return () => {
    globalThis.setTimeout = setTimeout
    for (const [event, listeners] of before) {
      process.removeAllListeners(event)
      for (const listener of listeners) process.on(event, listener as () => void)
    }
  }
}
