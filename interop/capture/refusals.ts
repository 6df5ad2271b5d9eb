import { browserHeaders, type HttpRequest } from '../http.js'
import type { Target } from '../scenario.js'
import { anyOffer } from '../scenarios/offers.js'

interface Refusal {
  path: string
  request: HttpRequest
}

const headersOfInterest = ['content-type', 'content-length', 'allow', 'access-control-allow-origin', 'vary']

const refusals = async (target: Target, room: string): Promise<Record<string, Refusal>> => {
  const good = {
    room,
    peer: 'alice',
    token: target.token(room, 'alice'),
    sdp: await anyOffer(target),
    senders: [],
    receivers: { audio: 1, video: 0 },
  }
  const connect = (body: unknown, headers: Record<string, string> = browserHeaders): Refusal => ({
    path: '/webrtc/connect',
    request: { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
  })
  const iceRemote = (body: unknown): Refusal => ({
    path: '/webrtc/ice_remote',
    request: { method: 'POST', headers: browserHeaders, body: JSON.stringify(body) },
  })
  const { sdp: _, ...noSdp } = good
  const { peer: __, ...noPeer } = good
  const agent = { 'user-agent': 'interop' }
  const sender = { kind: 'audio', name: 'a', uuid: 'u', label: 'l' }
  return {
    'bad-token': connect({ ...good, token: 'nonsense' }),
    'token-of-another-room': connect({ ...good, token: target.token('another', 'alice') }),
    'no-sdp': connect(noSdp),
    'sdp-does-not-parse': connect({ ...good, sdp: 'nonsense' }),
    'missing-member': connect(noPeer),
    'wrong-type': connect({ ...good, senders: {} }),
    'number-out-of-range': connect({ ...good, receivers: { audio: 300, video: 0 } }),
    'unknown-codec': connect({ ...good, codecs: ['AV1'] }),
    'unknown-sub-scope': connect({ ...good, sub_scope: 'full' }),
    'unknown-kind': connect({ ...good, senders: [{ ...sender, kind: 'data' }] }),
    'empty-body': connect(''),
    'body-is-no-json': connect('{'),
    'no-content-type': connect(good, agent),
    'content-type-text': connect(good, { ...agent, 'content-type': 'text/plain' }),
    'no-user-agent': connect(good, { 'content-type': 'application/json' }),
    'ice-remote-unknown-connection': iceRemote({ conn_id: 'nonsense', candidate: '' }),
    'ice-remote-missing-member': iceRemote({ conn_id: 'nonsense' }),
    'delete-unknown-connection': { path: '/webrtc/conn/nonsense', request: { method: 'DELETE', headers: agent } },
    'absent-route': { path: '/healthcheck', request: { headers: agent } },
    'wrong-method': { path: '/webrtc/connect', request: { headers: agent } },
  }
}

/** Body of the request without the offer, which says nothing here. */
const shown = ({ path, request }: Refusal) => {
  const text = request.body?.toString() ?? ''
  const body = text.includes('"sdp":"v=0')
    ? JSON.stringify({ ...JSON.parse(text), sdp: '<sdp>' })
    : request.body?.toString()
  return {
    method: request.method ?? 'GET',
    path,
    headers: request.headers,
    ...(body === undefined ? {} : { body: asJson(body) }),
  }
}

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export const captureRefusals = async (target: Target, room: string) => {
  const captured: Record<string, unknown> = {}
  for (const [name, refusal] of Object.entries(await refusals(target, room))) {
    const origin = { origin: 'http://app.example' }
    const answer = await target.lab.http(`${target.url}${refusal.path}`, {
      ...refusal.request,
      headers: { ...refusal.request.headers, ...origin },
    })
    const headers = Object.fromEntries(
      headersOfInterest.filter((key) => answer.headers[key] !== undefined).map((key) => [key, answer.headers[key]]),
    )
    captured[name] = { request: shown(refusal), response: { status: answer.status, headers, body: answer.body } }
  }
  return captured
}
