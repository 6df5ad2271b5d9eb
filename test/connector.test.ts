import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { IConnectConfig, MediaGatewayConnector, RealtimeError } from '../src/index.js'
import { failed, json, network, never, NOTHING, raw, refusal, refused } from './support/network.js'

interface Golden {
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown }
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: string }
}

const golden: { refusals: Record<string, Golden> } = JSON.parse(
  readFileSync(new URL('golden/refusals.json', import.meta.url), 'utf8'),
)
const refusalsOf = (path: string) => Object.entries(golden.refusals).filter(([, { request }]) => request.path === path)

const URL_1 = 'https://one.example'
const TOKEN = 'secret-token'
const CONN = 'secret-conn-id'
const CONFIG: IConnectConfig = {
  room: 'room',
  peer: 'alice',
  token: TOKEN,
  sdp: 'v=0\r\n',
  senders: [{ uuid: 'u', label: 'l', kind: 'audio', name: 'mic' }],
  receivers: { audio: 1, video: 0 },
  mix_minus_audio: 'AllAudioStreams',
  codecs: ['OPUS'],
}
const candidate = (text: string | null) =>
  ({ candidate: text === null ? null : { candidate: text } }) as RTCPeerConnectionIceEvent

const replay = ({ response: { status, headers, body } }: Golden) => new Response(body, { status, headers })
const reason = ({ response: { body } }: Golden) => (body.length > 0 && body.length <= 200 ? `, ${body}` : '')

describe('connect', () => {
  test('posts the config as JSON and returns the answer', async () => {
    const data = { conn_id: CONN, node_id: 3, sdp: 'v=0\r\n', service_token: null }
    const { connector, requests, leftovers } = network(() => json({ data, status: true }))
    const answer = await connector.connect(`${URL_1}/`, CONFIG)
    expect(answer).toEqual({ status: true, data: { node_id: 3, conn_id: CONN, sdp: 'v=0\r\n' }, error: '' })
    expect(requests).toEqual([
      {
        url: `${URL_1}/webrtc/connect`,
        method: 'POST',
        body: JSON.stringify(CONFIG),
        headers: { 'content-type': 'application/json' },
      },
    ])
    expect(leftovers()).toEqual(NOTHING)
  })

  test.each(refusalsOf('/webrtc/connect'))('A5 the real server refuses: %s', async (_, refusal_) => {
    const { status, body } = refusal_.response
    const { connector, leftovers } = network(() => replay(refusal_))
    const expected =
      status === 200
        ? failed('token-refused', 'the gateway refused: INVALID_TOKEN', { fatal: true, retryable: false })
        : refused(`connect: HTTP ${status}${reason(refusal_)}`, status)
    expect(body.includes('INVALID_TOKEN')).toBe(status === 200)
    expect(await refusal(connector.connect(URL_1, CONFIG))).toEqual(expected)
    expect(leftovers()).toEqual(NOTHING)
  })

  test('any other refusal keeps its reason', async () => {
    const { connector } = network(() => json({ status: false, error: 'NO_NODE' }))
    expect(await refusal(connector.connect(URL_1, CONFIG))).toEqual(
      failed('gateway-refused', 'the gateway refused: NO_NODE'),
    )
  })

  test.each([
    ['an empty body', ''],
    ['HTML', '<!doctype html><title>Welcome</title>'],
    ['half JSON', '{"status":true,"data":{"conn_id":"x"'],
    ['null', 'null'],
    ['a list', '[true]'],
    ['a text', '"status"'],
    ['a status in the prototype', '{"__proto__":{"status":true,"data":{"sdp":"v=0","conn_id":"x"}}}'],
    ['a status of another type', '{"status":"true","data":{"sdp":"v=0","conn_id":"x"}}'],
    ['no data', '{"status":true}'],
    ['null for data', '{"status":true,"data":null}'],
    ['a number for the description', '{"status":true,"data":{"sdp":5,"conn_id":"x"}}'],
    ['no connection id', '{"status":true,"data":{"sdp":"v=0"}}'],
    ['data in the prototype', '{"status":true,"data":{"__proto__":{"sdp":"v=0","conn_id":"x"}}}'],
  ])('a success with %s is no answer', async (_, body) => {
    const { connector } = network(() => raw(200, body))
    expect(await refusal(connector.connect(URL_1, CONFIG))).toEqual(
      failed('gateway-broken', 'the answer to connect is not of the protocol'),
    )
    expect(({} as { status?: unknown }).status).toBeUndefined()
  })

  test.each([301, 401, 404, 429, 500, 502, 503])('HTTP %i with a page of HTML: the page stays out', async (status) => {
    const { connector } = network(() => raw(status, `<html>\n<h1>${'x'.repeat(5_000)}</h1>\n</html>`))
    expect(await refusal(connector.connect(URL_1, CONFIG))).toEqual(refused(`connect: HTTP ${status}`, status))
  })

  test('an answer without end is read up to its bound, then cancelled', async () => {
    const chunk = new Uint8Array(256 * 1_024).fill(97)
    const seen = { chunks: 0, cancelled: false }
    const body = () =>
      new ReadableStream({
        pull(controller) {
          seen.chunks += 1
          controller.enqueue(chunk)
        },
        cancel() {
          seen.cancelled = true
        },
      })
    const { connector, leftovers } = network(() => new Response(body()))
    expect(await refusal(connector.connect(URL_1, CONFIG))).toEqual(
      failed('gateway-broken', `the answer of ${URL_1} is too long`),
    )
    expect(seen.cancelled).toBe(true)
    expect(seen.chunks).toBeLessThan(20)
    expect(leftovers()).toEqual(NOTHING)
  })
})

describe('deadlines and aborts', () => {
  const calls: [string, number, (of: MediaGatewayConnector, signal?: AbortSignal) => Promise<unknown>][] = [
    ['connect', 8_000, (of, signal) => of.connect(URL_1, CONFIG, signal ? { signal } : {})],
    ['candidate', 2_500, (of) => of.iceCandidate(URL_1, 0, CONN, candidate('candidate:1'))],
    ['delete', 2_500, (of, signal) => of.close(URL_1, 0, CONN, signal ? { signal } : {})],
  ]

  test.each(calls)('A6 a hanging %s ends after %i ms, not before', async (_, ms, call) => {
    const { connector, time, leftovers } = network(never)
    const ended: unknown[] = []
    const outcome = refusal(call(connector)).then((facts) => ended.push(facts))
    time.pass(ms - 1)
    await new Promise(setImmediate)
    expect([ended, leftovers()]).toEqual([[], { timers: 1, requests: 1 }])
    time.pass(1)
    await outcome
    expect(ended).toEqual([failed('timeout', `no answer from ${URL_1} within ${ms} ms`)])
    expect(leftovers()).toEqual(NOTHING)
  })

  test('A6 a body that stops half way counts too', async () => {
    const { connector, time, leftovers } = network((_, signal) => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"status":'))
          signal.addEventListener('abort', () => controller.error(signal.reason))
        },
      })
      return new Response(body)
    })
    const outcome = refusal(connector.connect(URL_1, CONFIG))
    await new Promise(setImmediate)
    time.pass(8_000)
    expect(await outcome).toEqual(failed('timeout', `no answer from ${URL_1} within 8000 ms`))
    expect(leftovers()).toEqual(NOTHING)
  })

  test('deadlines may be given', async () => {
    const { connector, time } = network(never, { connectMs: 30, callMs: 20 })
    const outcomes = calls.map(([, , call]) => refusal(call(connector)))
    time.pass(30)
    expect((await Promise.all(outcomes)).map(({ message }) => message)).toEqual(
      [30, 20, 20].map((ms) => `no answer from ${URL_1} within ${ms} ms`),
    )
  })

  test.each(['during', 'before'])('a signal that is aborted %s the call ends it', async (when) => {
    const { connector, leftovers } = network(never)
    for (const [, , call] of [calls[0]!, calls[2]!]) {
      const abort = new AbortController()
      if (when === 'before') abort.abort()
      const outcome = refusal(call(connector, abort.signal))
      abort.abort()
      expect(await outcome).toEqual(failed('aborted', `the call to ${URL_1} was aborted`, { retryable: false }))
    }
    expect(leftovers()).toEqual(NOTHING)
  })

  test('a network that fails is a typed error, its cause kept', async () => {
    const cause = new TypeError('fetch failed')
    const { connector } = network(() => Promise.reject(cause))
    const error = await connector.connect(URL_1, CONFIG).catch((thrown: unknown) => thrown as RealtimeError)
    expect((error as RealtimeError).facts).toEqual(failed('gateway-unreachable', `no answer from ${URL_1}`))
    expect((error as RealtimeError).cause).toBe(cause)
  })
})
