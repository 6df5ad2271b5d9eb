import { failure } from '../errors.js'
import type { Environment } from '../interfaces/environment.js'

interface Target {
  addEventListener(type: string, listener: (event: PageTransitionEvent) => void): void
  removeEventListener(type: string, listener: (event: PageTransitionEvent) => void): void
}

interface Globals extends Partial<Target> {
  readonly RTCPeerConnection: typeof globalThis.RTCPeerConnection | undefined
  readonly MediaStream: typeof globalThis.MediaStream | undefined
  readonly document?: Target & { readonly visibilityState?: string }
  readonly navigator?: { readonly onLine?: boolean; readonly connection?: Partial<Target> }
}

// Looked up at each use, never at import: the module can be loaded where there is no DOM.
const globals = () => globalThis as unknown as Globals

/** Calls back at each of these events, where there is what fires them; returns what ends it. */
const onEach = (
  events: readonly (readonly [target: Partial<Target> | undefined, type: string])[],
  callback: (event: PageTransitionEvent) => void,
): (() => void) => {
  for (const [target, type] of events) target?.addEventListener?.(type, callback)
  return () => {
    for (const [target, type] of events) target?.removeEventListener?.(type, callback)
  }
}

/** The outside world of a browser or of Node, with parts of it replaced. */
export const environmentWith = (replaced: Partial<Environment> = {}): Environment => ({
  clock: {
    now: () => performance.now(),
    setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms),
    clearTimeout: (handle) => globalThis.clearTimeout(handle as never),
  },
  epoch: () => Date.now(),
  random: () => Math.random(),
  fetch: (...args) => globalThis.fetch(...args),
  RTCPeerConnection: globals().RTCPeerConnection,
  MediaStream: globals().MediaStream,
  page: {
    // `persisted`: the page goes to the back/forward cache and may come back.
    onLeave: (callback) => onEach([[globals(), 'pagehide']], ({ persisted }) => void (persisted || callback())),
    onView: (callback) => {
      const { document } = globals()
      const seen = [
        [document, 'visibilitychange'],
        [document, 'freeze'],
        [document, 'resume'],
        [globals(), 'pagehide'],
        [globals(), 'pageshow'],
      ] as const
      return onEach(seen, ({ type }) => {
        const view = document?.visibilityState === 'hidden' ? 'hidden' : 'visible'
        callback(type === 'freeze' ? 'frozen' : type === 'pagehide' ? 'cached' : view)
      })
    },
    onNetwork: (callback) =>
      onEach(
        [
          [globals(), 'online'],
          [globals(), 'offline'],
          [globals().navigator?.connection, 'change'],
        ],
        ({ type }) => callback(type === 'change' ? 'changed' : (type as 'online')),
      ),
    hidden: () => globals().document?.visibilityState === 'hidden',
    online: () => globals().navigator?.onLine !== false,
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
