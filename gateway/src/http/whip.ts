import { parseOffer } from '../sdp/offer.js'
import { tokenIsFor, type TokenProtocol } from '../tokens.js'
import { empty400, wrongType } from './replies.js'
import type { Call, Reply, Route } from './server.js'

const sdp = /^application\/sdp\s*(;|$)/i
const fragment = /^application\/trickle-ice-sdpfrag\s*(;|$)/i

const bearer = (call: Call): string | undefined => /^Bearer (.*)$/i.exec(call.headers.authorization ?? '')?.[1]

const endpoint =
  (secret: string, protocol: TokenProtocol) =>
  async (call: Call): Promise<Reply> => {
    if (call.headers['user-agent'] === undefined) return { status: 400, body: 'Bad Request' }
    const token = bearer(call)
    if (token === undefined) return { status: 401, body: 'authorization error' }
    const refusal = wrongType(call, sdp)
    if (refusal) return refusal
    if (!tokenIsFor(token, secret, protocol)) return { status: 401 }
    if (!parseOffer(await call.readBody())) return empty400
    return { status: 501, body: `${protocol} sessions are not made here` }
  }

/** Refuses as the real server does whatever is wrong with a request; a good one it cannot serve. */
export const whipRoutes = (secret: string): Route[] =>
  (['whip', 'whep'] as const).flatMap((name): Route[] => [
    { name, method: 'POST', path: `/${name}/endpoint`, handle: endpoint(secret, name === 'whip' ? 'Whip' : 'Whep') },
    {
      name,
      method: 'PATCH',
      path: `/${name}/conn/:parameter`,
      handle: (call) => wrongType(call, fragment) ?? empty400,
    },
    { name, method: 'DELETE', path: `/${name}/conn/:parameter`, handle: () => empty400 },
  ])
