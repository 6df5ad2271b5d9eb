import type { HttpReply, HttpRequest } from '../http/http-server.js'
import { read } from '../transport/candidates.js'
import { preflight, withCors } from './cors.js'
import { readJson } from './json.js'
import { unpacked } from './lz4.js'
import { connectBody, iceRemoteBody, tokenBody, updateSdp } from './messages.js'
import { readOffer } from './offer.js'
import { done, NOTHING, wrongType } from './replies.js'
import type { Sessions } from './sessions.js'
import { ShapeError, type Shape } from './shapes.js'
import { admits, type Signer } from './tokens.js'
import { whipEndpoint, whipTrickle } from './whip.js'

/** What the routes act on. */
export interface RouteTargets {
  readonly signer: Signer
  readonly secret: string
  readonly nodeId: number
  /** Whether it knows the route of an ICE restart. */
  readonly restarts: boolean
  readonly sessions: Sessions
  /** Counts every offer, refused ones too. */
  nextNumber(): number
  now(): number
}

type Handler = (request: HttpRequest, targets: RouteTargets, parameter: string) => HttpReply

/** A JSON body of this shape, or how the server complains. */
const withJson =
  <T>(shape: Shape<T>, then: (body: T, request: HttpRequest, targets: RouteTargets) => HttpReply): Handler =>
  (request, targets) => {
    const refusal = wrongType(request, /^application\/(\S+\+)?json\s*(;|$)/i)
    if (refusal) return refusal
    let body: T
    try {
      body = shape(readJson(request.body), '')
    } catch (error) {
      if (!(error instanceof ShapeError) && !(error instanceof SyntaxError)) throw error
      return { status: 400, body: `parse request payload error: ${error.message}` }
    }
    return then(body, request, targets)
  }

const decompressed = (packed: readonly number[] | undefined): string | undefined => {
  try {
    return packed && new TextDecoder().decode(unpacked(Uint8Array.from(packed)))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const connect = withJson(connectBody, (body, _, { signer, sessions, nodeId, nextNumber }) => {
  if (!admits(signer, body.token, 'Webrtc', body.room, body.peer))
    return { status: 200, body: { error: 'INVALID_TOKEN', status: false } }
  const conn_id = signer.sign({ node_id: nodeId, conn_id: nextNumber() })
  const sdp = sessions.connect(conn_id, body, readOffer(body.sdp ?? decompressed(body.compressed_sdp) ?? ''))
  return sdp === undefined ? NOTHING : done({ conn_id, node_id: 0, sdp, service_token: null })
})

/** Not of the real server, see `GatewayOptions.restarts`. */
const RESTART = /^\/webrtc\/restart\/([^/]+)$/

const ROUTES: readonly { readonly method: string; readonly path: RegExp; readonly handle: Handler }[] = [
  { method: 'GET', path: /^\/health$/, handle: () => done('OK') },
  {
    method: 'POST',
    path: /^\/webrtc\/connect$/,
    handle: (request, targets, parameter) =>
      request.headers['user-agent'] === undefined
        ? { status: 400, body: 'Bad Request' }
        : connect(request, targets, parameter),
  },
  {
    method: 'POST',
    path: /^\/webrtc\/ice_remote$/,
    handle: withJson(iceRemoteBody, ({ conn_id, candidate }, _, { sessions }) => {
      const status = sessions.status(conn_id)
      if (status === 'panicked') return { status: 500, body: 'receiving from an empty and closed channel' }
      if (status === 'gone') return NOTHING
      const given = read(candidate)
      if (given && given !== 'unusable') sessions.session(conn_id)?.transport.ice.addRemote(given)
      return done('OK')
    }),
  },
  {
    method: 'DELETE',
    path: /^\/webrtc\/conn\/([^/]+)$/,
    handle: (_, { sessions }, connId) => {
      const session = sessions.session(connId)
      session?.end('deleted')
      return session ? done('OK') : NOTHING
    },
  },
  {
    method: 'POST',
    path: RESTART,
    handle: (request, targets, connId) =>
      withJson(updateSdp, ({ sdp, senders }) => {
        const outcome = targets.sessions.session(connId)?.restart(sdp, senders)
        return typeof outcome === 'object' ? done(outcome) : NOTHING
      })(request, targets, connId),
  },
  ...(['whip', 'whep'] as const).flatMap((name) => [
    {
      method: 'POST',
      path: new RegExp(`^/${name}/endpoint$`),
      handle: ((request, { signer }) => whipEndpoint(request, signer, name === 'whip' ? 'Whip' : 'Whep')) as Handler,
    },
    { method: 'PATCH', path: new RegExp(`^/${name}/conn/[^/]+$`), handle: whipTrickle },
    { method: 'DELETE', path: new RegExp(`^/${name}/conn/[^/]+$`), handle: () => NOTHING },
  ]),
  {
    method: 'POST',
    path: /^\/app\/webrtc_session$/,
    handle: (request, targets, parameter) => {
      const secret = request.query.get('app_secret')
      if (secret === null) return { status: 400, body: 'missing query parameter: app_secret' }
      return withJson(tokenBody, ({ room, peer = null, publish = true, subscribe = true }) => {
        if (secret !== targets.secret)
          return { status: 200, body: { data: null, error: 'INVALID_TOKEN', success: false } }
        const claims = { room, peer, protocol: 'Webrtc', publish, subscribe, ts: Math.floor(targets.now()) }
        return { status: 200, body: { data: { token: targets.signer.sign(claims) }, error: null, success: true } }
      })(request, targets, parameter)
    },
  },
]

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const routed = (request: HttpRequest, targets: RouteTargets): HttpReply => {
  const here = ROUTES.filter(({ path }) => path !== RESTART || targets.restarts).flatMap((route) => {
    const match = route.path.exec(request.path)
    return match ? [{ route, parameter: decode(match[1] ?? '') }] : []
  })
  if (here.length === 0) return { status: 404, body: 'not found' }
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const match = here.find(({ route }) => route.method === method)
  return match ? match.route.handle(request, targets, match.parameter) : { status: 405, body: 'method not allowed' }
}

/** What the server answers to a request. */
export const answerTo = (request: HttpRequest, targets: RouteTargets): HttpReply =>
  withCors(request, preflight(request) ?? routed(request, targets))
