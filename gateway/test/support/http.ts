import { request } from 'node:http'

export interface RawAnswer {
  readonly status: number
  /** What the header promises. */
  readonly length: number | undefined
  readonly body: string
  /** Whether all of the body came. */
  readonly whole: boolean
}

interface RawRequest {
  readonly method?: string
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** As it comes over the wire, cut bodies included; rejects when the socket ends without any answer. */
export const raw = (url: string, { method = 'GET', body, signal }: RawRequest = {}): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'user-agent': 'test' }
    const call = request(url, { method, headers, agent: false, ...(signal && { signal }) }, (response) => {
      let text = ''
      const length = response.headers['content-length']
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('error', () => undefined)
      response.on('close', () =>
        resolve({
          status: response.statusCode ?? 0,
          length: length === undefined ? undefined : Number(length),
          body: text,
          whole: response.complete,
        }),
      )
    })
    call.on('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })

/** How a request ends that may get no answer: its status, or the code of the error. */
export const outcome = (answer: Promise<RawAnswer>): Promise<number | string> =>
  answer.then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  )
