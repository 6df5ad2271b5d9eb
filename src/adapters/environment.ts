import { failure } from '../errors.js'
import type { Environment } from '../interfaces/environment.js'

interface Globals {
  readonly RTCPeerConnection: typeof globalThis.RTCPeerConnection | undefined
  readonly MediaStream: typeof globalThis.MediaStream | undefined
  addEventListener?(type: string, listener: (event: PageTransitionEvent) => void): void
  removeEventListener?(type: string, listener: (event: PageTransitionEvent) => void): void
}

// Looked up at each use, never at import: the module can be loaded where there is no DOM.
const globals = () => globalThis as unknown as Globals

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
      globals().addEventListener?.('pagehide', listener)
      return () => globals().removeEventListener?.('pagehide', listener)
    },
  },
  ...replaced,
})

/** About 100 bits of the environment's chance. */
export const uniqueId = (random: () => number): string => `${random()}${random()}`.replace(/\D|0\./g, '')

/** What the environment has to have for a session, or a typed error. */
export const needed = <Name extends 'RTCPeerConnection' | 'MediaStream'>(environment: Environment, name: Name) => {
  const constructor = environment[name]
  if (constructor) return constructor as NonNullable<Environment[Name]>
  const code = name === 'MediaStream' ? 'unsupported' : 'no-webrtc'
  throw failure(code, `there is no ${name}: pass one in options.environment`)
}
