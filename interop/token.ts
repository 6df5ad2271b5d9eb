import { createHmac } from 'node:crypto'

export interface Claims {
  room: string | null
  peer: string | null
  protocol: string
  publish: boolean
  subscribe: boolean
  ts?: number
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const signed = (secret: string, content: string) =>
  `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`

/** A token as the server's own token service issues it: HS256 over the raw bytes of the secret. */
export const signToken = (secret: string, claims: object) =>
  signed(secret, `${encoded({ alg: 'HS256' })}.${encoded(claims)}`)

/** The claims of a token whose signature holds. */
export const verified = (secret: string, token: string): Record<string, unknown> | undefined => {
  try {
    const [head = '', body = ''] = token.split('.')
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
    if ((read(head) as { alg?: unknown } | null)?.alg !== 'HS256' || signed(secret, `${head}.${body}`) !== token)
      return undefined
    const claims = read(body)
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

export const sessionToken = (secret: string, room: string, peer: string, change: Partial<Claims> = {}) =>
  signToken(secret, {
    room,
    peer,
    protocol: 'Webrtc',
    publish: true,
    subscribe: true,
    ts: 1_700_000_000_000,
    ...change,
  })

/** A connection id as a node of this number would issue it. */
export const connectionId = (secret: string, nodeId: number, counter: number) =>
  signToken(secret, { node_id: nodeId, conn_id: counter })
