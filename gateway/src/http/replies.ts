import type { Call, Reply } from './server.js'

export const done = (data: unknown): Reply => ({ status: 200, body: { data, status: true } })
export const empty400: Reply = { status: 400 }

/** The complaint about a content type, or nothing. */
export const wrongType = ({ headers }: Call, wanted: RegExp): Reply | undefined => {
  const type = headers['content-type']
  if (type === undefined) return { status: 415, body: 'the client request does not include the `Content-Type` header' }
  if (wanted.test(type)) return undefined
  return { status: 415, body: `the \`Content-Type\` requested by the client is not supported: ${type}` }
}
