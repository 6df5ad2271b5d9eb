/** A request as a server sees it. */
export interface HttpRequest {
  readonly method: string
  /** Without query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a server answers; an object goes out as JSON. */
export interface HttpReply {
  readonly status: number
  readonly body?: string | object | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** An answer as it goes over the wire. */
export interface WireReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export const onTheWire = ({ status, body = '', headers = {} }: HttpReply, method = 'GET'): WireReply =>
  typeof body === 'string'
    ? { status, headers, text: body }
    : {
        status,
        headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
        text: method === 'HEAD' ? '' : JSON.stringify(body),
      }

/** A host that answers HTTP. */
export interface HttpServer {
  /** Answers in its own time; with nothing when the connection is reset. */
  handle(request: HttpRequest, answer: (reply: HttpReply | undefined) => void): void
  /** Refuses connections while it is false. */
  readonly up: boolean
}

/** Servers by origin, for all devices of a world. */
export type HttpServers = Map<string, HttpServer>
