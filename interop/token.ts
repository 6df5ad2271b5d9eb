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

/** A token as the server's own token service issues it: HS256 over the raw bytes of the secret. */
const signToken = (secret: string, claims: object) => {
  const body = `${encoded({ alg: 'HS256' })}.${encoded(claims)}`
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
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
