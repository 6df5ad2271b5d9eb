import type { ErrorFacts } from '../errors.js'
import type { IncomingData } from '../interfaces/options.js'
import type { StreamNews } from '../protocol/gateway-protocol.js'
import type { Wish } from '../protocol/wishes.js'
import type { FateOutlet } from './outbox.js'

/** What a port tells its socket. */
export interface PortOutlet extends FateOutlet {
  deliver(data: IncomingData): void
  /** There is room for more. */
  drained(): void
  /** Reports what nobody waits for. */
  warn(error: ErrorFacts): void
  /** The server told of a stream, which may be what a track shows. */
  told(news: StreamNews): void
  /** The application commanded the server by itself, which may concern a track. */
  wished(wish: Wish): void
  /** Whether messages can be made to survive the page. */
  readonly keeps: boolean
}

/** A message that a session before has left. */
export interface Left {
  readonly payload: string | Uint8Array
  /** Milliseconds from now. */
  readonly ttl: number
  readonly repeats: boolean
}
