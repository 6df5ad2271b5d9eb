import { deflateSync } from 'node:zlib'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeError, RealtimeSocketState as State, RPC } from '../../src/index.js'
import { usualAnswer } from '../doubles/gateway.js'
import { answerTo } from '../doubles/sdp.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { parameters } from './cases.js'
import { anyJson, anySdp } from './mutations.js'

/** Long enough for 100,000 cases. */
const LIMIT = 1_200_000

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, Promise.prototype]
const shape = () => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype))
let before: ReturnType<typeof shape>

beforeEach(() => {
  before = shape()
})

afterEach(() => {
  expect(shape()).toEqual(before)
})

/** The code of a failure; one that is not of this library fails the case. */
const typed = (error: unknown): string => {
  if (error instanceof RealtimeError && error.code !== 'internal' && error.facts.phase) return error.code
  throw new Error(`untyped: ${String(error)}`, { cause: error })
}

let worlds = 0

/** A case in a world of its own; what is left at its end fails it. Every fourth is replayed. */
const inWorld =
  <Args extends unknown[]>(run: (stage: Stage, ...args: Args) => Promise<void>) =>
  async (...args: Args): Promise<void> => {
    const stage = new Stage()
    worlds += 1
    stage.replays = worlds % 4 === 0
    let leftovers: unknown
    try {
      await run(stage, ...args)
    } finally {
      leftovers = await stage.dispose()
    }
    expect(leftovers).toEqual(NOTHING)
  }

test(
  'any answer to a connect: it resolves or rejects typed, and the next connect works',
  async () => {
    const property = fc.asyncProperty(
      anySdp,
      inWorld(async (stage, change) => {
        const config = stage.config({ receivers: { audio: 1, video: 1 } })
        stage.gateway.answerConnect = (usual) => ({ ...usual, data: { ...usual.data, sdp: change(usual.data.sdp) } })
        const socket = stage.socket()
        const outcome = socket.connect(stage.gateway, config).then(() => 'resolved', typed)
        await stage.clock.quiet()
        expect(socket.peerState).toBe((await outcome) === 'resolved' ? State.Connected : State.Failed)
        stage.gateway.answerConnect = (usual) => usual
        const again = socket.connect(stage.gateway, config)
        await stage.clock.quiet()
        await again
        expect(socket.peerState).toBe(State.Connected)
      }),
    )
    await fc.assert(property, parameters(0.1, 11))
  },
  LIMIT,
)

test(
  'any answer to a later offer, of the engine or by hand: the next round works',
  async () => {
    const property = fc.asyncProperty(
      anySdp,
      fc.boolean(),
      inWorld(async (stage, change, byHand) => {
        const socket = await stage.connected({}, { negotiation: byHand ? 'manual' : 'auto' })
        const warnings: string[] = []
        socket.on('warning', (error) => warnings.push(typed(error)))
        const round = async (answer: (usual: string) => string) => {
          const { offer } = await socket.generateOffer()
          socket.updateSdp(offer, answer(answerTo(offer.sdp ?? '')))
          await stage.clock.quiet()
        }
        const rounds: ((usual: string) => string)[] = [change]
        stage.gateway.answerRequest = (request) => {
          const usual = usualAnswer(request)
          const sdp = (usual?.data as { sdp?: string } | null)?.sdp
          return sdp === undefined ? usual : { success: true, data: { sdp: (rounds.shift() ?? String)(sdp) } }
        }
        const receivers = [socket.createReceiverTrack('one', 'video')]
        if (byHand) await round(change)
        await stage.clock.quiet()
        receivers.push(socket.createReceiverTrack('two', 'audio'))
        if (byHand) await round(String)
        await stage.clock.quiet()
        expect([receivers.map(({ serverId }) => serverId), socket.peerState, warnings.length < 2]).toEqual([
          ['video_0', 'audio_0'],
          State.Connected,
          true,
        ])
      }),
    )
    await fc.assert(property, parameters(0.1, 12))
  },
  LIMIT,
)

test(
  'any body of HTTP: an answer of the protocol or a typed error, and the next call works',
  async () => {
    const GOOD = JSON.stringify({ status: true, data: { node_id: 1, conn_id: 'conn', sdp: 'v=0' }, error: '' })
    const CONFIG = { room: 'r', peer: 'p', token: 't', sdp: 'v=0', senders: [], receivers: { audio: 0, video: 0 } }
    const status = fc.oneof(fc.constant(200), fc.constantFrom(201, 400, 404, 500, 503))
    const property = fc.asyncProperty(
      anyJson,
      status,
      inWorld(async (stage, change, status) => {
        const bodies = [change(GOOD), GOOD]
        const fetch = (input: unknown) => {
          const health = String(input).startsWith('https://two.')
          const body = health ? '{"status":true}' : (bodies.shift() ?? GOOD)
          return Promise.resolve(new Response(body, { status: body === GOOD || health ? 200 : status }))
        }
        const environment = { ...stage.environment, fetch: fetch as typeof globalThis.fetch }
        const connector = new MediaGatewayConnector(undefined, { environment })
        const outcome = await connector.connect('https://one.example', CONFIG).catch(typed)
        if (typeof outcome !== 'string')
          expect(outcome).toEqual({
            status: true,
            data: { node_id: expect.any(Number), conn_id: expect.any(String), sdp: expect.any(String) },
            error: '',
          })
        expect((await connector.connect('https://one.example', CONFIG)).data.conn_id).toBe('conn')
        bodies.unshift(change('{"status":true}'))
        const chosen = await connector.selectFromUrls(['https://one.example', 'https://two.example'])
        expect(['https://one.example', 'https://two.example']).toContain(chosen)
      }),
    )
    await fc.assert(property, parameters(0.6, 13))
  },
  LIMIT,
)

test(
  'any frames: reported once each at the most, and the next frame and request work',
  async () => {
    const ENGINE = 2 ** 40
    const frames = fc.tuple(
      fc.constantFrom(
        JSON.stringify({ type: 'event', event: 'n', data: { a: [1, 'x'] } }),
        JSON.stringify({ type: 'answer', req_id: 1, success: true, data: { sdp: 'v=0' } }),
        JSON.stringify({ type: 'answer', req_id: ENGINE, success: false, error: 'x', data: null }),
        JSON.stringify({ type: 'request', req_id: 1, request: 'n', data: null }),
      ),
      fc.oneof({ weight: 4, arbitrary: anyJson }, { weight: 1, arbitrary: fc.constant(String) }),
      fc.constantFrom('text', 'text', 'text', 'zlib', 'broken zlib', 'bytes'),
    )
    const framed = ([text, change, form]: [string, (text: string) => string, string]): unknown => {
      const changed = change(text)
      if (form === 'text') return changed
      const bytes = form === 'bytes' ? new TextEncoder().encode(changed) : Uint8Array.from(deflateSync(changed))
      if (form === 'broken zlib') bytes[bytes.length >> 1]! ^= 0x55
      return bytes.buffer
    }
    const property = fc.asyncProperty(
      fc.array(frames, { minLength: 1, maxLength: 4 }),
      inWorld(async (stage, several) => {
        const socket = await stage.connected({ receivers: { video: 1 } })
        let reported = 0
        socket.on('warning', (error) => {
          typed(error)
          reported += 1
        })
        const rpc = new RPC(socket, { timeoutMs: 0 })
        rpc.on('n', () => 'answer')
        const last = new Promise((resolve) => rpc.on('last', resolve))
        socket.createReceiverTrack('guest', 'video').attach({ peer: 'bob', stream: 'camera' })
        const channel = stage.peer.channels[0]!
        for (const frame of several) channel.arrives(framed(frame))
        channel.arrives(JSON.stringify({ type: 'event', event: 'last', data: 'heard' }))
        const request = rpc.request('room.ping', {})
        await stage.clock.pass(10)
        expect([await last, typeof (await request).status]).toEqual(['heard', 'boolean'])
        // One more for a refusal that a frame happened to be.
        expect([reported <= several.length + 1, socket.peerState]).toEqual([true, State.Connected])
      }),
    )
    await fc.assert(property, parameters(0.2, 14))
  },
  LIMIT,
)
