import { parseJson } from '../json.js'
import { readConnectBody, readIceRemoteBody, readTokenBody, readUpdateSdp } from '../messages.js'
import type { GatewaySettings } from '../options.js'
import { decompressSdp } from '../sdp/compressed.js'
import { parseOffer } from '../sdp/offer.js'
import type { SessionDirectory } from '../sessions.js'
import { ShapeError } from '../shape.js'
import { signSessionToken, tokenAdmits } from '../tokens.js'
import { done, empty400, wrongType } from './replies.js'
import type { Call, Reply, Route } from './server.js'
import { whipRoutes } from './whip.js'

const panickedDeleteMs = 1_000

const json = /^application\/(\S+\+)?json\s*(;|$)/i

/** Reads a JSON body of the wanted shape, or says how the real server complains. */
const withJson = async <T>(
  call: Call,
  read: (value: unknown, at: string) => T,
  then: (value: T) => Reply | Promise<Reply>,
): Promise<Reply> => {
  const refusal = wrongType(call, json)
  if (refusal) return refusal
  const text = await call.readBody()
  if (text === 'too large') return { status: 413, body: 'payload too large' }
  let value: T
  try {
    value = read(parseJson(text), '')
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) {
      return { status: 400, body: `parse request payload error: ${error.message}` }
    }
    throw error
  }
  return then(value)
}

const connect =
  (settings: GatewaySettings, sessions: SessionDirectory) =>
  async (call: Call): Promise<Reply> => {
    // an empty value is enough; the real server only insists on the header
    if (call.headers['user-agent'] === undefined) return { status: 400, body: 'Bad Request' }
    return withJson(call, readConnectBody, async (body) => {
      if (!tokenAdmits(body.token, settings.secret, body.room, body.peer)) {
        return { status: 200, body: { error: 'INVALID_TOKEN', status: false } }
      }
      const sdp = body.sdp ?? (body.compressed_sdp && decompressSdp(Buffer.from(body.compressed_sdp)))
      const connected = await sessions.connect(body, parseOffer(sdp ?? ''))
      if (!connected) return empty400
      return done({ conn_id: connected.connId, node_id: 0, sdp: connected.sdp, service_token: null })
    })
  }

const iceRemote = (sessions: SessionDirectory) => (call: Call) =>
  // ICE-lite makes no checks, so a candidate is of no use; the answer tells whether the session lives
  withJson(call, readIceRemoteBody, ({ conn_id }) => {
    const status = sessions.status(conn_id)
    if (status === 'alive') return done('OK')
    return status === 'panicked' ? { status: 500, body: 'receiving from an empty and closed channel' } : empty400
  })

const endConnection =
  (sessions: SessionDirectory) =>
  async ({ parameter }: Call): Promise<Reply> => {
    if (sessions.end(parameter)) return done('OK')
    if (sessions.status(parameter) === 'panicked') await new Promise((resolve) => setTimeout(resolve, panickedDeleteMs))
    return empty400
  }

/** Not of the real server, see `options.restarts`. */
const restart = (sessions: SessionDirectory) => (call: Call) =>
  withJson(call, readUpdateSdp, async ({ sdp, senders }) => {
    const answer = await sessions.restart(call.parameter, sdp, senders)
    return answer === undefined ? empty400 : done({ sdp: answer })
  })

const issueToken =
  (settings: GatewaySettings) =>
  async (call: Call): Promise<Reply> => {
    const secret = call.url.searchParams.get('app_secret')
    if (secret === null) return { status: 400, body: 'missing query parameter: app_secret' }
    return withJson(call, readTokenBody, ({ room, peer = null, publish = true, subscribe = true }) => {
      if (secret !== settings.secret) {
        return { status: 200, body: { data: null, error: 'INVALID_TOKEN', success: false } }
      }
      const token = signSessionToken({ room, peer, publish, subscribe }, settings.secret, Date.now())
      return { status: 200, body: { data: { token }, error: null, success: true } }
    })
  }

export const routes = (settings: GatewaySettings, sessions: SessionDirectory): Route[] => [
  { name: 'health', method: 'GET', path: '/health', handle: () => done('OK') },
  { name: 'connect', method: 'POST', path: '/webrtc/connect', handle: connect(settings, sessions) },
  { name: 'ice_remote', method: 'POST', path: '/webrtc/ice_remote', handle: iceRemote(sessions) },
  { name: 'delete', method: 'DELETE', path: '/webrtc/conn/:parameter', handle: endConnection(sessions) },
  ...(settings.restarts
    ? [{ name: 'restart', method: 'POST', path: '/webrtc/restart/:parameter', handle: restart(sessions) } as const]
    : []),
  { name: 'token', method: 'POST', path: '/app/webrtc_session', handle: issueToken(settings) },
  ...whipRoutes(settings.secret),
]
