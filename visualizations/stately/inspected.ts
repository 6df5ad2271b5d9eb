// An example: the charts of a session in the inspector of Stately (@statelyai/inspect), which takes them over a WebSocket.
import { createWebSocketInspector } from '@statelyai/inspect'
import type { RealtimeSocket } from '../../src/index.js'
import { introducing } from '../../src/inspect/index.js'

/**
 * Tells whoever listens at `url` (`ws://localhost:8080`) what the charts of a socket do, up to the call of the returned
 * function. Its observer goes into `inspect` as it is; `introducing` adds the charts that were there before.
 */
export const inspectedByStately = (socket: RealtimeSocket, url: string): (() => void) => {
  // Until the other side is there, events are kept; by its default the 200 youngest.
  const inspector = createWebSocketInspector({ url, maxDeferredEvents: 5_000 })
  const end = socket.inspect(introducing(inspector.inspect))
  return () => {
    end()
    inspector.stop()
  }
}
