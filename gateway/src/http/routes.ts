import { readConnectBody, readIceRemoteBody, readTokenBody } from '../messages.js'
import type { GatewaySettings } from '../options.js'
import { decompressSdp } from '../sdp/compressed.js'
import { parseOffer } from '../sdp/offer.js'
import type { SessionDirectory } from '../sessions.js'
import { ShapeError } from '../shape.js'
import { signSessionToken, tokenAdmits } from '../tokens.js'
import type { Call, Reply, Route } from './server.js'

const panickedDeleteMs = 1_000

const done = (data: unknown): Reply => ({ status: 200, body: { data, status: true } })
const empty400: Reply = { status: 400 }

/** Reads a JSON body of the wanted shape, or says how the real server complains. */
const withJson = async <T>(
  { headers, readBody }: Call,
  read: (value: unknown, at: string) => T,
  then: (value: T) => Reply | Promise<Reply>,
): Promise<Reply> => {
  const type = headers['content-type']
  if (type === undefined) return { status: 415, body: 'the client request does not include the `Content-Type` header' }
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    return { status: 415, body: `the \`Content-Type\` requested by the client is not supported: ${type}` }
  }
  const text = await readBody()
  if (text === 'too large') return { status: 413, body: 'payload too large' }
  let value: T
  try {
    value = read(JSON.parse(text), '')
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
  { method: 'GET', path: '/health', handle: () => done('OK') },
  { method: 'POST', path: '/webrtc/connect', handle: connect(settings, sessions) },
  { method: 'POST', path: '/webrtc/ice_remote', handle: iceRemote(sessions) },
  { method: 'DELETE', path: '/webrtc/conn/:parameter', handle: endConnection(sessions) },
  { method: 'POST', path: '/app/webrtc_session', handle: issueToken(settings) },
]
