import { expect, test } from 'vitest'
import wrtc from '@roamhq/wrtc'
import type { Gateway } from '../src/index.js'
import { started } from './support/gateway.js'
import { outcome, raw } from './support/http.js'

const ok = '{"data":"OK","status":true}'

const peersOf = (gateway: Gateway) => gateway.sessions().map(({ peer }) => peer)

const offer = async (): Promise<string> => {
  const pc = new wrtc.RTCPeerConnection()
  pc.createDataChannel('data')
  const { sdp = '' } = await pc.createOffer()
  pc.close()
  return sdp
}

const connect = async (gateway: Gateway, peer = 'peer', signal?: AbortSignal) => {
  const token = gateway.token({ room: 'room' })
  const body = { room: 'room', peer, token, sdp: await offer(), senders: [], receivers: { audio: 0, video: 0 } }
  return raw(`${gateway.url}/webrtc/connect`, { method: 'POST', body, ...(signal && { signal }) })
}

/** The faults that were set for a number of requests have met them. */
const struck = (gateway: Gateway) => expect.poll(() => gateway.faults.http.current()).toEqual({})

test('a dropped request gets no answer, the next one does', async () => {
  const gateway = await started()
  const { http } = gateway.faults
  http.set('health', { kind: 'drop', times: 2 })
  const health = () => outcome(raw(`${gateway.url}/health`))
  expect(await health()).toBe('ECONNRESET')
  expect(http.current()).toEqual({ health: { kind: 'drop', times: 1 } })
  expect([await health(), await health()]).toEqual(['ECONNRESET', 200])
  expect(http.current()).toEqual({})
})

test('a session is made, but its answer is lost; or the request itself is', async () => {
  const gateway = await started()
  gateway.faults.http.set('connect', { kind: 'drop', applied: true, times: 1 })
  expect(await outcome(connect(gateway, 'made'))).toBe('ECONNRESET')
  expect(peersOf(gateway)).toEqual(['made'])
  gateway.faults.http.set('connect', { kind: 'drop', times: 1 })
  expect(await outcome(connect(gateway, 'unheard'))).toBe('ECONNRESET')
  expect(peersOf(gateway)).toEqual(['made'])
})

test('a failure has the status and the body that were asked for, on each route, until cleared', async () => {
  const gateway = await started()
  const { http } = gateway.faults
  http.set('all', { kind: 'fail', status: 503, body: 'busy' })
  const paths = [
    ['GET', '/health'],
    ['POST', '/webrtc/connect'],
    ['POST', '/webrtc/ice_remote'],
    ['DELETE', '/webrtc/conn/x'],
  ] as const
  const ask = () => Promise.all(paths.map(([method, path]) => raw(gateway.url + path, { method })))
  const busy = { status: 503, length: 4, body: 'busy', whole: true }
  expect(await ask()).toEqual([busy, busy, busy, busy])
  http.clear('health')
  expect(await raw(`${gateway.url}/health`)).toMatchObject({ status: 200, body: ok })
  http.clear()
  expect((await ask()).map(({ status }) => status)).toEqual([200, 400, 400, 400])
  http.set('health', { kind: 'fail', body: { error: 'x' } })
  expect(await raw(`${gateway.url}/health`)).toMatchObject({ status: 500, body: '{"error":"x"}' })
})

test('a request that hangs is answered by nobody, also when it was applied', async () => {
  const gateway = await started()
  gateway.faults.http.set('connect', { kind: 'hang', applied: true })
  const leaving = new AbortController()
  const hanging = outcome(connect(gateway, 'peer', leaving.signal))
  await expect.poll(() => peersOf(gateway)).toEqual(['peer'])
  expect(await Promise.race([hanging, raw(`${gateway.url}/health`).then(() => 'still hangs')])).toBe('still hangs')
  leaving.abort()
  expect(await hanging).toBe('ABORT_ERR')
})

test('half a body: the header promises all of it', async () => {
  const gateway = await started()
  gateway.faults.http.set('health', { kind: 'half' })
  gateway.faults.http.set('ice_remote', { kind: 'half' })
  expect(await raw(`${gateway.url}/health`)).toEqual({
    status: 200,
    length: ok.length,
    body: ok.slice(0, Math.floor(ok.length / 2)),
    whole: false,
  })
  // an empty body has no half, but an end that is missed
  const body = { conn_id: 'nobody', candidate: '' }
  const empty = await raw(`${gateway.url}/webrtc/ice_remote`, { method: 'POST', body })
  expect(empty).toEqual({ status: 400, length: 1, body: '', whole: false })
})

test('a delay comes before the request is applied, or after it', async () => {
  const gateway = await started()
  const delayed = (applied: boolean) => {
    gateway.faults.http.set('connect', { kind: 'delay', delayMs: 200, applied, times: 1 })
    const begin = performance.now()
    return connect(gateway, `applied ${applied}`).then(({ status }) => ({
      status,
      isLate: performance.now() - begin > 195,
      peers: peersOf(gateway),
    }))
  }
  let answered = false
  const early = delayed(true).finally(() => (answered = true))
  await expect.poll(() => peersOf(gateway)).toEqual(['applied true'])
  expect(answered).toBe(false)
  expect(await early).toEqual({ status: 200, isLate: true, peers: ['applied true'] })
  const late = delayed(false)
  await struck(gateway)
  expect(peersOf(gateway)).toEqual(['applied true'])
  expect(await late).toEqual({ status: 200, isLate: true, peers: ['applied true', 'applied false'] })
})

test('a client that gives up while its connect is held makes a session all the same', async () => {
  const gateway = await started()
  gateway.faults.http.set('connect', { kind: 'delay', delayMs: 100, times: 1 })
  const leaving = new AbortController()
  const gaveUp = outcome(connect(gateway, 'orphan', leaving.signal))
  await struck(gateway)
  leaving.abort()
  expect(await gaveUp).toBe('ABORT_ERR')
  await expect.poll(() => peersOf(gateway)).toEqual(['orphan'])
})

test('preflights and the token service are not touched', async () => {
  const gateway = await started()
  gateway.faults.http.set('all', { kind: 'drop' })
  const headers = { origin: 'http://page', 'access-control-request-method': 'POST' }
  expect((await fetch(`${gateway.url}/webrtc/connect`, { method: 'OPTIONS', headers })).status).toBe(200)
  const path = `/app/webrtc_session?app_secret=${gateway.secret}`
  expect(await raw(gateway.url + path, { method: 'POST', body: { room: 'r' } })).toMatchObject({ status: 200 })
})

test('the gateway closes at once, whatever hangs or waits', async () => {
  const gateway = await started()
  gateway.faults.http.set('health', { kind: 'hang', times: 1 })
  gateway.faults.http.set('connect', { kind: 'delay', delayMs: 600_000, times: 1 })
  const open = [outcome(raw(`${gateway.url}/health`)), outcome(connect(gateway))]
  await struck(gateway)
  await gateway.close()
  expect(await Promise.all(open)).toEqual(['ECONNRESET', 'ECONNRESET'])
})

test('a fault out of its bounds is refused', async () => {
  const { http } = (await started()).faults
  expect(() => http.set('health', { kind: 'delay', delayMs: -1 })).toThrow('delayMs')
  expect(() => http.set('health', { kind: 'fail', status: 99 })).toThrow('status')
  expect(() => http.set('health', { kind: 'drop', times: 0 })).toThrow('times')
  expect(http.current()).toEqual({})
})
