import { request } from 'node:http'
import { expect, test } from 'vitest'
import type { Gateway } from '../src/index.js'
import { join, post } from './support/client.js'
import { started } from './support/gateway.js'

const json = { 'content-type': 'application/json' }

const body = (gateway: Gateway, more: object = {}) => ({
  room: 'room',
  peer: 'peer',
  token: gateway.token({ room: 'room', peer: 'peer' }),
  sdp: 'v=0\r\n',
  senders: [],
  receivers: { audio: 0, video: 0 },
  ...more,
})

const seen = async (response: Response) => ({
  status: response.status,
  type: response.headers.get('content-type'),
  body: await response.text(),
})

/** `fetch` always sends a user agent. */
const withoutUserAgent = (url: string): Promise<{ status: number | undefined; body: string }> =>
  new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', headers: json }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode, body: text }))
    })
    call.on('error', reject)
    call.end('{}')
  })

test('health, unknown routes and wrong methods', async () => {
  const gateway = await started()
  const get = (path: string, method = 'GET') => fetch(gateway.url + path, { method }).then(seen)
  expect(await get('/health')).toEqual({
    status: 200,
    type: 'application/json; charset=utf-8',
    body: '{"data":"OK","status":true}',
  })
  expect(await get('/healthcheck')).toEqual({ status: 404, type: null, body: 'not found' })
  expect(await get('/webrtc/ice_restart', 'POST')).toMatchObject({ status: 404 })
  expect(await get('/webrtc/connect')).toMatchObject({ status: 405, type: null })
})

test('any origin may call', async () => {
  const { url } = await started()
  const preflight = await fetch(`${url}/webrtc/connect`, {
    method: 'OPTIONS',
    headers: {
      origin: 'http://app',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  })
  expect(preflight.status).toBe(200)
  expect(preflight.headers.get('access-control-allow-origin')).toBe('http://app')
  expect(preflight.headers.get('access-control-allow-headers')).toContain('content-type')
  expect(preflight.headers.get('access-control-allow-methods')).toContain('DELETE')
  const refused = await fetch(`${url}/webrtc/connect`, {
    method: 'POST',
    headers: { ...json, origin: 'http://app' },
    body: '{',
  })
  expect(refused.headers.get('access-control-allow-origin')).toBe('http://app')
})

test('connect refuses by content type, shape, token and SDP', async () => {
  const gateway = await started()
  const connect = (value: unknown) => post(gateway, '/webrtc/connect', value).then(seen)
  const raw = (text: string, headers: Record<string, string>) =>
    fetch(`${gateway.url}/webrtc/connect`, { method: 'POST', headers, body: Buffer.from(text) }).then(seen)
  const shape = { status: 400, type: null, body: expect.stringMatching(/^parse request payload error: ./) }

  expect(await withoutUserAgent(`${gateway.url}/webrtc/connect`)).toEqual({ status: 400, body: 'Bad Request' })
  expect(await raw('{}', {})).toEqual({
    status: 415,
    type: null,
    body: 'the client request does not include the `Content-Type` header',
  })
  expect(await raw('{}', { 'content-type': 'text/plain' })).toEqual({
    status: 415,
    type: null,
    body: 'the `Content-Type` requested by the client is not supported: text/plain',
  })
  expect(await raw('{}', { 'content-type': 'application/json; charset=utf-8' })).toEqual(shape)
  expect(await raw('', json)).toEqual(shape)
  expect(await connect(body(gateway, { receivers: { audio: 300, video: 0 } }))).toEqual(shape)
  expect(await connect(body(gateway, { sdp: {} }))).toEqual(shape)
  expect(await connect(body(gateway, { codecs: ['AV1'] }))).toEqual(shape)
  expect(await connect(body(gateway, { sub_scope: 'full' }))).toEqual(shape)
  expect(await connect(body(gateway, { senders: [{ kind: 'audio', name: 'a', uuid: 'b' }] }))).toEqual(shape)

  const invalid = {
    status: 200,
    type: expect.stringContaining('json'),
    body: '{"error":"INVALID_TOKEN","status":false}',
  }
  expect(await connect(body(gateway, { token: 'nonsense' }))).toEqual(invalid)
  expect(await connect(body(gateway, { room: 'other' }))).toEqual(invalid)
  expect(await connect(body(gateway, { peer: 'other' }))).toEqual(invalid)

  const refused = { status: 400, type: null, body: '' }
  // a number or a boolean is taken for the text it is written as
  for (const sdp of [null, 1, false, '', 'nonsense', 'v=0\r\n', 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n']) {
    expect(await connect(body(gateway, { sdp })), String(sdp)).toEqual(refused)
  }
  expect(gateway.sessions()).toEqual([])
})

test('a body beyond reason is refused without being kept', async () => {
  const gateway = await started()
  const response = await post(gateway, '/webrtc/connect', body(gateway, { sdp: 'x'.repeat(3 * 1024 * 1024) }))
  expect(response.status).toBe(413)
})

test('the session probe and DELETE know living sessions only', async () => {
  const gateway = await started()
  const client = await join(gateway, { peer: 'peer' })
  const probe = (conn_id: string) =>
    post(gateway, '/webrtc/ice_remote', { conn_id, candidate: '', extra: 1 }).then(seen)
  const remove = (id: string) => fetch(`${gateway.url}/webrtc/conn/${id}`, { method: 'DELETE' }).then(seen)
  const ok = { status: 200, body: '{"data":"OK","status":true}' }
  const gone = { status: 400, type: null, body: '' }
  expect(await probe(client.connId)).toMatchObject(ok)
  expect(await probe('unknown')).toEqual(gone)
  expect(await remove('unknown')).toEqual(gone)
  expect(await remove(client.connId)).toMatchObject(ok)
  expect(await remove(client.connId)).toEqual(gone)
  expect(await probe(client.connId)).toEqual(gone)
  expect(await post(gateway, '/webrtc/ice_remote', { conn_id: 1 }).then(seen)).toMatchObject({
    status: 400,
    type: null,
  })
})

test('the token route issues what connect accepts', async () => {
  const gateway = await started({ secret: 'hidden' })
  const issue = (query: string, value: object = { room: 'room', peer: 'peer' }) =>
    post(gateway, `/app/webrtc_session${query}`, value)
  const answer = (await (await issue('?app_secret=hidden')).json()) as { data: { token: string } }
  expect(answer).toEqual({ data: { token: expect.any(String) }, error: null, success: true })
  const connected = await post(gateway, '/webrtc/connect', body(gateway, { token: answer.data.token }))
  expect(connected.status).toBe(400)
  expect(await issue('?app_secret=wrong').then(seen)).toMatchObject({
    status: 200,
    body: '{"data":null,"error":"INVALID_TOKEN","success":false}',
  })
  expect(await issue('').then(seen)).toMatchObject({ status: 400, type: null })
})

test('connection ids count from one in each process, refused offers included', async () => {
  const idOf = (connId: string) =>
    JSON.parse(Buffer.from(connId.split('.')[1] ?? '', 'base64url').toString()) as unknown
  const first = await started()
  const second = await started()
  await post(first, '/webrtc/connect', body(first))
  const { connId } = await join(first, { peer: 'peer' })
  expect(idOf(connId)).toEqual({ node_id: 1, conn_id: 2 })
  await post(second, '/webrtc/connect', body(second))
  expect((await join(second, { peer: 'other' })).connId).toBe(connId)
})

test('with a connect delay, connects wait for each other', async () => {
  const gateway = await started({ connectDelayMs: 60 })
  const begin = performance.now()
  const times = await Promise.all(
    [1, 2].map(async () => {
      await post(gateway, '/webrtc/connect', body(gateway))
      return performance.now() - begin
    }),
  )
  expect(times.sort((a, b) => a - b)[0]).toBeLessThan(115)
  expect(times[1]).toBeGreaterThan(115)
})

test('a host may be a name, or stand for every interface', async () => {
  for (const host of ['localhost', '0.0.0.0']) {
    const gateway = await started({ host })
    const client = await join(gateway, { peer: 'peer' })
    expect(await client.request('room.unsubscribe', { peer: 'nobody' })).toMatchObject({ success: false })
  }
})

test('WHIP and WHEP refuse what is wrong, and make no sessions', async () => {
  const { url, token } = await started()
  const ask = (headers: Record<string, string>) =>
    fetch(`${url}/whip/endpoint`, { method: 'POST', headers, body: 'v=0' }).then(async (response) => [
      response.status,
      await response.text(),
    ])
  const sdp = { 'content-type': 'application/sdp' }
  const webrtc = { authorization: `Bearer ${token({ room: 'room' })}` }
  expect(await ask(sdp)).toEqual([401, 'authorization error'])
  expect(await ask({ ...sdp, ...webrtc })).toEqual([401, ''])
  expect((await ask(webrtc))[0]).toBe(415)
  const conn = (method: string) => fetch(`${url}/whep/conn/x`, { method }).then(({ status }) => status)
  expect([await conn('PATCH'), await conn('DELETE'), await conn('GET')]).toEqual([415, 400, 405])
})
