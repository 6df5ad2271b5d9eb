import type { HttpReply, HttpRequest } from '../http/http-server.js'

/** Every answer may be read by every page. */
export const withCors = ({ headers }: HttpRequest, reply: HttpReply): HttpReply => ({
  ...reply,
  headers: { ...reply.headers, 'access-control-allow-origin': headers.origin ?? '*' },
})

/** The answer to a preflight (Fetch standard, CORS protocol): for any path. `undefined` when it is none. */
export const preflight = ({ method, headers }: HttpRequest): HttpReply | undefined =>
  method === 'OPTIONS' && headers.origin !== undefined
    ? {
        status: 200,
        headers: {
          'access-control-allow-methods': 'GET, POST, DELETE, PATCH, OPTIONS',
          'access-control-allow-headers': headers['access-control-request-headers'] ?? 'content-type',
          'access-control-max-age': '86400',
        },
      }
    : undefined
