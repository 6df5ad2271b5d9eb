import { describe, expect, test } from 'vitest'
import type { IConnectConfig, MediaGatewayConnector, RealtimeError } from '../src/index.js'
import { errorOf, failed, json, network, never, raw, verdict } from './support/network.js'

const CONN = 'secret-conn-id'
const CONFIG: IConnectConfig = {
  room: 'room',
  peer: 'alice',
  token: 'secret-token',
  sdp: 'v=0 secret-sdp',
  senders: [],
  receivers: { audio: 0, video: 0 },
}
const candidate = { candidate: { candidate: 'candidate:secret-candidate' } } as RTCPeerConnectionIceEvent
const urlsOf = (requests: unknown[]) => requests.map((request) => (request as { url: string }).url)
const unreachable = () => network(() => Promise.reject(new TypeError('fetch failed'))).connector

describe('the URL that is called', () => {
  test.each([
    ['https://a.example', 'https://a.example/webrtc/connect'],
    ['https://a.example/', 'https://a.example/webrtc/connect'],
    ['https://a.example///', 'https://a.example/webrtc/connect'],
    ['https://a.example:8443/base', 'https://a.example:8443/base/webrtc/connect'],
    ['https://a.example/base//', 'https://a.example/base/webrtc/connect'],
    ['https://a.example/a//b/', 'https://a.example/a//b/webrtc/connect'],
    ['https://a.example?key=1', 'https://a.example/webrtc/connect?key=1'],
    ['https://a.example/?key=1', 'https://a.example/webrtc/connect?key=1'],
    ['https://a.example/base/?key=/1/&b=?', 'https://a.example/base/webrtc/connect?key=/1/&b=?'],
    ['https://a.example/base?', 'https://a.example/base/webrtc/connect'],
  ])('of %s is %s', async (url, called) => {
    const { connector, requests } = network(() => json({ status: true, data: { sdp: 'v=0', conn_id: 'x' } }))
    await connector.connect(url, CONFIG)
    expect(urlsOf(requests)).toEqual([called])
  })

  test.each([
    ['https://a.example#here', 'https://a.example/webrtc/connect'],
    ['https://a.example/base/?key=1#here', 'https://a.example/base/webrtc/connect?key=1'],
  ])('the fragment of %s is dropped: it is %s', async (url, called) => {
    const { connector, requests } = network(() => json({ status: true, data: { sdp: 'v=0', conn_id: 'x' } }))
    await connector.connect(url, CONFIG).catch(() => {})
    expect(urlsOf(requests)).toEqual([called])
  })

  test('every call keeps the query', async () => {
    const { connector, requests } = network(() => json({ status: true, data: { sdp: 'v=0', conn_id: 'x' } }))
    const base = 'https://a.example/?key=1'
    await connector.selectFromUrls([base, base])
    await connector.iceCandidate(base, 0, 'x', candidate)
    await connector.probe(base, 0, 'x')
    await connector.close(base, 0, 'x')
    expect(urlsOf(requests)).toEqual(
      ['health', 'health', 'webrtc/ice_remote', 'webrtc/ice_remote', 'webrtc/conn/x'].map(
        (path) => `https://a.example/${path}?key=1`,
      ),
    )
  })

  test.each([
    ['a/../../admin', 'a%2F..%2F..%2Fadmin'],
    ['a?b=1#c', 'a%3Fb%3D1%23c'],
    ['50%', '50%25'],
    ['ä b', '%C3%A4%20b'],
    ['plain-id_1.2', 'plain-id_1.2'],
  ])('has the connection id %s escaped: %s', async (id, escaped) => {
    const { connector, requests } = network(() => json({ status: true }))
    await connector.close('https://a.example', 0, id)
    expect(urlsOf(requests)).toEqual([`https://a.example/webrtc/conn/${escaped}`])
  })
})

describe('what an error shows of a URL', () => {
  const shownOf = async (url: string) => (await errorOf(unreachable().connect(url, CONFIG))).message

  test.each([
    ['https://a.example', 'a.example'],
    ['https://a.example:8443/secret?secret', 'a.example:8443'],
    ['https://secret-user@a.example/', 'a.example'],
    ['https://secret-user:secret@a.example:1?secret=1', 'a.example:1'],
    ['https://a.example/secret@secret', 'a.example'],
    ['http://[::1]:8443/secret', '[::1]:8443'],
  ])('of %s is %s', async (url, host) => {
    const message = await shownOf(url)
    expect(message).toContain(` ${host}`)
    expect(message).not.toMatch(/secret|https?:|\/|\?/)
  })

  test.each(['/secret/base?secret', 'secret', '', '?secret', '#secret', '://secret'])(
    'of "%s" is nothing',
    async (url) => {
      expect(await shownOf(url)).not.toMatch(/secret/)
    },
  )

  test.each(['https://a.example?key=x@secret', 'https://user:x@secret@a.example'])(
    'of %s no more than the host',
    async (url) => {
      expect(await shownOf(url)).not.toMatch(/secret/)
    },
  )

  test('of a list are all its hosts', async () => {
    const urls = ['https://u:secret@a.example/secret', 'https://b.example:1?secret', 'https://c.example/#secret']
    const error = await errorOf(unreachable().selectFromUrls(urls))
    expect(verdict(error.facts)).toEqual(failed('no-gateway'))
    for (const host of ['a.example', 'b.example:1', 'c.example']) expect(error.message).toContain(host)
    expect(error.message).not.toMatch(/secret/)
  })
})

describe('secrets', () => {
  const SECRET = 'https://secret-user:secret-pass@a.example/secret-path?key=secret-query'
  const calls: Record<string, (of: MediaGatewayConnector, signal: AbortSignal) => Promise<unknown>> = {
    select: (of, signal) => of.selectFromUrls([SECRET, SECRET], { signal }),
    connect: (of, signal) => of.connect(SECRET, CONFIG, { signal }),
    candidate: (of) => of.iceCandidate(SECRET, 0, CONN, candidate),
    close: (of, signal) => of.close(SECRET, 0, CONN, { signal }),
  }
  const repeating = 'cannot read {"token":"secret-token","conn_id":"secret-conn-id"}'
  const networks: Record<string, () => Response | Promise<Response>> = {
    refuses: () => raw(400),
    'refuses and repeats what was sent': () => raw(400, repeating),
    'refuses the connect and repeats what was sent': () => json({ status: false, error: repeating }),
    'refuses the token': () => json({ status: false, error: 'INVALID_TOKEN' }),
    'answers nonsense': () => raw(200, '{"status":true,"data":{"conn_id":"secret-conn-id"}}'),
    'answers without end': () =>
      new Response(
        new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000_000).fill(97)) }),
      ),
    fails: () => Promise.reject(new TypeError(`Failed to parse URL from ${SECRET}`)),
    hangs: never,
  }

  /** The errors of the calls that fail, by the name of the call, after all deadlines. */
  const errorsOn = async (respond: () => Response | Promise<Response>) => {
    const { connector, time } = network(respond)
    const errors: Record<string, RealtimeError> = {}
    const outcomes = Object.entries(calls).map(([name, call]) =>
      // A single call is content with some answers: the delete with any, the candidate with a 200.
      call(connector, new AbortController().signal).catch((error: RealtimeError) => {
        errors[name] = error
      }),
    )
    await new Promise(setImmediate)
    time.pass(10_000)
    await Promise.all(outcomes)
    return errors
  }

  test.each(Object.entries(networks))('no error of a network that %s contains one', async (_, respond) => {
    const errors = await errorsOn(respond)
    expect(Object.keys(errors)).toContain('connect')
    for (const error of Object.values(errors)) {
      expect(`${error} ${JSON.stringify(error)} ${JSON.stringify(error.facts)}`).not.toMatch(/secret/)
    }
  })

  test.each(['refuses and repeats what was sent', 'refuses the connect and repeats what was sent'])(
    'the text of a server that %s is the cause alone',
    async (name) => {
      const { connect } = await errorsOn(networks[name]!)
      expect(connect!.cause).toBe(repeating)
      expect(Object.values(connect!.facts)).not.toContain(repeating)
    },
  )

  test('an aborted call names its host and tells no secret', async () => {
    const { connector } = network(never)
    const error = await errorOf(connector.connect(SECRET, CONFIG, { signal: AbortSignal.abort() }))
    expect(verdict(error.facts)).toEqual(failed('aborted', { retryable: false }))
    expect(error.message).toContain('a.example')
    expect(error.message).not.toMatch(/secret/)
  })
})
