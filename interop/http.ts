import { request } from 'node:http'
import type { Target } from './scenario.js'

export interface HttpAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

export interface HttpRequest {
  method?: string
  /** Sent as they are: nothing is added but `host`, and `content-length` where there is a body. */
  headers?: Record<string, string>
  body?: string | Buffer
}

/** `fetch` always sends a user agent and checks methods and headers; the refusals need requests that it will not make. */
export const http = (url: string, { method = 'GET', headers = {}, body }: HttpRequest = {}) =>
  new Promise<HttpAnswer>((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }
    const sent = request(url, { method, headers: { ...headers, ...length }, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
      answer.on('error', reject)
    })
    sent.setTimeout(10_000, () => sent.destroy(new Error(`${method} ${url}: no answer in 10 s`)))
    sent.on('error', reject)
    sent.end(body)
  })

export const browserHeaders = { 'user-agent': 'interop', 'content-type': 'application/json' }

export const postJson = (
  target: Target,
  url: string,
  body: unknown,
  headers: Record<string, string> = browserHeaders,
) => target.lab.http(url, { method: 'POST', headers, body: JSON.stringify(body) })
