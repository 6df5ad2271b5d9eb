import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MediaGatewayConnector } from '../../src/index.js'
import { VirtualClock } from '../doubles/clock.js'
import { refusal, failed } from '../support/network.js'

const MIB = 1_024 * 1_024
/** What the kernel and Node keep on both sides of a loopback connection, and a bound that is met many times over. */
const ON_THE_WAY = 16 * MIB

let server: Server
let url: string
let respond: RequestListener
let clock: VirtualClock

beforeEach(async () => {
  clock = new VirtualClock()
  server = createServer((request, response) => respond(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  expect(clock.timers).toBe(0)
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

const config = {
  room: 'room',
  peer: 'alice',
  token: 'token',
  sdp: 'v=0\r\n',
  senders: [],
  receivers: { audio: 0, video: 0 },
}

const connector = () => new MediaGatewayConnector(undefined, { environment: { clock: clock as never } })

/** The connection is over, whichever way: a reset is one. */
const closed = (socket: Socket) => new Promise((resolve) => void socket.on('error', () => {}).on('close', resolve))

/** The connection that the server sees next. */
const connection = () => new Promise<Socket>((resolve) => server.once('connection', resolve))

test('a body of 100 MB over a real connection: a few of them leave the server, then it is cut', async () => {
  const piece = Buffer.alloc(MIB, 32)
  let written = 0
  respond = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = () => {
      while (written < 100 && !response.destroyed) {
        written += 1
        if (!response.write(piece)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  }
  const cut = connection().then(closed)
  expect(await refusal(connector().connect(url, config))).toEqual(failed('gateway-broken'))
  await cut
  expect(written * MIB).toBeLessThan(ON_THE_WAY)
})

test('100 MB that travel as 100 kB of gzip are counted as what they become', async () => {
  const bomb = gzipSync(Buffer.alloc(100 * MIB, 32))
  respond = (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bomb.length })
    response.end(bomb)
  }
  expect(await refusal(connector().connect(url, config))).toEqual(failed('gateway-broken'))
})

test('a server that takes the request and says nothing is left at the deadline', async () => {
  respond = () => {}
  const asked = once(server, 'request')
  const outcome = refusal(connector().connect(url, config))
  const [{ socket }] = (await asked) as [{ socket: Socket }]
  const left = closed(socket)
  await clock.pass(8_000)
  expect(await outcome).toEqual(failed('timeout'))
  await left
})

test('a server that stops in the middle of its body is left at the deadline', async () => {
  respond = (_, response) => {
    response.writeHead(200, { 'content-length': 1_000 })
    response.write('{"status":')
  }
  const asked = once(server, 'request')
  const outcome = refusal(connector().connect(url, config))
  const [{ socket }] = (await asked) as [{ socket: Socket }]
  const left = closed(socket)
  await clock.pass(8_000)
  expect(await outcome).toEqual(failed('timeout'))
  await left
})

test.each<[string, RequestListener]>([
  ['hangs up at once', (request) => request.socket.destroy()],
  [
    'hangs up in the middle of its body',
    (request, response) => {
      response.writeHead(200, { 'content-length': 1_000 })
      response.write('{"status":', () => request.socket.destroy())
    },
  ],
  ['speaks no HTTP', (request) => request.socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
])('a server that %s is not reached', async (_, listener) => {
  respond = listener
  expect(await refusal(connector().connect(url, config))).toEqual(failed('gateway-unreachable'))
})

test('a port where nobody listens: the next URL is taken', async () => {
  respond = (_, response) => response.end('{"status":true}')
  // Port 9 (discard) has no listener here, and a connection to it is refused.
  expect(await connector().selectFromUrls(['http://127.0.0.1:9', url])).toBe(url)
})
