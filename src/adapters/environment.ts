import type { Environment } from '../interfaces/environment.js'

// Looked up at each use, never at import: the module can be loaded where there is no DOM.
const globals = () =>
  globalThis as unknown as Partial<
    Pick<typeof globalThis, 'RTCPeerConnection' | 'MediaStream' | 'addEventListener'>
  > & {
    removeEventListener(type: string, listener: (event: PageTransitionEvent) => void): void
  }

/** The outside world of a browser or of Node, with parts of it replaced. */
export const environmentWith = (replaced: Partial<Environment> = {}): Environment => ({
  clock: {
    now: () => performance.now(),
    setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms),
    clearTimeout: (handle) => globalThis.clearTimeout(handle as never),
  },
  random: () => Math.random(),
  fetch: (...args) => globalThis.fetch(...args),
  RTCPeerConnection: globals().RTCPeerConnection,
  MediaStream: globals().MediaStream,
  page: {
    onLeave: (callback) => {
      // `persisted`: the page goes to the back/forward cache and may come back.
      const listener = (event: PageTransitionEvent) => {
        if (!event.persisted) callback()
      }
      const page = globals()
      if (!('document' in page)) return () => {}
      page.addEventListener?.('pagehide', listener as never)
      return () => page.removeEventListener('pagehide', listener)
    },
  },
  ...replaced,
})

/** About 100 bits of the environment's chance. */
export const uniqueId = (random: () => number): string => `${random()}${random()}`.replace(/\D|0\./g, '')
