// The page of the inspector: built by vite, served from memory, with the embedded gateway in the same process.
import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { builtPage } from './built.js'
import { Place } from './place.js'

export interface PageOptions {
  /** Port of the page; 0 takes any free one. */
  readonly port: number
  readonly open: boolean
}

export interface ServedPage {
  readonly url: string
  readonly place: Place
  close(): Promise<void>
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** What the page cannot know or do by itself: tokens, and the life of the gateway. `undefined`: no route of these. */
const answerOf = async (place: Place, { method, url = '' }: IncomingMessage): Promise<object | undefined> => {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const asked = `${method} ${pathname}`
  const [room, peer] = [searchParams.get('room') ?? '', searchParams.get('peer') ?? '']
  if (asked === 'GET /place/token') return { token: place.token(room, peer) }
  // A page of another origin cannot ask with PUT.
  if (asked === 'PUT /place/kill') await place.kill()
  else if (asked === 'PUT /place/restart') await place.restart()
  else if (asked !== 'GET /place') return undefined
  return place.facts({ room, peer })
}

const OPENERS: Readonly<Record<string, string>> = { darwin: 'open', win32: 'explorer' }

/** Starts gateway and page. Throws where the port is taken. */
export const servePage = async ({ port, open }: PageOptions): Promise<ServedPage> => {
  const [files, place] = await Promise.all([builtPage(), Place.open()])
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const answer = await answerOf(place, request)
    const path = new URL(request.url ?? '', 'http://localhost').pathname.slice(1) || 'index.html'
    const file = answer ? JSON.stringify(answer) : files.get(path)
    response.statusCode = file === undefined ? 404 : 200
    response.setHeader('content-type', answer ? 'application/json' : (TYPES[extname(path)] ?? 'text/plain'))
    response.end(file)
  }
  const server = createServer((request, response) => {
    reply(request, response).catch((error: unknown) => {
      response.statusCode = 500
      response.end(String(error))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  if (open) spawn(OPENERS[process.platform] ?? 'xdg-open', [url], { stdio: 'ignore' }).on('error', () => {})
  return {
    url,
    place,
    close: async () => {
      server.closeAllConnections()
      await Promise.all([new Promise((resolve) => server.close(resolve)), place.kill()])
    },
  }
}
