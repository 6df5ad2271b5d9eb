import type { RealtimeSocket } from '../../realtime-socket.js'
import type { Inspected } from '../tap.js'

/** What is needed of a socket to show its session. */
export type ServedSocket = Inspected & Pick<RealtimeSocket, 'peerState' | 'on'>

/** Options of `serveInspector`. */
export interface ServeOptions {
  /** Port on 127.0.0.1; 0 takes any free one. Default 0. */
  readonly port?: number
}

/** A session that is shown. */
export interface ServedInspector {
  /** Where the page is: `http://127.0.0.1:port/`. */
  readonly url: string
  /** Shows it no more: pages are told, and port and connections are free once it resolves. Idempotent. */
  close(): Promise<void>
}
