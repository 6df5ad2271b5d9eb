import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RealtimeSocketState as State } from '../../src/index.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { json, never, raw, verdict } from '../support/network.js'
import { overHttp, type Respond } from './http-gateway.js'

const ONE = 'https://one.example'
const TWO = 'https://two.example'
const GOOD = { conn_id: 'x', node_id: 1, sdp: 'v=0' }

/** 100 MB in pieces, and how many of them were asked for. */
const endless = (piece: number, seen: { pieces: number; cancelled: boolean }) => () =>
  new Response(
    new ReadableStream({
      pull(controller) {
        seen.pieces += 1
        if (seen.pieces * piece > 100 * 1_024 * 1_024) controller.close()
        else controller.enqueue(new Uint8Array(piece).fill(32))
      },
      cancel() {
        seen.cancelled = true
      },
    }),
  )

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
  expect(({} as Record<string, unknown>).status).toBeUndefined()
})

const told = (code: string, phase: string, more: object = {}) => ({
  code,
  phase,
  status: undefined,
  fatal: false,
  retryable: true,
  ...more,
})

/** How a gateway's answer may be, and what a connect makes of it. */
const BAD: [string, Respond, object, number][] = [
  ['is down', () => Promise.reject(new TypeError('fetch failed')), told('gateway-unreachable', 'awaiting-answer'), 0],
  ['hangs', never, told('timeout', 'awaiting-answer'), 8_000],
  [
    'hangs in its body',
    () => new Response(new ReadableStream({ start: (to) => to.enqueue(new Uint8Array([123])) })),
    told('timeout', 'awaiting-answer'),
    8_000,
  ],
  ['breaks off', () => breaksOff(), told('gateway-unreachable', 'awaiting-answer'), 0],
  ['answers HTML', () => raw(200, '<!doctype html>'), told('gateway-broken', 'awaiting-answer'), 0],
  [
    'answers HTML with 502',
    () => raw(502, '<!doctype html>'),
    told('gateway-refused', 'awaiting-answer', { status: 502 }),
    0,
  ],
  ['answers half JSON', () => raw(200, '{"status":true,"data":{'), told('gateway-broken', 'awaiting-answer'), 0],
  ['answers bytes', () => new Response(new Uint8Array(2_000).fill(200)), told('gateway-broken', 'awaiting-answer'), 0],
  [
    'answers wrong types',
    () => json({ status: 'true', data: { ...GOOD, sdp: ['v=0'] } }),
    told('gateway-broken', 'awaiting-answer'),
    0,
  ],
  [
    'answers keys of the prototype',
    () =>
      raw(
        200,
        `{"__proto__":{"status":true,"data":${JSON.stringify(GOOD)}},"constructor":{"prototype":{"status":true}}}`,
      ),
    told('gateway-broken', 'awaiting-answer'),
    0,
  ],
  [
    'answers JSON of a thousand levels',
    () => raw(200, '{"data":'.repeat(1_000) + '1' + '}'.repeat(1_000)),
    told('gateway-broken', 'awaiting-answer'),
    0,
  ],
]

const breaksOff = () => {
  let pulled = false
  return new Response(
    new ReadableStream({
      pull(controller) {
        if (pulled) controller.error(new TypeError('terminated'))
        else controller.enqueue(new Uint8Array([123]))
        pulled = true
      },
    }),
  )
}

describe.each(BAD)('a gateway that %s', (_, respond, error, ms) => {
  test('to a connect: a typed error with its phase, nothing left, and the next connect works', async () => {
    const { connector, faults, asked } = overHttp(stage, { one: { connect: respond } })
    const socket = stage.socket({}, ONE)
    const errors: unknown[] = []
    socket.connect(connector, stage.config()).catch(({ facts }) => errors.push(verdict(facts), facts.elapsed))
    await stage.clock.quiet()
    const elapsed = { 'selecting-gateway': 0, offering: 0, 'awaiting-answer': ms }
    expect(errors).toEqual([error, elapsed])
    expect([socket.peerState, stage.calls.open, stage.clock.timers]).toEqual([State.Failed, 0, 0])
    expect(stage.peer.signalingState).toBe('closed')
    delete faults.one
    const again = socket.connect(connector, stage.config())
    await stage.clock.quiet()
    await again
    expect([socket.peerState, asked]).toEqual([State.Connected, ['one connect', 'one connect']])
  })

  test('to a health check: the next URL is taken', async () => {
    const { connector, asked } = overHttp(stage, { one: { health: respond } })
    const socket = stage.socket({}, [ONE, TWO])
    const connecting = socket.connect(connector, stage.config())
    await stage.clock.quiet()
    await connecting
    expect([connector.url, asked]).toEqual([TWO, ['one health', 'two health', 'two connect']])
  })

  test('to every health check: no-gateway, and nothing is left', async () => {
    const { connector, asked } = overHttp(stage, { one: { health: respond }, two: { health: respond } })
    const socket = stage.socket({}, [ONE, TWO])
    const errors: unknown[] = []
    socket.connect(connector, stage.config()).catch(({ facts }) => errors.push(verdict(facts)))
    await stage.clock.quiet()
    expect(errors).toEqual([told('no-gateway', 'selecting-gateway')])
    expect([asked, stage.calls.open, stage.clock.timers]).toEqual([['one health', 'two health'], 0, 0])
  })

  test('to the farewell: the socket closes all the same', async () => {
    const { connector } = overHttp(stage, { one: { delete: respond } })
    const socket = stage.socket({}, ONE)
    const connecting = socket.connect(connector, stage.config())
    await stage.clock.quiet()
    await connecting
    let over = false
    void socket[Symbol.asyncDispose]().then(() => (over = true))
    expect(socket.peerState).toBe(State.Closed)
    await stage.clock.pass(5_000)
    expect([over, stage.calls.open, stage.clock.timers]).toEqual([true, 0, 0])
    // It was never deleted: that is the gateway's fault, and it ends it by its own time-outs.
    expect([...stage.gateway.sessions]).toEqual(['conn-1'])
    stage.gateway.sessions.clear()
  })

  test('to a candidate: a typed warning at the most, and the connect goes on', async () => {
    const { connector, asked } = overHttp(stage, { one: { candidate: respond } })
    stage.network.transport = false
    const socket = stage.socket({}, ONE)
    const warnings: string[] = []
    socket.on('warning', ({ code, phase }) => warnings.push(`${code} ${phase}`))
    const connecting = socket.connect(connector, stage.config())
    await stage.clock.pass(4_000)
    expect(asked).toEqual(['one connect', 'one candidate'])
    stage.peer.transport('connected')
    for (const channel of stage.peer.channels) channel.opens()
    await stage.clock.quiet()
    await connecting
    expect([socket.peerState, stage.calls.open]).toEqual([State.Connected, 0])
    // Only its status is looked at.
    const { code, status } = error as { code: string; status?: number }
    const answered = code === 'gateway-broken'
    expect(warnings).toEqual(answered ? [] : [`${code} establishing`])
    expect(answered).toBe(status === undefined && ms === 0 && code !== 'gateway-unreachable')
  })
})

describe('a body of 100 MB', () => {
  test.each(['connect', 'health'] as const)('to a %s is read up to 4 MiB, then cancelled', async (path) => {
    const piece = 65_536
    const seen = { pieces: 0, cancelled: false }
    const { connector } = overHttp(stage, { one: { [path]: endless(piece, seen) } })
    const socket = stage.socket({}, path === 'health' ? [ONE, TWO] : ONE)
    const outcome: unknown[] = []
    socket.connect(connector, stage.config()).then(
      () => outcome.push('resolved'),
      ({ facts }) => outcome.push(verdict(facts)),
    )
    await stage.clock.quiet()
    expect(outcome).toEqual([path === 'health' ? 'resolved' : told('gateway-broken', 'awaiting-answer')])
    expect(seen.cancelled).toBe(true)
    // A health check that another URL won is ended even earlier.
    expect(seen.pieces * piece).toBeLessThanOrEqual(4 * 1_024 * 1_024 + 2 * piece)
  })
})
