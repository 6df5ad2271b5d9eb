import type { Calls } from './calls.js'
import type { VirtualClock } from './clock.js'
import type { GatewayDouble } from './gateway.js'
import type { PeerConnectionDouble } from './peer-connection.js'

/** What the doubles of one test share. */
export interface DoublesWorld {
  readonly clock: VirtualClock
  readonly calls: Calls
  readonly gateway: GatewayDouble
  /** Whether ICE, DTLS and the channel come up by themselves once an answer is applied. */
  readonly network: { transport: boolean; channel: boolean }
  /** Every peer connection that was ever made. */
  readonly peers: PeerConnectionDouble[]
  /** Listeners on doubles that were not removed. */
  listeners: number
  /** What escaped to nobody: thrown by a listener of a double. */
  readonly strays: unknown[]
  /** Tracks that somebody stopped. */
  readonly stopped: string[]
}

type Listener = (event: object) => void

/** An event target whose listeners are counted. */
export class Emitting {
  readonly #listeners = new Map<string, Set<Listener>>()

  constructor(protected readonly world: DoublesWorld) {}

  addEventListener(type: string, listener: Listener): void {
    const present = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, present)
    if (!present.has(listener)) this.world.listeners += 1
    present.add(listener)
  }

  removeEventListener(type: string, listener: Listener): void {
    if (this.#listeners.get(type)?.delete(listener)) this.world.listeners -= 1
  }

  /** Dispatches an event: to the handler attribute, then to the listeners. */
  tell(type: string, more: object = {}): void {
    const handler = (this as unknown as Record<string, Listener | null | undefined>)[`on${type}`]
    for (const listener of [...(handler ? [handler] : []), ...(this.#listeners.get(type) ?? [])])
      try {
        listener.call(this, { type, target: this, ...more })
      } catch (error) {
        this.world.strays.push(error)
      }
  }
}
