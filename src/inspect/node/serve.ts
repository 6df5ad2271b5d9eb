import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { Broadcast } from './broadcast.js'
import { isOwn } from './guard.js'
import { route } from './routes.js'
import type { ServedInspector, ServedSocket, ServeOptions } from './served.js'

const WIRES = {
  noServer: true,
  // A page says one word.
  maxPayload: 64,
  perMessageDeflate: false,
  // Milliseconds that a page has to say goodbye.
  closeTimeout: 500,
}

/**
 * Serves a page on loopback that shows the charts of a session of this process, live, as `mountInspector` does. It
 * watches from the call on; who opens the page later, or as one of several, sees the last 5,000 steps from then on. When
 * the session has closed they stay to be seen, until `close()`.
 *
 * The host is always 127.0.0.1, and only the page itself is answered: a request with another `Host` or `Origin` gets 403.
 * The page shows what a recording holds of the charts, and no secret. Neither server nor pages keep the process alive.
 *
 * Rejects with the error of Node where the port cannot be had (`EADDRINUSE`); then nothing is left of it.
 */
export const serveInspector = async (
  socket: ServedSocket,
  { port = 0 }: ServeOptions = {},
): Promise<ServedInspector> => {
  const broadcast = new Broadcast(socket)
  let closing: Promise<void> | undefined
  const wires = new WebSocketServer(WIRES)
  const server = createServer((request, response) => void route(request, response))
  server.on('connection', (connection) => connection.unref())
  server.on('upgrade', (request, connection, head) => {
    if (closing || !isOwn(request, true) || request.url !== '/steps') {
      connection.on('error', () => connection.destroy())
      connection.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    wires.handleUpgrade(request, connection, head, (page) => broadcast.welcome(page))
  })
  server.listen(port, '127.0.0.1')
  server.unref()
  try {
    await once(server, 'listening')
  } catch (error) {
    broadcast.end()
    throw error
  }

  const close = async () => {
    broadcast.end()
    const closed = once(server, 'close')
    server.close()
    const pages = [...wires.clients].map((page) => new Promise((resolve) => page.once('close', resolve)))
    for (const page of wires.clients) page.close(1001)
    await Promise.all(pages)
    server.closeAllConnections()
    await closed
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => (closing ??= close()),
  }
}
