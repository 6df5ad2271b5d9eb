import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MediaGatewayConnector, type IConnectConfig } from '../src/index.js'
import {
  errorOf,
  failed,
  json,
  network,
  never,
  NOTHING,
  raw,
  refusal,
  refused,
  SteppedTime,
  verdict,
} from './support/network.js'

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
    const error = await errorOf(connector.connect(URL_1, CONFIG))
    expect(body.includes('INVALID_TOKEN')).toBe(status === 200)
    expect([verdict(error.facts), error.cause]).toEqual(
      status === 200
        ? [failed('token-refused', { fatal: true, retryable: false }), 'INVALID_TOKEN']
        : [refused(status), body],
    )
    if (status !== 200 && body) expect(error.message).not.toContain(body)
    expect(leftovers()).toEqual(NOTHING)
  })

  test('the reason of any other refusal is shown where it is a plain code', async () => {
    const { connector } = network(() => json({ status: false, error: 'NO_NODE' }))
    const error = await errorOf(connector.connect(URL_1, CONFIG))
    expect([verdict(error.facts), error.cause]).toEqual([failed('gateway-refused'), 'NO_NODE'])
    expect(error.message).toContain('NO_NODE')
  })

  test.each([
    ['a text', `no such token: ${TOKEN}`],
    ['what was sent', TOKEN],
    ['a code with a text behind it', `NO_NODE\n${TOKEN}`],
    ['a code that begins a text', `INVALID_TOKEN ${TOKEN}`],
    ['letters without end', 'SECRET_'.repeat(10)],
    ['a number', 5_005],
    ['an object', { code: TOKEN }],
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
  ])('a reason that is %s is the cause, and not shown', async (_, reason) => {
    const { connector } = network(() => json({ status: false, error: reason }))
    const error = await errorOf(connector.connect(URL_1, CONFIG))
    expect([verdict(error.facts), error.cause]).toEqual([failed('gateway-refused'), reason])
    expect(error.message).not.toMatch(/secret|5005|undefined|null|object/i)
  })

  test.each([
    ['cannot be made a text', { toString: 5 }],
    ['only looks like a refused token as a text', ['INVALID_TOKEN']],
  ])('a reason that %s is a refusal like any other', async (_, reason) => {
    const { connector } = network(() => json({ status: false, error: reason }))
    const outcome = await connector.connect(URL_1, CONFIG).catch((error: unknown) => error)
    expect(outcome).toMatchObject(failed('gateway-refused'))
  })

  test.each([
    ['without a node', {}, 0],
    ['of node 0', { node_id: 0 }, 0],
    ['of a far node', { node_id: 4_294_967_295 }, 4_294_967_295],
  ])('an answer %s is taken', async (_, node, node_id) => {
    const { connector } = network(() => json({ status: true, data: { sdp: 'v=0', conn_id: CONN, ...node } }))
    expect((await connector.connect(URL_1, CONFIG)).data).toEqual({ node_id, conn_id: CONN, sdp: 'v=0' })
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
    ['a text for the node', '{"status":true,"data":{"node_id":"1","sdp":"v=0","conn_id":"x"}}'],
    ['null for the node', '{"status":true,"data":{"node_id":null,"sdp":"v=0","conn_id":"x"}}'],
  ])('a success with %s is no answer', async (_, body) => {
    const { connector } = network(() => raw(200, body))
    expect(await refusal(connector.connect(URL_1, CONFIG))).toEqual(failed('gateway-broken'))
    expect(({} as { status?: unknown }).status).toBeUndefined()
  })

  test.each([301, 401, 404, 429, 500, 502, 503])('HTTP %i with a page of HTML: the page stays out', async (status) => {
    const page = `<html>\n<h1>${'x'.repeat(5_000)}</h1>\n</html>`
    const { connector } = network(() => raw(status, page))
    const error = await errorOf(connector.connect(URL_1, CONFIG))
    expect([verdict(error.facts), error.cause]).toEqual([refused(status), page])
    expect(error.message).not.toMatch(/html|xxx/)
    expect(JSON.stringify(error.facts)).not.toMatch(/html|xxx/)
  })

  test.each([
    ['without end', undefined],
    ['without end that says it is short', '10'],
    ['without end that says nothing of use', 'many'],
  ])('an answer %s is read up to its bound, then cancelled', async (_, length) => {
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
    const { connector, leftovers } = network(
      () => new Response(body(), { headers: length === undefined ? {} : { 'content-length': length } }),
    )
    expect(await refusal(connector.connect(URL_1, CONFIG))).toEqual(failed('gateway-broken'))
    expect(seen.cancelled).toBe(true)
    expect(seen.chunks).toBeLessThan(20)
    expect(leftovers()).toEqual(NOTHING)
  })

  test('an answer that says it is too long, and is not, is read', async () => {
    const body = JSON.stringify({ status: true, data: { sdp: 'v=0', conn_id: CONN } })
    const { connector } = network(() => new Response(body, { headers: { 'content-length': '999999999' } }))
    expect((await connector.connect(URL_1, CONFIG)).data).toEqual({ node_id: 0, conn_id: CONN, sdp: 'v=0' })
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
    const outcome = refusal(call(connector)).then((error) => ended.push(error))
    time.pass(ms - 1)
    await new Promise(setImmediate)
    expect([ended, leftovers()]).toEqual([[], { timers: 1, requests: 1 }])
    time.pass(1)
    await outcome
    expect(ended).toEqual([failed('timeout')])
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
    expect(await outcome).toEqual(failed('timeout'))
    expect(leftovers()).toEqual(NOTHING)
  })

  test.each<[string, () => Promise<Response>]>([
    ['hangs', never],
    ['hangs in the body', async () => new Response(new ReadableStream())],
  ])('A6 a fetch that %s and ignores its signal ends too, at its deadline or by an abort', async (_, fetch) => {
    const time = new SteppedTime()
    const signals: (AbortSignal | null | undefined)[] = []
    const connector = new MediaGatewayConnector(undefined, {
      environment: {
        ...time.environment,
        fetch: (_, init) => {
          signals.push(init?.signal)
          return fetch()
        },
      },
    })
    const abort = new AbortController()
    const outcomes = [undefined, abort.signal].map((signal) => refusal(calls[0]![2](connector, signal)))
    await new Promise(setImmediate)
    abort.abort()
    expect(await outcomes[1]).toEqual(failed('aborted', { retryable: false }))
    time.pass(8_000)
    expect(await outcomes[0]).toEqual(failed('timeout'))
    expect([time.timers, signals.map((signal) => signal?.aborted)]).toEqual([0, [true, true]])
  })

  test('deadlines may be given', async () => {
    const { connector, time, leftovers } = network(never, { connectMs: 30, callMs: 20 })
    const ended: unknown[] = []
    const outcomes = calls.map(([name, , call]) =>
      refusal(call(connector)).then(({ code }) => ended.push([name, code])),
    )
    time.pass(19)
    await new Promise(setImmediate)
    expect(ended).toEqual([])
    time.pass(1)
    await new Promise(setImmediate)
    expect(ended.splice(0)).toEqual([
      ['candidate', 'timeout'],
      ['delete', 'timeout'],
    ])
    time.pass(10)
    await Promise.all(outcomes)
    expect([ended, leftovers()]).toEqual([[['connect', 'timeout']], NOTHING])
  })

  test.each(['during', 'before'])('a signal that is aborted %s the call ends it', async (when) => {
    const { connector, requests, leftovers } = network(never)
    for (const [, , call] of [calls[0]!, calls[2]!]) {
      const abort = new AbortController()
      if (when === 'before') abort.abort()
      const outcome = refusal(call(connector, abort.signal))
      abort.abort()
      expect(await outcome).toEqual(failed('aborted', { retryable: false }))
    }
    expect(leftovers()).toEqual(NOTHING)
    expect(requests).toHaveLength(when === 'during' ? 2 : 0)
  })

  test('a network that fails is a typed error, its cause kept', async () => {
    const cause = new TypeError('fetch failed')
    const { connector } = network(() => Promise.reject(cause))
    const error = await errorOf(connector.connect(URL_1, CONFIG))
    expect(verdict(error.facts)).toEqual(failed('gateway-unreachable'))
    expect(error.cause).toBe(cause)
  })
})
