import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RealtimeError, type IConnectConfig, type MediaGatewayConnector } from '../src/index.js'
import { failed, json, network, never, NOTHING, raw, refusal, refused } from './support/network.js'

const [A, B, C] = ['https://a.example', 'https://b.example', 'https://c.example'] as const
const OK = { data: 'OK', status: true }
const CONN = 'secret-conn-id'
const event = (candidate: string | null) =>
  ({ candidate: candidate === null ? null : { candidate } }) as RTCPeerConnectionIceEvent

const golden: Record<string, { response: { status: number; body: string } }> = JSON.parse(
  readFileSync(new URL('golden/refusals.json', import.meta.url), 'utf8'),
).refusals
const goldenAnswer = (name: string) => {
  const { status, body } = golden[name]!.response
  return raw(status, body)
}

describe('choosing a gateway', () => {
  test('A7 the first that says it is healthy wins, whatever its place in the list', async () => {
    const answers = new Map<string, (response: Response) => void>()
    const { connector, requests } = network(
      ({ origin }) => new Promise<Response>((resolve) => answers.set(origin, resolve)),
    )
    const chosen = connector.selectFromUrls([A, B, C])
    expect(requests).toEqual([A, B, C].map((url) => ({ url: `${url}/health`, method: 'GET' })))
    answers.get(C)!(json(OK))
    expect([await chosen, connector.url]).toEqual([C, C])
  })

  test('A8 one that cannot be reached does not end the choice', async () => {
    const { connector, leftovers } = network(({ origin }) => {
      if (origin === A) return Promise.reject(new TypeError('fetch failed'))
      return origin === B ? raw(503) : json(OK)
    })
    expect(await connector.selectFromUrls([A, B, C])).toBe(C)
    expect(leftovers()).toEqual(NOTHING)
  })

  test('A6 one that hangs does not either', async () => {
    const { connector } = network(({ origin }) => (origin === A ? never() : json(OK)))
    expect(await connector.selectFromUrls([A, B])).toBe(B)
  })

  test.each<[string, () => Response]>([
    ['not found', () => goldenAnswer('absent-route')],
    ['an error of the server', () => raw(500, 'receiving from an empty and closed channel')],
    ['a success without content', () => new Response(null, { status: 204 })],
    ['status false', () => json({ data: 'OK', status: false })],
    ['another status', () => json({ status: 'true' })],
    ['HTML', () => raw(200, '<html>it works</html>')],
    ['half JSON', () => raw(200, '{"status":true')],
    ['null', () => json(null)],
    ['a status in the prototype', () => raw(200, '{"__proto__":{"status":true}}')],
  ])('%s is not healthy', async (_, respond) => {
    const { connector } = network(({ origin }) => (origin === A ? respond() : Promise.reject(new TypeError())))
    expect(await refusal(connector.selectFromUrls([A, B]))).toEqual(
      failed('no-gateway', `no healthy gateway: ${A}, ${B}`),
    )
  })

  test('A6 when all hang, it is over after their deadline', async () => {
    const { connector, time, leftovers } = network(never)
    const outcome = refusal(connector.selectFromUrls([A, B]))
    expect(leftovers()).toEqual({ timers: 2, requests: 2 })
    time.pass(2_500)
    expect(await outcome).toEqual(failed('no-gateway', `no healthy gateway: ${A}, ${B}`))
    expect([connector.url, leftovers()]).toEqual([undefined, NOTHING])
  })

  test('an abort ends every check', async () => {
    const { connector, leftovers } = network(never)
    const abort = new AbortController()
    const outcome = connector.selectFromUrls([A, B], { signal: abort.signal }).catch(() => 'rejected')
    abort.abort()
    expect([await outcome, leftovers()]).toEqual(['rejected', NOTHING])
  })

  test('a single URL is taken as it is, without a check', async () => {
    const { connector, requests } = network(never)
    expect([await connector.selectFromUrls(A), connector.url]).toEqual([A, A])
    expect([await connector.selectFromUrls([B]), connector.url]).toEqual([B, B])
    expect(requests).toEqual([])
  })

  test('an empty list is no configuration, unless the connector has a URL of its own', async () => {
    expect(await refusal(network(never).connector.selectFromUrls([]))).toEqual(
      failed('invalid-config', 'there is no gateway URL', { fatal: true, retryable: false }),
    )
    const { connector, requests } = network(never, {}, C)
    expect([connector.url, await connector.selectFromUrls([]), requests]).toEqual([C, C, []])
  })

  test('without a URL there is none before the choice', () => {
    expect(network(never).connector.url).toBeUndefined()
  })
})

describe('candidates', () => {
  test('one is posted with the connection id', async () => {
    const { connector, requests, leftovers } = network(() => json(OK))
    expect(await connector.iceCandidate(A, 0, CONN, event('candidate:1 1 udp 1 10.0.0.1 9 typ host'))).toBeUndefined()
    expect(requests).toEqual([
      {
        url: `${A}/webrtc/ice_remote`,
        method: 'POST',
        body: JSON.stringify({ conn_id: CONN, candidate: 'candidate:1 1 udp 1 10.0.0.1 9 typ host' }),
        headers: { 'content-type': 'application/json' },
      },
    ])
    expect(leftovers()).toEqual(NOTHING)
  })

  test.each([null, ''])('the end of candidates (%j) is not posted: it would be a probe', async (text) => {
    const { connector, requests } = network(never)
    await connector.iceCandidate(A, 0, CONN, event(text))
    expect(requests).toEqual([])
  })

  test('B20 a refusal is a typed error', async () => {
    const answers = ['ice-remote-unknown-connection', 'ice-remote-missing-member'].map(goldenAnswer)
    const { connector } = network(() => answers.shift()!)
    const post = () => refusal(connector.iceCandidate(A, 0, CONN, event('candidate:1')) as Promise<void>)
    expect(await post()).toEqual(refused('candidate: HTTP 400', 400))
    expect(await post()).toEqual(
      refused(`candidate: HTTP 400, ${golden['ice-remote-missing-member']!.response.body}`, 400),
    )
  })
})

describe('the end of a session', () => {
  test('it is deleted by its connection id; the request may outlive the page', async () => {
    const { connector, requests, leftovers } = network(() => json(OK))
    await connector.close(A, 0, CONN, { keepalive: true })
    await connector.close(`${A}/`, 0, CONN)
    const sent = { url: `${A}/webrtc/conn/${CONN}`, method: 'DELETE' }
    expect(requests).toEqual([{ ...sent, keepalive: true }, sent])
    expect(leftovers()).toEqual(NOTHING)
  })

  test.each([
    ['unknown or gone', () => goldenAnswer('delete-unknown-connection')],
    ['panicked', () => raw(500, 'receiving from an empty and closed channel')],
    ['HTML of a proxy', () => raw(502, '<html></html>')],
  ])('a session that is %s is as good as deleted', async (_, respond) => {
    const { connector, leftovers } = network(respond)
    expect([await connector.close(A, 0, CONN), leftovers()]).toEqual([undefined, NOTHING])
  })

  test('a network that fails is a typed error', async () => {
    const { connector } = network(() => Promise.reject(new TypeError('fetch failed')))
    expect(await refusal(connector.close(A, 0, CONN))).toEqual(failed('gateway-unreachable', `no answer from ${A}`))
  })
})

describe('a probe', () => {
  test('asks with an empty candidate', async () => {
    const { connector, requests } = network(() => json(OK))
    expect(await connector.probe(A, 0, CONN)).toBe('alive')
    expect(requests).toEqual([
      {
        url: `${A}/webrtc/ice_remote`,
        method: 'POST',
        body: JSON.stringify({ conn_id: CONN, candidate: '' }),
        headers: { 'content-type': 'application/json' },
      },
    ])
  })

  test.each<[string, () => Response | Promise<Response>, string]>([
    ['400, as the real server says it', () => goldenAnswer('ice-remote-unknown-connection'), 'gone'],
    ['500', () => raw(500, 'receiving from an empty and closed channel'), 'broken'],
    ['404 of something else', () => goldenAnswer('absent-route'), 'unreachable'],
    ['502 of a proxy', () => raw(502, '<html></html>'), 'unreachable'],
    ['a failing network', () => Promise.reject(new TypeError('fetch failed')), 'unreachable'],
  ])('%s', async (_, respond, expected) => {
    const { connector, leftovers } = network(respond)
    expect([await connector.probe(A, 0, CONN), leftovers()]).toEqual([expected, NOTHING])
  })

  test('no answer in time, or an abort: unreachable', async () => {
    const { connector, time, leftovers } = network(never)
    const abort = new AbortController()
    const outcomes = [connector.probe(A, 0, CONN), connector.probe(A, 0, CONN, { signal: abort.signal })]
    abort.abort()
    time.pass(2_500)
    expect([await Promise.all(outcomes), leftovers()]).toEqual([['unreachable', 'unreachable'], NOTHING])
  })
})

describe('secrets', () => {
  const SECRET = 'https://a.example/path?key=secret-query#secret-fragment'
  const config: IConnectConfig = {
    room: 'room',
    peer: 'alice',
    token: 'secret-token',
    sdp: 'v=0 secret-sdp',
    senders: [],
    receivers: { audio: 0, video: 0 },
  }
  const calls: Record<string, (of: MediaGatewayConnector, signal: AbortSignal) => Promise<unknown> | void> = {
    select: (of, signal) => of.selectFromUrls([SECRET, SECRET], { signal }),
    connect: (of, signal) => of.connect(SECRET, config, { signal }),
    candidate: (of) => of.iceCandidate(SECRET, 0, CONN, event('candidate:secret-candidate')),
    close: (of, signal) => of.close(SECRET, 0, CONN, { signal }),
  }
  const networks: Record<string, () => Response | Promise<Response>> = {
    refuses: () => raw(400),
    'refuses with a reason': () => goldenAnswer('missing-member'),
    'refuses the token': () => goldenAnswer('bad-token'),
    'answers nonsense': () => raw(200, '{"status":true,"data":{"conn_id":"secret-conn-id"}}'),
    fails: () => Promise.reject(new TypeError(`Failed to parse URL from ${SECRET}`)),
    hangs: never,
  }

  test.each(Object.keys(networks))('no error of a network that %s contains one', async (name) => {
    const { connector, time } = network(networks[name]!)
    const outcomes = Object.values(calls).map(async (make) => {
      try {
        // A single call is content with some answers: the delete with any, the candidate with a 200.
        await make(connector, new AbortController().signal)
        return undefined
      } catch (error) {
        expect(error).toBeInstanceOf(RealtimeError)
        return (error as RealtimeError).facts
      }
    })
    time.pass(10_000)
    const errors = (await Promise.all(outcomes)).filter((error) => error !== undefined)
    expect(errors).not.toEqual([])
    expect(JSON.stringify(errors)).not.toMatch(/secret/)
  })

  test('an aborted call tells none either', async () => {
    const { connector } = network(never)
    const outcome = refusal(connector.connect(SECRET, config, { signal: AbortSignal.abort() }))
    expect((await outcome).message).toBe('the call to https://a.example/path was aborted')
  })
})
