import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocketState as State } from '../../src/index.js'
import type { Gateway } from '../../gateway/src/index.js'
import { NOTHING } from '../support/ledger.js'
import { holds, outcome, Stage, type Place } from '../support/stage.js'
import { nodePlace } from './place.js'

let gateway: Gateway
let place: Place
let stage: Stage

beforeAll(async () => {
  // Slow enough that every phase of a connect can be interrupted.
  ;({ gateway, place } = await nodePlace({ connectDelayMs: 60 }))
})

afterAll(() => gateway.close())

beforeEach(() => {
  stage = new Stage(place)
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
  // A session that the client has left ends at the gateway within a few milliseconds.
  await holds(() => gateway.sessions().length === 0, 'no session left at the gateway')
})

/** Every state that a connect passes, in order: chart and state. */
const STATES = [
  ['connection', 'connecting.selectingGateway'],
  ['negotiation', 'offering'],
  ['negotiation', 'awaitingAnswer'],
  ['negotiation', 'applying'],
  ['connection', 'connecting.establishing.direct'],
  ['connection', 'connecting.openingChannel'],
] as const

describe('close and abort in each state of a connect leave no session behind', () => {
  test.each(STATES)('close in %s %s', async (chart, state) => {
    const socket = stage.socket()
    const heard: string[] = []
    socket.on('peer_state', (heardState) => heard.push(heardState))
    socket.on('transition', ({ chart: which, to }) => which === chart && to === state && socket.close())
    const connecting = socket.connect(stage.connector(), stage.config('alice'))
    expect(await outcome(connecting)).toMatchObject({ code: 'closed' })
    expect(heard).toEqual(['connecting', 'closed'])
    expect(socket.getSnapshot()).toMatchObject({ peerState: State.Closed, dcState: State.Closed })
  })

  test.each(STATES)('abort in %s %s', async (chart, state) => {
    const socket = stage.socket()
    const abort = new AbortController()
    const off = socket.on('transition', ({ chart: which, to }) => which === chart && to === state && abort.abort())
    const config = stage.config('alice')
    const connecting = socket.connect(stage.connector(), config, { signal: abort.signal })
    expect(await outcome(connecting)).toMatchObject({ code: 'aborted' })
    expect(socket.peerState).toBe(State.Failed)
    off()
    await socket.connect(stage.connector(), config)
    expect(socket.peerState).toBe(State.Connected)
  })
})

test('connect, close, connect as the same peer at once leaves exactly one session', async () => {
  const first = stage.socket()
  const gone = first.connect(stage.connector(), stage.config('alice'))
  first.close()
  const second = stage.socket()
  await second.connect(stage.connector(), stage.config('alice'))
  expect(await outcome(gone)).toEqual({ code: 'closed', phase: 'selecting-gateway' })
  await first[Symbol.asyncDispose]()
  await holds(() => gateway.sessions().length === 1, 'one session')
  expect(second.peerState).toBe(State.Connected)
})

test('connect, close while the offer travels, connect as the same peer leaves exactly one session', async () => {
  const first = stage.socket()
  const off = first.on('transition', ({ to }) => to === 'awaitingAnswer' && first.close())
  const gone = first.connect(stage.connector(), stage.config('alice'))
  expect(await outcome(gone)).toEqual({ code: 'closed', phase: 'awaiting-answer' })
  off()
  const second = stage.socket()
  await second.connect(stage.connector(), stage.config('alice'))
  await first[Symbol.asyncDispose]()
  await holds(() => gateway.sessions().length === 1, 'one session')
  expect(second.peerState).toBe(State.Connected)
})

test('close is legal everywhere, and twice', async () => {
  const fresh = stage.socket()
  const heard: string[] = []
  fresh.onMany(['peer_state', 'dc_state'], (state) => heard.push(state))
  fresh.close()
  fresh.close()
  expect(heard).toEqual(['closed', 'closed'])
  expect(await outcome(fresh.connect(stage.connector(), stage.config('alice')))).toEqual({
    code: 'closed',
    phase: 'idle',
  })
  expect(() => fresh.send('x')).toThrow('the socket is closed')
  expect(() => fresh.createReceiverTrack('a', 'video')).toThrow('the socket is closed')
  expect(() => fresh.createSenderTrack({ name: 'a', kind: 'video' })).toThrow('the socket is closed')
})

test('the gateway ends the session when the page leaves', async () => {
  let leave = () => {}
  const socket = stage.socket({
    environment: {
      page: {
        onLeave: (callback) => {
          leave = callback
          return () => {
            leave = () => {}
          }
        },
      },
    },
  })
  await socket.connect(stage.connector(), stage.config('alice'))
  leave()
  expect([socket.peerState, socket.reason]).toEqual([State.Closed, 'page-left'])
})

test('a gateway that is gone, hangs or talks nonsense is a typed error', async () => {
  const answers: [what: string, answer: () => Promise<Response>, code: string][] = [
    ['nobody listens', () => Promise.reject(new TypeError('fetch failed')), 'gateway-unreachable'],
    ['an empty 400', async () => new Response('', { status: 400 }), 'gateway-refused'],
    ['HTML', async () => new Response('<html></html>'), 'gateway-broken'],
    ['half JSON', async () => new Response('{"status":true,"da'), 'gateway-broken'],
    ['no description', async () => new Response('{"status":true,"data":{"conn_id":"x"}}'), 'gateway-broken'],
    [
      'no SDP',
      async () => new Response('{"status":true,"data":{"node_id":0,"conn_id":"x","sdp":"hello"}}'),
      'answer-refused',
    ],
  ]
  const seen: unknown[] = []
  for (const [what, answer] of answers) {
    const socket = stage.socket()
    const lying = new MediaGatewayConnector(undefined, { environment: { fetch: answer } })
    const result = await outcome(socket.connect(lying, stage.config('alice')))
    seen.push([what, (result as { code: string }).code, socket.peerState])
  }
  expect(seen).toEqual(answers.map(([what, , code]) => [what, code, State.Failed]))
})
