import type { HttpReply, HttpRequest } from '../http/http-server.js'
import { readOffer } from './offer.js'
import { NOTHING, wrongType } from './replies.js'
import { admits, type Signer } from './tokens.js'

const SDP = /^application\/sdp\s*(;|$)/i
const FRAGMENT = /^application\/trickle-ice-sdpfrag\s*(;|$)/i

/** WHIP and WHEP (RFC 9725): refused as the server refuses; sessions of other clients are not made here. */
export const whipEndpoint = (request: HttpRequest, signer: Signer, protocol: 'Whip' | 'Whep'): HttpReply => {
  if (request.headers['user-agent'] === undefined) return { status: 400, body: 'Bad Request' }
  const token = /^Bearer (.*)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined) return { status: 401, body: 'authorization error' }
  const refusal = wrongType(request, SDP)
  if (refusal) return refusal
  if (!admits(signer, token, protocol)) return { status: 401 }
  return readOffer(request.body) ? { status: 501, body: `${protocol} sessions are not made here` } : NOTHING
}

/** A candidate for a session: there is none. */
export const whipTrickle = (request: HttpRequest): HttpReply => wrongType(request, FRAGMENT) ?? NOTHING
