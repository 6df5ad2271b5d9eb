import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export interface Reply {
  readonly status: number
  /** Sent without content type when it is text, as JSON when it is an object. */
  readonly body?: string | object
}

export interface Call {
  readonly url: URL
  /** The client's address as the socket has it. */
  readonly from: string
  readonly headers: IncomingMessage['headers']
  readonly parameter: string
  readonly readBody: () => Promise<string | 'too large'>
}

export interface Route {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** A path, whose last segment may be `:parameter`. */
  readonly path: string
  readonly handle: (call: Call) => Reply | Promise<Reply>
}

/** What is done with a request in the end: `half` cuts the body, `drop` gives no answer and `hang` never does anything. */
export type Outcome =
  | { readonly kind: 'reply' | 'half'; readonly reply: Reply }
  | { readonly kind: 'drop' }
  | { readonly kind: 'hang' }

/** Stands between a route and its client. */
export type Intercept = (route: string, handle: () => Promise<Reply>) => Promise<Outcome>

/** Offers of 600 kB are taken by the real server; no client has a reason to send more than this. */
const maxBodyBytes = 2 * 1024 * 1024

const readBody = (request: IncomingMessage): Promise<string | 'too large'> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBodyBytes) {
        chunks.length = 0
        request.pause()
        resolve('too large')
      } else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', reject)
  })

const parameterOf = (path: string, actual: string): string | undefined => {
  if (!path.endsWith('/:parameter')) return path === actual ? '' : undefined
  const prefix = path.slice(0, -':parameter'.length)
  const rest = actual.startsWith(prefix) ? actual.slice(prefix.length) : ''
  return rest !== '' && !rest.includes('/') ? decodeSegment(rest) : undefined
}

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const reply = (status: number, body: string): Outcome => ({ kind: 'reply', reply: { status, body } })

const find = async ({ routes, intercept, log }: HttpServerInput, request: IncomingMessage): Promise<Outcome> => {
  const url = new URL(request.url ?? '/', 'http://gateway')
  const here = routes.flatMap((route) => {
    const parameter = parameterOf(route.path, url.pathname)
    return parameter === undefined ? [] : [{ route, parameter }]
  })
  if (here.length === 0) return reply(404, 'not found')
  // without its body, which Node leaves out by itself
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const match = here.find(({ route }) => route.method === method)
  if (!match) return reply(405, 'method not allowed')
  const { headers } = request
  const from = request.socket.remoteAddress ?? ''
  // read at once: a client that gives up while its request is held has sent it all the same
  const body = readBody(request)
  body.catch(() => undefined)
  return intercept(match.route.name, async () => {
    try {
      return await match.route.handle({ url, from, headers, parameter: match.parameter, readBody: () => body })
    } catch (error) {
      log(`${request.method} ${request.url}: ${String(error)}`)
      return { status: 500, body: 'internal error' }
    }
  })
}

const write = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, body = '' }: Reply,
  half = false,
): void => {
  response.statusCode = status
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*')
  if (typeof body === 'object') response.setHeader('content-type', 'application/json; charset=utf-8')
  const bytes = Buffer.from(typeof body === 'object' ? JSON.stringify(body) : body)
  if (!half) return void response.end(bytes)
  // an empty body has no half, so one byte is promised that never comes
  response.setHeader('content-length', Math.max(1, bytes.length))
  response.flushHeaders()
  response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroySoon())
}

const preflight = (request: IncomingMessage, response: ServerResponse): void => {
  response.setHeader('access-control-allow-methods', 'GET, POST, DELETE, PATCH, OPTIONS')
  response.setHeader(
    'access-control-allow-headers',
    request.headers['access-control-request-headers'] ?? 'content-type',
  )
  response.setHeader('access-control-max-age', '86400')
  write(request, response, { status: 200 })
}

interface HttpServerInput {
  readonly routes: readonly Route[]
  readonly intercept: Intercept
  readonly log: (line: string) => void
}

export const httpServer = (input: HttpServerInput): Server =>
  createServer((request, response) => {
    if (request.method === 'OPTIONS' && request.headers.origin !== undefined) return preflight(request, response)
    find(input, request)
      .then((outcome) => {
        if (outcome.kind === 'drop') request.socket.destroy()
        else if (outcome.kind !== 'hang') write(request, response, outcome.reply, outcome.kind === 'half')
      })
      // the client went away before its answer
      .catch(() => request.destroy())
  })
