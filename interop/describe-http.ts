import type { HttpAnswer } from './http.js'
import type { Json } from './scenario.js'

const corsHeaders = ['access-control-allow-origin', 'access-control-allow-headers', 'access-control-allow-methods']

const placeholders: Record<string, string> = { conn_id: '<conn_id>', sdp: '<sdp>' }

const describeBody = (body: string): Json => {
  try {
    const parsed = JSON.parse(body, (key, value: unknown) =>
      typeof value === 'string' ? (placeholders[key] ?? value) : value,
    ) as Json
    return parsed
  } catch {
    // What follows is the JSON library's wording, with a line and a column; that there is a message is the fact.
    return body.replace(/^(parse request payload error): [^]*$/, '$1: <message>')
  }
}

export const describeHttp = (answer: HttpAnswer): Json => ({
  status: answer.status,
  type: (answer.headers['content-type'] as string | undefined) ?? null,
  body: describeBody(answer.body),
})

/** `allow-headers` and `allow-methods` may echo or enumerate: what a client needs is that its own are among them. */
export const describeCors = (answer: HttpAnswer, origin: string, needed: { method: string; header: string }): Json => {
  const [allowed, headers, methods] = corsHeaders.map((name) => String(answer.headers[name] ?? ''))
  const allows = (list: string | undefined, one: string) =>
    list === '*' || (list ?? '').toLowerCase().split(/[, ]+/).includes(one.toLowerCase())
  return {
    status: answer.status,
    origin: allowed === origin || allowed === '*' ? 'allowed' : `not allowed: ${allowed}`,
    header: allows(headers, needed.header) ? 'allowed' : 'not allowed',
    method: allows(methods, needed.method) ? 'allowed' : 'not allowed',
  }
}
