import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export interface Reply {
  readonly status: number
  /** Sent without content type when it is text, as JSON when it is an object. */
  readonly body?: string | object
}

export interface Call {
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly parameter: string
  readonly readBody: () => Promise<string | 'too large'>
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** A path, whose last segment may be `:parameter`. */
  readonly path: string
  readonly handle: (call: Call) => Reply | Promise<Reply>
}

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

const find = async (routes: readonly Route[], request: IncomingMessage): Promise<Reply> => {
  const url = new URL(request.url ?? '/', 'http://gateway')
  const here = routes.flatMap((route) => {
    const parameter = parameterOf(route.path, url.pathname)
    return parameter === undefined ? [] : [{ route, parameter }]
  })
  if (here.length === 0) return { status: 404, body: 'not found' }
  const match = here.find(({ route }) => route.method === request.method)
  if (!match) return { status: 405, body: 'method not allowed' }
  const { headers } = request
  return match.route.handle({ url, headers, parameter: match.parameter, readBody: () => readBody(request) })
}

const write = (request: IncomingMessage, response: ServerResponse, { status, body = '' }: Reply): void => {
  response.statusCode = status
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*')
  if (typeof body === 'object') response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end(typeof body === 'object' ? JSON.stringify(body) : body)
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

export const httpServer = (routes: readonly Route[], log: (line: string) => void): Server =>
  createServer((request, response) => {
    if (request.method === 'OPTIONS') return preflight(request, response)
    find(routes, request)
      .catch((error: unknown): Reply => {
        log(`${request.method} ${request.url}: ${String(error)}`)
        return { status: 500, body: 'internal error' }
      })
      .then((reply) => write(request, response, reply))
      // the client went away before its answer
      .catch(() => request.destroy())
  })
