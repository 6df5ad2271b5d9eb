import type { Environment } from '../../src/index.js'

/** What a socket may leave behind. */
export interface Leftovers {
  readonly timers: number
  readonly peerConnections: number
  readonly requests: number
}

/** An environment that counts what is open: empty again once a socket is disposed of. */
export class Ledger {
  #timers = new Set<unknown>()
  #peers = new Set<RTCPeerConnection>()
  #requests = 0
  /** Every peer connection that was ever made. */
  readonly made: RTCPeerConnection[] = []
  readonly environment: Partial<Environment>

  constructor(RTCPeerConnection: typeof globalThis.RTCPeerConnection, MediaStream: typeof globalThis.MediaStream) {
    const timers = this.#timers
    const enter = (peer: RTCPeerConnection) => {
      this.#peers.add(peer)
      this.made.push(peer)
    }
    // A subclass would not do: libwebrtc's constructor in Node does not pass `new.target` on.
    const counted = function (configuration?: RTCConfiguration) {
      const peer = new RTCPeerConnection(configuration)
      enter(peer)
      return peer
    } as unknown as typeof globalThis.RTCPeerConnection
    this.environment = {
      RTCPeerConnection: counted,
      MediaStream,
      clock: {
        now: () => performance.now(),
        setTimeout: (callback, ms) => {
          const handle = setTimeout(() => {
            timers.delete(handle)
            callback()
          }, ms)
          timers.add(handle)
          return handle
        },
        clearTimeout: (handle) => {
          timers.delete(handle)
          clearTimeout(handle as never)
        },
      },
      fetch: async (...args) => {
        this.#requests += 1
        try {
          return await fetch(...args)
        } finally {
          this.#requests -= 1
        }
      },
    }
  }

  get leftovers(): Leftovers {
    const open = [...this.#peers].filter(
      (peer) => peer.connectionState !== 'closed' && peer.signalingState !== 'closed',
    )
    return { timers: this.#timers.size, peerConnections: open.length, requests: this.#requests }
  }
}

/** What a stage leaves behind, and which of its sessions the charts do not repeat from their recordings. */
export const NOTHING = { timers: 0, peerConnections: 0, requests: 0, notReplayed: [] as unknown[] }
