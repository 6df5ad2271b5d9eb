import { describeCors, describeHttp } from '../describe-http.js'
import { browserHeaders, postJson, type HttpAnswer, type HttpRequest } from '../http.js'
import type { Scenario, Target } from '../scenario.js'
import { deleteConn, drop, forget, goodBody, set, token, unknownConn } from './http-support.js'

const sender = { kind: 'audio', name: 'a1', uuid: 'u1', label: 'l1' }
const senderWithout = (member: keyof typeof sender) => {
  const { [member]: _, ...rest } = sender
  return set({ senders: [rest] })
}

const bodies: Record<string, Scenario['run']> = {
  'connect: a good body': set({}),
  'connect: token is no token': token(() => 'nonsense'),
  'connect: token with a wrong signature': token((target, room) => `${target.token(room, 'a').slice(0, -8)}AAAAAAAA`),
  'connect: token of another room': token((target) => target.token('another-room', 'a')),
  'connect: token without a room': token((target, room) => target.token(room, 'a', { room: null })),
  'connect: token of another peer': token((target, room) => target.token(room, 'b')),
  'connect: token without a peer': token((target, room) => target.token(room, 'a', { peer: null })),
  'connect: token of another protocol': token((target, room) => target.token(room, 'a', { protocol: 'Whip' })),
  'connect: token without ts': token((target, room) => target.token(room, 'a', { ts: undefined as unknown as number })),
  'connect: token that may neither publish nor subscribe': token((target, room) =>
    target.token(room, 'a', { publish: false, subscribe: false }),
  ),
  'connect: token long past': token((target, room) => target.token(room, 'a', { ts: 1 })),
  'connect: no sdp': drop('sdp'),
  'connect: null sdp': set({ sdp: null }),
  'connect: empty sdp': set({ sdp: '' }),
  'connect: sdp that does not parse': set({ sdp: 'this is no sdp' }),
  'connect: sdp without m-lines': set({ sdp: 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n' }),
  'connect: sdp is a number': set({ sdp: 1 }),
  'connect: no room': drop('room'),
  'connect: no peer': drop('peer'),
  'connect: no token': drop('token'),
  'connect: no senders': drop('senders'),
  'connect: no receivers': drop('receivers'),
  'connect: a sender with screen and extra members': set({ senders: [{ ...sender, screen: true, extra: 1 }] }),
  'connect: a sender without name': senderWithout('name'),
  'connect: a sender without uuid': senderWithout('uuid'),
  'connect: a sender without label': senderWithout('label'),
  'connect: a sender without kind': senderWithout('kind'),
  'connect: a sender of unknown kind': set({ senders: [{ ...sender, kind: 'data' }] }),
  'connect: 300 receivers': set({ receivers: { audio: 300, video: 0 } }),
  'connect: receivers without video': set({ receivers: { audio: 1 } }),
  'connect: known codecs': set({ codecs: ['VP8', 'VP9', 'H264', 'OPUS'] }),
  'connect: an unknown codec': set({ codecs: ['VP8', 'AV1'] }),
  'connect: mix_minus_audio ManualAudioStreams': set({ mix_minus_audio: 'ManualAudioStreams' }),
  'connect: mix_minus_audio unknown': set({ mix_minus_audio: 'manual' }),
  'connect: sub_scope stream_only': set({ sub_scope: 'stream_only' }),
  'connect: sub_scope in the wrong case': set({ sub_scope: 'full' }),
  'connect: pub_scope unknown': set({ pub_scope: 'Manual' }),
  'connect: remote_bitrate_control_mode MaxBitrateOnly': set({ remote_bitrate_control_mode: 'MaxBitrateOnly' }),
  'connect: remote_bitrate_control_mode unknown': set({ remote_bitrate_control_mode: 'PerStream' }),
  'connect: every optional member null': set({
    codecs: null,
    mix_minus_audio: null,
    sub_scope: null,
    pub_scope: null,
    remote_bitrate_control_mode: null,
    version: null,
    join_now: null,
  }),
  'connect: unknown members': set({ unknown: { member: true }, version: 'interop', join_now: true }),
}

const plain = (path: string, request: HttpRequest) => async (target: Target) =>
  describeHttp(await target.lab.http(`${target.url}${path}`, request))

const posting =
  (headers: Record<string, string>): Scenario['run'] =>
  async (target, run) => {
    const answer = await postJson(target, `${target.url}/webrtc/connect`, await goodBody(target, run.room), headers)
    forget(target, run, answer)
    return describeHttp(answer)
  }

const json = { 'content-type': 'application/json' }
const headersAndBodies: Record<string, Scenario['run']> = {
  'connect: empty body': plain('/webrtc/connect', { method: 'POST', headers: browserHeaders, body: '' }),
  'connect: body is not JSON': plain('/webrtc/connect', { method: 'POST', headers: browserHeaders, body: '{' }),
  'connect: body is an array': plain('/webrtc/connect', { method: 'POST', headers: browserHeaders, body: '[]' }),
  'connect: no content type': posting({ 'user-agent': 'interop' }),
  'connect: content type text/plain': posting({ ...browserHeaders, 'content-type': 'text/plain' }),
  'connect: content type with charset': posting({
    ...browserHeaders,
    'content-type': 'application/json; charset=utf-8',
  }),
  'connect: no user agent': posting(json),
  'connect: empty user agent': posting({ ...json, 'user-agent': '' }),
}

const iceRemote =
  (body: unknown, headers = browserHeaders) =>
  (target: Target) =>
    postJson(target, `${target.url}/webrtc/ice_remote`, body, headers).then(describeHttp)

/** What a living session answers to one request that names it. */
const withSession =
  (ask: (target: Target, id: string) => Promise<HttpAnswer>): Scenario['run'] =>
  async (target, run) => {
    const id = forget(
      target,
      run,
      await postJson(target, `${target.url}/webrtc/connect`, await goodBody(target, run.room)),
    )
    return describeHttp(await ask(target, id))
  }
const candidate = (text: unknown, extra: Record<string, unknown> = {}) =>
  withSession((target, conn_id) =>
    postJson(target, `${target.url}/webrtc/ice_remote`, { conn_id, candidate: text, ...extra }),
  )

const sessions: Record<string, Scenario['run']> = {
  'ice_remote: unknown connection': iceRemote({ conn_id: unknownConn, candidate: '' }),
  'ice_remote: conn_id is no token': iceRemote({ conn_id: 'nonsense', candidate: '' }),
  'ice_remote: no conn_id': iceRemote({ candidate: '' }),
  'ice_remote: no candidate': iceRemote({ conn_id: unknownConn }),
  'ice_remote: wrong content type': iceRemote({}, { 'user-agent': 'interop', 'content-type': 'text/plain' }),
  'ice_remote: a candidate': candidate('candidate:1 1 udp 2130706431 127.0.0.1 9 typ host'),
  'ice_remote: empty candidate': candidate(''),
  'ice_remote: candidate that does not parse': candidate('nonsense'),
  'ice_remote: mDNS candidate': candidate('candidate:1 1 udp 2130706431 0a1b.local 9 typ host'),
  'ice_remote: null candidate': candidate(null),
  'ice_remote: extra members': candidate('', { sdpMid: '0', sdpMLineIndex: 0 }),
  'ice_remote: no user agent': withSession((target, conn_id) =>
    postJson(target, `${target.url}/webrtc/ice_remote`, { conn_id, candidate: '' }, json),
  ),
  'delete: a session': withSession(deleteConn),
  'delete: no user agent': withSession((target, id) =>
    target.lab.http(`${target.url}/webrtc/conn/${id}`, { method: 'DELETE' }),
  ),
  'delete: a second time': withSession((target, id) => deleteConn(target, id).then(() => deleteConn(target, id))),
  'delete: then ice_remote': withSession((target, conn_id) =>
    deleteConn(target, conn_id).then(() =>
      postJson(target, `${target.url}/webrtc/ice_remote`, { conn_id, candidate: '' }),
    ),
  ),
  'delete: unknown connection': (target) => deleteConn(target, unknownConn).then(describeHttp),
  'delete: conn_id is no token': (target) => deleteConn(target, 'nonsense').then(describeHttp),
}

const agent = { 'user-agent': 'interop' }
const routes: Record<string, Scenario['run']> = {
  'routes: health': plain('/health', { headers: agent }),
  'routes: health posted': plain('/health', { method: 'POST', headers: browserHeaders, body: '{}' }),
  'routes: absent /healthcheck': plain('/healthcheck', { headers: agent }),
  'routes: absent /webrtc/ice_restart': plain('/webrtc/ice_restart', {
    method: 'POST',
    headers: browserHeaders,
    body: '{}',
  }),
  'routes: absent /best on a node': plain('/best/Webrtc/10', { headers: agent }),
  'routes: connect by GET': plain('/webrtc/connect', { headers: agent }),
  'routes: connect by PUT': plain('/webrtc/connect', { method: 'PUT', headers: browserHeaders, body: '{}' }),
  'routes: ice_remote by GET': plain('/webrtc/ice_remote', { headers: agent }),
  'routes: conn by GET': plain('/webrtc/conn/nonsense', { headers: agent }),
  'routes: conn by POST': plain('/webrtc/conn/nonsense', { method: 'POST', headers: browserHeaders, body: '{}' }),
}

const origin = 'http://app.example'
const preflight = (path: string, method: string) => async (target: Target) => {
  const asks = { 'access-control-request-method': method, 'access-control-request-headers': 'content-type' }
  const answer = await target.lab.http(`${target.url}${path}`, {
    method: 'OPTIONS',
    headers: { ...agent, origin, ...asks },
  })
  return describeCors(answer, origin, { method, header: 'content-type' })
}
const originOf = (answer: HttpAnswer) =>
  [origin, '*'].includes(String(answer.headers['access-control-allow-origin'])) ? 'allowed' : 'not allowed'

const cors: Record<string, Scenario['run']> = {
  'cors: preflight of connect': preflight('/webrtc/connect', 'POST'),
  'cors: preflight of ice_remote': preflight('/webrtc/ice_remote', 'POST'),
  'cors: preflight of delete': preflight('/webrtc/conn/nonsense', 'DELETE'),
  'cors: answers and refusals may be read': async (target, run) => {
    const body = { ...(await goodBody(target, run.room)), token: 'nonsense' }
    const headers = { ...browserHeaders, origin }
    return {
      health: originOf(await target.lab.http(`${target.url}/health`, { headers })),
      'bad token': originOf(await postJson(target, `${target.url}/webrtc/connect`, body, headers)),
      'bad shape': originOf(await postJson(target, `${target.url}/webrtc/connect`, {}, headers)),
      'wrong content type': originOf(
        await postJson(target, `${target.url}/webrtc/connect`, body, { ...headers, 'content-type': 'text/plain' }),
      ),
      'unknown connection': originOf(
        await postJson(target, `${target.url}/webrtc/ice_remote`, { conn_id: unknownConn, candidate: '' }, headers),
      ),
      'absent route': originOf(await target.lab.http(`${target.url}/healthcheck`, { headers })),
    }
  },
}

export const httpScenarios: readonly Scenario[] = Object.entries({
  ...bodies,
  ...headersAndBodies,
  ...sessions,
  ...routes,
  ...cors,
}).map(([name, run]) => ({ name: `http/${name}`, run }))
