import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { errorOf, failed, json, network, never, NOTHING, raw, refusal, refused, verdict } from './support/network.js'

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

  test('A7 the checks that lost are aborted', async () => {
    const aborted: string[] = []
    const { connector, leftovers } = network(({ origin }, signal) => {
      signal.addEventListener('abort', () => aborted.push(origin))
      return origin === B ? json(OK) : never()
    })
    expect(await connector.selectFromUrls([A, B, C])).toBe(B)
    await new Promise(setImmediate)
    expect([aborted, leftovers()]).toEqual([[A, C], NOTHING])
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
    const { connector, leftovers } = network(({ origin }) => (origin === A ? never() : json(OK)))
    expect(await connector.selectFromUrls([A, B])).toBe(B)
    await new Promise(setImmediate)
    expect(leftovers()).toEqual(NOTHING)
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
    expect(await refusal(connector.selectFromUrls([A, B]))).toEqual(failed('no-gateway'))
  })

  test('A6 when all hang, it is over after their deadline', async () => {
    const { connector, time, leftovers } = network(never)
    const outcome = refusal(connector.selectFromUrls([A, B]))
    expect(leftovers()).toEqual({ timers: 2, requests: 2 })
    time.pass(2_500)
    expect(await outcome).toEqual(failed('no-gateway'))
    expect([connector.url, leftovers()]).toEqual([undefined, NOTHING])
  })

  test('an abort ends every check', async () => {
    const { connector, leftovers } = network(never)
    const abort = new AbortController()
    const outcome = refusal(connector.selectFromUrls([A, B], { signal: abort.signal }))
    abort.abort()
    expect(await outcome).toEqual(failed('aborted', { retryable: false }))
    await new Promise(setImmediate)
    expect([connector.url, leftovers()]).toEqual([undefined, NOTHING])
  })

  test('a signal that is aborted before the choice ends it, without a check', async () => {
    const { connector, requests } = network(() => json(OK))
    const outcome = connector.selectFromUrls([A, B], { signal: AbortSignal.abort() }).catch((error: unknown) => error)
    expect(await outcome).toMatchObject(failed('aborted', { retryable: false }))
    expect(requests).toEqual([])
  })

  test('an abort after the choice is too late', async () => {
    const { connector } = network(() => json(OK))
    const abort = new AbortController()
    const chosen = await connector.selectFromUrls([A, B], { signal: abort.signal })
    abort.abort()
    expect([chosen, connector.url]).toEqual([A, A])
  })

  test('a single URL is taken as it is, without a check', async () => {
    const { connector, requests } = network(never)
    expect([await connector.selectFromUrls(A), connector.url]).toEqual([A, A])
    expect([await connector.selectFromUrls([B]), connector.url]).toEqual([B, B])
    expect(requests).toEqual([])
  })

  test('an empty list is no configuration, unless the connector has a URL of its own', async () => {
    expect(await refusal(network(never).connector.selectFromUrls([]))).toEqual(
      failed('invalid-config', { fatal: true, retryable: false }),
    )
    const { connector, requests } = network(never, {}, C)
    expect([connector.url, await connector.selectFromUrls([]), requests]).toEqual([C, C, []])
  })

  test.each([['one URL', A] as const, ['a list', [A, B]] as const])(
    'the URL of the connector wins over %s, without a check',
    async (_, urls) => {
      const { connector, requests } = network(never, {}, C)
      const chosen = [await connector.selectFromUrls([urls].flat()), await connector.selectFromUrls(A)]
      expect([chosen, connector.url, requests]).toEqual([[C, C], C, []])
    },
  )

  test('a URL that was chosen is no URL of its own: the next list is asked', async () => {
    const { connector } = network(({ origin }) => (origin === B ? json(OK) : raw(503)))
    expect(await connector.selectFromUrls(A)).toBe(A)
    expect(await connector.selectFromUrls([A, B])).toBe(B)
    expect(await refusal(connector.selectFromUrls([]))).toEqual(
      failed('invalid-config', { fatal: true, retryable: false }),
    )
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
    const post = async () => {
      const error = await errorOf(connector.iceCandidate(A, 0, CONN, event('candidate:1')))
      return [verdict(error.facts), error.cause]
    }
    expect(await post()).toEqual([refused(400), ''])
    expect(await post()).toEqual([refused(400), golden['ice-remote-missing-member']!.response.body])
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
    expect(await refusal(connector.close(A, 0, CONN))).toEqual(failed('gateway-unreachable'))
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
