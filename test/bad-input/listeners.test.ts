import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { InspectionEvent } from 'xstate'
import {
  RealtimeSocketState as State,
  type IRealtimeSocketCallbacks,
  type IRealtimeSocketOptions,
  type RealtimeSocket,
} from '../../src/index.js'
import { NOTHING, Stage } from '../doubles/stage.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
  vi.restoreAllMocks()
})

const boom = (): never => {
  throw new Error('boom')
}

const EVENTS = ['message', 'peer_state', 'dc_state', 'warning', 'drain', 'transition'] as const

/** A session in which every event happens at least once. */
const eventful = async (socket: RealtimeSocket): Promise<void> => {
  const connecting = socket.connect(stage.gateway, stage.config({ receivers: { video: 1 } }))
  await stage.clock.quiet()
  await connecting
  const channel = stage.peer.channels[0]
  channel?.arrives('one')
  channel?.arrives('two')
  channel?.tell('bufferedamountlow')
  socket.updateSdp({ type: 'offer', sdp: 'v=0' }, 'v=0')
  socket.createReceiverTrack('guest', 'video').attach({ peer: 'bob', stream: 'camera' })
  await stage.clock.quiet()
  socket.close()
  await stage.clock.quiet()
}

/** What one listener of each event hears of that session, in one order. */
const heardBy = (socket: RealtimeSocket): string[] => {
  const heard: string[] = []
  for (const event of EVENTS)
    socket.on(event, ((data: unknown) => {
      const { code, chart, to } = (data ?? {}) as Record<string, string>
      // What a listener threw is a warning of its own, asserted apart.
      if (code !== 'listener-failed') heard.push(`${event} ${code ?? (chart ? `${chart} ${to}` : String(data))}`)
    }) as IRealtimeSocketCallbacks[typeof event])
  return heard
}

describe('a listener that throws', () => {
  test.each(EVENTS)('of %s: the others hear what they would have heard', async (event) => {
    const calm = stage.socket()
    const expected = heardBy(calm)
    await eventful(calm)
    for (const name of EVENTS) expect(expected.filter((line) => line.startsWith(name))).not.toEqual([])

    const console_ = vi.spyOn(console, 'error').mockImplementation(() => {})
    const socket = stage.socket()
    let threw = 0
    socket.on(event, () => {
      threw += 1
      boom()
    })
    const reported: string[] = []
    socket.on('warning', ({ code, message }) => code === 'listener-failed' && reported.push(message))
    const heard = heardBy(socket)
    await eventful(socket)
    expect(heard).toEqual(expected)
    // A listener of `warning` that throws cannot be told by a warning; after `closed` nothing is told at all.
    const told = event === 'warning' ? [] : expect.arrayContaining([`a listener of ${event} threw`])
    expect([threw > 0, reported]).toEqual([true, told])
    expect(console_).not.toHaveBeenCalled()
  })

  test.each(['stopped', 'track_added', 'transceiver_changed'] as const)(
    'of %s of a track: the others hear it, and so does the console',
    async (event) => {
      const console_ = vi.spyOn(console, 'error').mockImplementation(() => {})
      const socket = stage.socket()
      const receiver = socket.createReceiverTrack('guest', 'video')
      const heard: unknown[] = []
      receiver.on(event, boom)
      receiver.on(event, () => heard.push(event))
      const connecting = socket.connect(stage.gateway, stage.config())
      await stage.clock.quiet()
      await connecting
      expect(() => receiver.stop()).not.toThrow()
      expect([heard, console_.mock.calls.length, socket.peerState]).toEqual([[event], 1, State.Connected])
      // Its line is free, whatever the listener did.
      const next = socket.createReceiverTrack('guest', 'video')
      await stage.clock.quiet()
      expect(next.serverId).toBe('video_0')
    },
  )
})

describe('a watcher that throws', () => {
  type Watch = (next: () => void) => { options?: IRealtimeSocketOptions; begin?: (socket: RealtimeSocket) => void }
  const WAYS: [string, Watch][] = [
    ['a subscriber', (next) => ({ begin: (socket) => socket.subscribe(next) })],
    ['a subscribed observer', (next) => ({ begin: (socket) => socket.subscribe({ next }) })],
    ['a subscriber that comes late', (next) => ({ begin: (it) => it.on('peer_state', () => it.subscribe(next)) })],
    ['an inspector', (next) => ({ begin: (socket) => socket.inspect(next) })],
    ['an inspecting observer', (next) => ({ begin: (socket) => socket.inspect({ next }) })],
    ['an inspector of the options', (next) => ({ options: { inspect: next } })],
    ['an inspecting observer of the options', (next) => ({ options: { inspect: { next } } })],
  ]

  test.each(WAYS)('%s: all others see what they would have seen', async (_, watch) => {
    const seen = async (next: () => void) => {
      const { options = {}, begin } = watch(next)
      const socket = stage.socket(options)
      begin?.(socket)
      const heard = heardBy(socket)
      const [states, inspected]: [string[], string[]] = [[], []]
      socket.subscribe(({ peerState, dcState }) => states.push(`${peerState} ${dcState}`))
      socket.inspect({ next: (event: InspectionEvent) => void inspected.push(event.type) })
      await eventful(socket)
      return { heard, states, inspected }
    }
    let looks = 0
    const expected = await seen(() => (looks += 1))
    expect([expected.states.length > 10, expected.inspected.length > 100, looks > 5]).toEqual([true, true, true])
    const console_ = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(await seen(boom)).toEqual(expected)
    expect(console_).toHaveBeenCalledTimes(looks)
  })
})

describe('what the application gives to connect', () => {
  /** Whatever may be thrown, not only errors. */
  const THROWN: [string, unknown][] = [
    ['an error', new Error('boom')],
    ['an error without words', new Error()],
    ['a text', 'boom'],
    ['undefined', undefined],
    ['null', null],
    ['a symbol', Symbol('boom')],
    ['an object without a prototype', Object.create(null)],
    ['an object that is no text', { toString: 5 }],
  ]
  const HOW: [string, (thrown: unknown) => () => never][] = [
    [
      'throws',
      (thrown) => () => {
        throw thrown
      },
    ],
    // oxlint-disable-next-line prefer-promise-reject-errors -- an application may reject with anything
    ['rejects with', (thrown) => () => Promise.reject(thrown) as never],
  ]
  const CASES = HOW.flatMap(([how, make]) => THROWN.map(([what, thrown]) => [how, what, make(thrown)] as const))

  /** A connect that fails for what is given in this way; then one that works. */
  const fails = async (give: (way: 'bad' | 'good') => Parameters<RealtimeSocket['connect']>) => {
    const socket = stage.socket()
    let failure: unknown
    socket.connect(...give('bad')).catch((error: unknown) => (failure = error))
    await stage.clock.quiet()
    const state = socket.peerState
    const again = socket.connect(...give('good'))
    await stage.clock.quiet()
    await again
    const { code, phase, message } = failure as Record<string, unknown>
    return { state, code, phase, message: typeof message, name: (failure as Error).name, after: socket.peerState }
  }

  const outcome = (code: string, phase: string) => ({
    state: State.Failed,
    code,
    phase,
    message: 'string',
    name: 'RealtimeError',
    after: State.Connected,
  })

  test.each(CASES)('a token function that %s %s', async (_how, _what, token) => {
    const made = await fails((way) => [stage.gateway, stage.config(way === 'bad' ? { token } : {})])
    expect(made).toEqual(outcome('provider-failed', 'selecting-gateway'))
  })

  test.each(CASES)('an iceServers function that %s %s', async (_how, _what, iceServers) => {
    const made = await fails((way) => [stage.gateway, stage.config(way === 'bad' ? { iceServers } : {})])
    expect(made).toEqual(outcome('provider-failed', 'selecting-gateway'))
  })

  test.each(['token', 'iceServers'] as const)('a function for %s that never ends', async (name) => {
    const never = () => new Promise<never>(() => {})
    const made = await fails((way) => [stage.gateway, stage.config(way === 'bad' ? { [name]: never } : {})])
    expect(made).toEqual(outcome('timeout', 'selecting-gateway'))
  })

  const connector = (more: object) => ({
    selectFromUrls: (...args: Parameters<typeof stage.gateway.selectFromUrls>) => stage.gateway.selectFromUrls(...args),
    connect: (...args: Parameters<typeof stage.gateway.connect>) => stage.gateway.connect(...args),
    iceCandidate: () => stage.gateway.iceCandidate(),
    close: (...args: Parameters<typeof stage.gateway.close>) => stage.gateway.close(...args),
    ...more,
  })

  test.each(CASES)('a connector whose selectFromUrls %s %s', async (_how, _what, selectFromUrls) => {
    const made = await fails((way) => [connector(way === 'bad' ? { selectFromUrls } : {}), stage.config()])
    expect(made).toEqual(outcome('no-gateway', 'selecting-gateway'))
  })

  test.each(CASES)('a connector whose connect %s %s', async (_how, _what, connect) => {
    const made = await fails((way) => [connector(way === 'bad' ? { connect } : {}), stage.config()])
    expect(made).toEqual(outcome('gateway-unreachable', 'awaiting-answer'))
  })

  test.each([undefined, null, 5, 'v=0', {}, { status: true }, { status: true, data: null }, []])(
    'a connector whose connect resolves with %j',
    async (answer) => {
      const connect = () => Promise.resolve(answer)
      const made = await fails((way) => [connector(way === 'bad' ? { connect } : {}) as never, stage.config()])
      expect(made).toEqual(outcome('gateway-broken', 'awaiting-answer'))
    },
  )

  test.each(CASES)(
    'a connector whose iceCandidate %s %s: one warning a candidate',
    async (_how, _what, iceCandidate) => {
      stage.network.transport = false
      const socket = stage.socket()
      const warnings: string[] = []
      socket.on('warning', ({ code, phase }) => warnings.push(`${code} ${phase}`))
      const connecting = socket.connect(connector({ iceCandidate }), stage.config())
      await stage.clock.pass(1_000)
      expect(warnings).toEqual(['gateway-unreachable establishing'])
      stage.peer.transport('connected')
      for (const channel of stage.peer.channels) channel.opens()
      await stage.clock.quiet()
      await connecting
      expect(socket.peerState).toBe(State.Connected)
    },
  )

  test.each(CASES)('a connector whose close %s %s: the socket closes all the same', async (_how, _what, close) => {
    const socket = await stage.connected({}, {}, connector({ close }))
    let over = false
    void socket[Symbol.asyncDispose]().then(() => (over = true))
    expect(socket.peerState).toBe(State.Closed)
    await stage.clock.quiet(0)
    expect([over, socket.reason, [...stage.gateway.sessions]]).toEqual([true, 'closed-by-application', ['conn-1']])
    stage.gateway.sessions.clear()
  })

  test('a connector with no more than it must have', async () => {
    const socket = await stage.connected({}, {}, connector({ close: undefined }) as never)
    expect(socket.peerState).toBe(State.Connected)
    await socket[Symbol.asyncDispose]()
    stage.gateway.sessions.clear()
  })
})
