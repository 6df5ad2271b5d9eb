/** A clock; the shape that XState takes, plus the time. Milliseconds, monotonic. */
export interface EnvironmentClock {
  now(): number
  setTimeout(callback: (...args: unknown[]) => void, ms: number): unknown
  clearTimeout(handle: unknown): void
}

/** What happens to the page, as far as a session must know. */
export interface PageEvents {
  /** Calls `onLeave` when the page goes away for good (`pagehide` with `persisted` false). Returns an unsubscriber. */
  onLeave(callback: () => void): () => void
  /** Calls back with what becomes of the page (Page Lifecycle). `cached`: it goes to the back/forward cache. */
  onView?(callback: (view: 'visible' | 'hidden' | 'frozen' | 'cached') => void): () => void
  /** Calls back with what becomes of the network. `changed`: it is another one (`change` of `navigator.connection`). */
  onNetwork?(callback: (network: 'online' | 'offline' | 'changed') => void): () => void
  /** Nobody sees the page (`visibilityState`). Default: it is seen. */
  hidden?(): boolean
  /** `false`: the machine knows that it has no network (`navigator.onLine`). Default: it has one. */
  online?(): boolean
}

/**
 * Everything that the engine takes from outside: time, chance, network and WebRTC. Browsers need none of it; in Node
 * give at least `RTCPeerConnection` and `MediaStream` (from a WebRTC package). Read at `connect()`, never at import.
 */
export interface Environment {
  clock: EnvironmentClock
  /** Milliseconds since 1970, for what outlives the clock (`options.storage`). */
  epoch(): number
  /** Uniform in [0, 1). */
  random(): number
  fetch: typeof globalThis.fetch
  RTCPeerConnection: typeof globalThis.RTCPeerConnection | undefined
  MediaStream: (new (tracks?: MediaStreamTrack[]) => MediaStream) | undefined
  page: PageEvents
}
