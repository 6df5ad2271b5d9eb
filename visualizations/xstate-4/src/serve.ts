import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createDevTools } from '@xstate/inspect'
import { inspect } from '@xstate/inspect/lib/server.js'
import { WebSocketServer } from 'ws'
import type { RealtimeSocket } from '../../../src/index.js'
import { bridgeToXState4 } from './bridge.js'
import { guarded } from './guard.js'

/** Options of {@link serveXState4Inspector}. */
interface ServeOptions {
  /** Port on 127.0.0.1; 0 takes any free one. Default 0. */
  readonly port?: number
  /**
   * Pages that may look at the session **and send events to its charts**: `https://stately.ai`. Default: none. Programs of
   * this machine, which have no origin, may do both.
   */
  readonly origins?: readonly string[]
}

/** A session that the inspector of XState 4 can be pointed at. */
interface ServedToXState4 {
  /** `ws://127.0.0.1:port`. */
  readonly url: string
  close(): Promise<void>
}

/**
 * The inspector with development tools of its own. It puts them into a global, and those of all that ever were share one
 * list of listeners: each would go on to be told, by whatever comes later.
 */
const inspectorOf = (server: WebSocketServer) => {
  const devTools = createDevTools()
  const before = Object.getOwnPropertyDescriptor(globalThis, '__xstate__')
  Object.defineProperty(globalThis, '__xstate__', { configurable: true, get: () => devTools, set: () => {} })
  try {
    // Its types are those of `ws` for CommonJS, which TypeScript holds to be others.
    return { inspector: inspect({ server: guarded(server) as never }), devTools }
  } finally {
    if (before) Object.defineProperty(globalThis, '__xstate__', before)
    else Reflect.deleteProperty(globalThis, '__xstate__')
  }
}

/** Shows a session to `@xstate/inspect`, over a WebSocket bound to loopback. Rejects where the port cannot be had. */
export const serveXState4Inspector = async (
  socket: RealtimeSocket,
  { port = 0, origins = [] }: ServeOptions = {},
): Promise<ServedToXState4> => {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port,
    // Who is no page says nothing of where it is from.
    verifyClient: ({ origin }: { origin?: string }) => origin === undefined || origins.includes(origin),
  })
  await once(server, 'listening')
  const { inspector, devTools } = inspectorOf(server)
  const end = bridgeToXState4(socket, devTools)
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      end()
      const closed = once(server, 'close')
      for (const client of server.clients) client.close(1001)
      inspector.disconnect()
      await closed
    },
  }
}
