import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext, Script } from 'node:vm'
import { beforeAll, describe, expect, test } from 'vitest'
import { RealtimeSocket, type IMediaGatewayConnector, type RealtimeError } from '../src/index.js'
import { errorOf, failed, SteppedTime, verdict } from './support/network.js'

/** What a browser or Node has beyond ECMAScript, and the library may look at only when it is used. */
const OUTSIDE = [
  'RTCPeerConnection',
  'MediaStream',
  'document',
  'window',
  'navigator',
  'location',
  'process',
  'setTimeout',
  'setInterval',
  'clearTimeout',
  'queueMicrotask',
  'performance',
  'fetch',
  'crypto',
  'addEventListener',
  'indexedDB',
  'localStorage',
  'WebSocket',
]

/** A realm of its own with nothing but ECMAScript, in which a look at anything of the outside throws and is noted. */
const realm = () => {
  const touched: string[] = []
  const context = createContext({})
  // On the realm's own global: Node 24 swallows what an accessor of the outer object throws, and may ask more than once.
  const realmGlobal = runInContext('globalThis', context) as object
  for (const name of OUTSIDE)
    Object.defineProperty(realmGlobal, name, {
      get: () => {
        if (!touched.includes(name)) touched.push(name)
        throw new ReferenceError(`${name} was looked at`)
      },
      enumerable: true,
      configurable: true,
    })
  return {
    touched,
    run: (code: string | Script): unknown =>
      code instanceof Script ? code.runInContext(context) : runInContext(code, context),
  }
}

describe('where there is nothing but ECMAScript', () => {
  let library: Script

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'library',
      platform: 'browser',
    })
    library = new Script(outputFiles[0]!.text)
  })

  test('a look at the outside is noticed', () => {
    const { touched, run } = realm()
    expect(() => run('typeof window')).toThrow('window was looked at')
    expect(() => run('globalThis.fetch')).toThrow('fetch was looked at')
    expect(touched).toEqual(['window', 'fetch'])
  })

  test('importing the library touches nothing', () => {
    const { touched, run } = realm()
    run(library)
    expect(run('typeof library.RealtimeSocket')).toBe('function')
    expect(touched).toEqual([])
  })

  test.each([
    ['a socket', 'new library.RealtimeSocket("https://a.example")'],
    [
      'a socket with every option',
      `new library.RealtimeSocket(['https://a.example', 'https://b.example'], {
        iceServers: [], latencyMode: library.LatencyMode.UltraLow, negotiation: 'manual', deadlines: {},
        environment: {}, inspect: () => {}, outboxBytes: 10 })`,
    ],
    ['a connector', 'new library.MediaGatewayConnector("https://a.example")'],
    ['an emitter', 'new library.TypedEventEmitter()'],
    ['an RPC', 'new library.RPC(new library.TypedEventEmitter())'],
  ])('constructing %s touches nothing', (_, code) => {
    const { touched, run } = realm()
    run(library)
    expect(run(`typeof (${code})`)).toBe('object')
    expect(touched).toEqual([])
  })

  test('nor does listening to a new socket and reading it', () => {
    const { touched, run } = realm()
    run(library)
    run(`globalThis.socket = new library.RealtimeSocket('https://a.example')`)
    run(`socket.onMany(['peer_state', 'dc_state', 'warning', 'transition'], () => {})`)
    run(`socket.subscribe(() => {}).unsubscribe()`)
    const seen = run(`JSON.stringify([socket.peerState, socket.dcState, socket.reason, socket.bufferedAmount,
      socket.senders, socket.receivers, socket.getSnapshot().peerState])`)
    expect(JSON.parse(String(seen))).toEqual(['created', 'created', null, 0, [], [], 'created'])
    expect(touched).toEqual([])
  })

  test('a connector has no URL, an emitter works', () => {
    const { touched, run } = realm()
    run(library)
    expect(run('new library.MediaGatewayConnector().url')).toBeUndefined()
    expect(
      run(`{
        const emitter = new library.TypedEventEmitter(), heard = []
        emitter.on('x', (...args) => heard.push(args.length))
        emitter.emit('x', 1)
        heard.join()
      }`),
    ).toBe('4')
    expect(touched).toEqual([])
  })
})

describe('where there is no WebRTC', () => {
  const connector = () => {
    const asked: string[] = []
    const double: IMediaGatewayConnector = {
      selectFromUrls: async (urls) => {
        asked.push(`select ${String(urls)}`)
        return String(urls)
      },
      connect: async () => {
        asked.push('connect')
        throw new Error('nothing to connect with')
      },
      iceCandidate: () => void asked.push('candidate'),
    }
    return { double, asked }
  }
  /** The farewell is over too: there is no server session to delete. */
  const quiet = () => new Promise(setImmediate)
  const config = { roomId: 'room', peerId: 'alice', token: 'token' }

  test.each([
    ['the environment of Node', {}],
    ['an environment that says so', { RTCPeerConnection: undefined }],
  ])('connect rejects with no-webrtc in %s, and leaves nothing behind', async (_, environment) => {
    const time = new SteppedTime()
    const socket = new RealtimeSocket('https://a.example', { environment: { ...time.environment, ...environment } })
    const states: string[] = []
    socket.on('peer_state', (state) => states.push(state))
    const { double, asked } = connector()
    const { facts } = await errorOf(socket.connect(double, config))
    expect(verdict(facts)).toEqual(failed('no-webrtc', { phase: 'offering', fatal: true, retryable: false }))
    expect(facts.elapsed).toEqual({ 'selecting-gateway': 0, offering: 0 })
    // What is missing, and where to put it.
    expect(facts.message).toMatch(/RTCPeerConnection.*environment/)
    expect(socket.getSnapshot()).toMatchObject({ peerState: 'failed', lastError: { code: 'no-webrtc' } })
    await quiet()
    expect([states, asked, time.timers]).toEqual([['connecting', 'failed'], ['select https://a.example'], 0])
    await socket[Symbol.asyncDispose]()
    expect([states, time.timers]).toEqual([['connecting', 'failed', 'closed'], 0])
  })

  test('it may be called again, and fails the same way', async () => {
    const time = new SteppedTime()
    await using socket = new RealtimeSocket('https://a.example', { environment: time.environment })
    const { double, asked } = connector()
    const codes: string[] = []
    for (let round = 0; round < 3; round += 1)
      await socket.connect(double, config).catch((error: RealtimeError) => codes.push(error.code))
    expect(codes).toEqual(['no-webrtc', 'no-webrtc', 'no-webrtc'])
    expect(asked).toHaveLength(3)
    await quiet()
    expect(time.timers).toBe(0)
  })
})
