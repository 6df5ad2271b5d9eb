import { hashOf } from './hash.js'

/** Claims of a session token. */
export interface TokenClaims {
  readonly room: string | null
  readonly peer?: string | null
  readonly protocol?: string
  readonly publish?: boolean
  readonly subscribe?: boolean
  readonly ts?: number
}

/** Signs what the gateway gives out, and reads what it is given. */
export interface Signer {
  sign(claims: object): string
  /** The claims, or `undefined` when the signature does not hold. */
  verify(token: string): Record<string, unknown> | undefined
}

const encode = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const decode = (part: string): unknown => {
  try {
    const bytes = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (letter) => letter.charCodeAt(0))))
  } catch {
    return undefined
  }
}

/** Tokens of the shape of a JWT (RFC 7519), with a checksum that stands for a signature: nobody attacks a simulation. */
export const simulatedSigner = (secret: string): Signer => {
  const signed = (content: string) => `${content}.${encode(hashOf(secret + content).toString(36))}`
  return {
    sign: (claims) => signed(`${encode('{"alg":"simulated"}')}.${encode(JSON.stringify(claims))}`),
    verify: (token) => {
      const [head = '', body = ''] = token.split('.')
      const claims = signed(`${head}.${body}`) === token ? decode(body) : undefined
      return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined
    },
  }
}

const nameOrNothing = (value: unknown): boolean => value === null || value === undefined || typeof value === 'string'

/** Whether a token admits to a room as a peer. Rights, age and expiry are never looked at, as with the real server. */
export const admits = (signer: Signer, token: string, protocol: string, room?: string, peer?: string): boolean => {
  const claims = signer.verify(token)
  if (!claims || !nameOrNothing(claims.room) || !nameOrNothing(claims.peer) || claims.protocol !== protocol)
    return false
  if (typeof claims.publish !== 'boolean' || typeof claims.subscribe !== 'boolean') return false
  if (!Number.isInteger(claims.ts) || (claims.ts as number) < 0) return false
  if (room === undefined) return true
  return claims.room === room && (claims.peer === null || claims.peer === undefined || claims.peer === peer)
}
