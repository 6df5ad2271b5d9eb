import type { HttpReply, HttpRequest } from '../http/http-server.js'

export const done = (data: unknown): HttpReply => ({ status: 200, body: { data, status: true } })

/** 400 without a word. */
export const NOTHING: HttpReply = { status: 400 }

/** The complaint about a content type, or nothing. */
export const wrongType = ({ headers }: HttpRequest, wanted: RegExp): HttpReply | undefined => {
  const type = headers['content-type']
  if (type === undefined) return { status: 415, body: 'the client request does not include the `Content-Type` header' }
  return wanted.test(type)
    ? undefined
    : { status: 415, body: `the \`Content-Type\` requested by the client is not supported: ${type}` }
}
