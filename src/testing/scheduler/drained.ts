interface Host {
  readonly setImmediate?: (callback: () => void) => unknown
  readonly MessageChannel?: typeof MessageChannel
}

const { setImmediate, MessageChannel: Channel } = globalThis as unknown as Host

/** A turn of the host's event loop, in whatever way it has; taken at import, before a test replaces its timers. */
const nextTurn = (): ((callback: () => void) => void) => {
  if (setImmediate) return (callback) => void setImmediate(callback)
  const waiting: (() => void)[] = []
  const { port1, port2 } = new (Channel as typeof MessageChannel)()
  port1.addEventListener('message', () => waiting.shift()?.())
  port1.start()
  return (callback) => {
    waiting.push(callback)
    port2.postMessage(undefined)
  }
}

const soon = nextTurn()

/**
 * Resolves once every promise that could go on has gone on: a turn of the event loop begins only when no microtask is
 * left (HTML standard, 8.1.7.3). So what a step brings about is over before the next one is picked.
 */
export const drained = (): Promise<void> => new Promise(soon)
