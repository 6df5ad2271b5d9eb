import type { RawData, WebSocket, WebSocketServer } from 'ws'

/** JSON that is an object; nothing where it is none. */
const objectIn = (text: unknown): Partial<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(String(text))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether this is one of the two messages that the page of the inspector sends: that it looks, and an event. */
const isUnderstood = (text: string): boolean => {
  const message = objectIn(text)
  if (message?.type === 'xstate.inspecting') return true
  if (message?.type !== 'xstate.event') return false
  const { $$type, data } = objectIn(message.event) ?? {}
  return $$type === 'scxml' && typeof (data as { type?: unknown } | null | undefined)?.type === 'string'
}

type Hear = (data: RawData, isBinary: boolean) => void

/**
 * The server as the inspector sees it: it hears of a client only what it understands. It parses whatever it is sent and
 * throws where that fails, into nobody's hands, and what breaks in the middle of a step leaves its own chart stuck.
 * Who sends anything else is not its page, and is closed with 1007.
 */
export const guarded = (server: WebSocketServer) => ({
  get clients() {
    return server.clients
  },
  close: () => server.close(),
  on: (event: 'connection' | 'close', listener: (client?: unknown) => void) =>
    server.on(event, (client?: WebSocket) => {
      if (!client) return listener()
      // What ends badly is closed by then.
      client.on('error', () => {})
      const on = (message: 'message', hear: Hear) =>
        client.on(message, (data: RawData, isBinary) => {
          if (!isBinary && isUnderstood(data.toString())) hear(data, isBinary)
          else client.close(1007)
        })
      listener({ on })
    }),
})
