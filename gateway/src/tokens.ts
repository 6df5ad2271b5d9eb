import { createHmac, timingSafeEqual } from 'node:crypto'

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const decode = (part: string): unknown => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

const signature = (content: string, secret: string): Buffer => createHmac('sha256', secret).update(content).digest()

/** A JWT with HS256; equal claims give equal strings, which is why a restarted server repeats its connection ids. */
export const sign = (claims: object, secret: string): string => {
  const content = `${encode({ alg: 'HS256' })}.${encode(claims)}`
  return `${content}.${signature(content, secret).toString('base64url')}`
}

/** The claims of a token whose signature holds. */
export const verify = (token: string, secret: string): Record<string, unknown> | undefined => {
  const [head = '', body = '', mac = '', ...rest] = token.split('.')
  if (rest.length > 0) return undefined
  const header = decode(head)
  if (typeof header !== 'object' || header === null || (header as { alg?: unknown }).alg !== 'HS256') return undefined
  const expected = signature(`${head}.${body}`, secret)
  const given = Buffer.from(mac, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const claims = decode(body)
  return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined
}

export interface SessionGrant {
  readonly room: string | null
  readonly peer: string | null
  readonly publish?: boolean
  readonly subscribe?: boolean
}

export const signSessionToken = (grant: SessionGrant, secret: string, now: number): string =>
  sign(
    {
      room: grant.room,
      peer: grant.peer,
      protocol: 'Webrtc',
      publish: grant.publish ?? true,
      subscribe: grant.subscribe ?? true,
      ts: Math.floor(now),
    },
    secret,
  )

const isNameOrNothing = (value: unknown): boolean => value === null || value === undefined || typeof value === 'string'
const isCounter = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0

export type TokenProtocol = 'Webrtc' | 'Whip' | 'Whep'

/** The claims of a token that is good for this protocol. The real server never looks at rights or age. */
const claimsFor = (token: string, secret: string, protocol: TokenProtocol): Record<string, unknown> | undefined => {
  const claims = verify(token, secret)
  if (!claims || !isNameOrNothing(claims.room) || !isNameOrNothing(claims.peer)) return undefined
  if (typeof claims.publish !== 'boolean' || typeof claims.subscribe !== 'boolean') return undefined
  return isCounter(claims.ts) && claims.protocol === protocol ? claims : undefined
}

export const tokenIsFor = (token: string, secret: string, protocol: TokenProtocol): boolean =>
  claimsFor(token, secret, protocol) !== undefined

export const tokenAdmits = (token: string, secret: string, room: string, peer: string): boolean => {
  const claims = claimsFor(token, secret, 'Webrtc')
  if (!claims) return false
  const peerFits = claims.peer === null || claims.peer === undefined || claims.peer === peer
  return claims.room === room && peerFits
}

export const signConnId = (nodeId: number, counter: number, secret: string): string =>
  sign({ node_id: nodeId, conn_id: counter }, secret)
