import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RealtimeSocket, type RealtimeError } from '../../src/index.js'
import { replay } from '../../src/testing/replay/index.js'
import { PLACES } from '../bad-input/places.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { headerOf, linesOf } from './lines.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

const FORMAT = { format: 'realtime-session-engine recording', version: 1 }

test('a connect is in it as what came in, and what the charts made of it', async () => {
  const socket = await stage.connected()
  const recording = await socket.exportRecording()
  expect(headerOf(recording)).toEqual({ ...FORMAT, charts: expect.stringMatching(/^[0-9a-f]{8}$/), dropped: 0 })
  const [start, ...lines] = linesOf(recording)
  expect(start).toEqual(['C', 0, expect.objectContaining({ mode: 'auto', peerState: 'created' })])
  expect(
    lines.filter(([kind]) => kind === 'I').map(([, at, number, , chart, event]) => [at, number, chart, event]),
  ).toEqual([
    [0, 1, 'session', { type: 'connect', reserve: { audio: 0, video: 0 } }],
    [0, 2, 'connection', done('connection.connecting.selectingGateway')],
    [
      0,
      3,
      'negotiation',
      { ...done('negotiation.offering'), output: { ordinal: 1, bytes: expect.any(Number), lines: 0 } },
    ],
    [0, 4, 'negotiation', done('negotiation.awaitingAnswer')],
    [0, 5, 'connection', { type: 'peer.state', generation: 1, state: 'connecting' }],
    [0, 6, 'negotiation', done('negotiation.applying')],
    [20, 7, 'connection', { type: 'peer.state', generation: 1, state: 'connected' }],
    [25, 8, 'channel', { type: 'channel.open', generation: 1 }],
    [520, 9, 'connection', { type: 'peer.state', generation: 1, state: 'connected' }],
    [10_025, 10, 'connection', { type: 'xstate.after.stable for long.connection.connected.stable' }],
  ])
  expect(lines.filter(([kind, , , chart]) => kind === 'T' && chart === 'connection')).toEqual([
    ['T', 0, 0, 'connection', '', 'new', 'xstate.init', 0],
    ['T', 0, 1, 'connection', 'new', 'connecting.selectingGateway', 'connect', 1],
    [
      'T',
      0,
      2,
      'connection',
      'connecting.selectingGateway',
      'connecting.negotiating',
      done('connection.connecting.selectingGateway').type,
      1,
    ],
    ['T', 0, 6, 'connection', 'connecting.negotiating', 'connecting.establishing.direct', 'negotiation.done', 1],
    ['T', 20, 7, 'connection', 'connecting.establishing.direct', 'connecting.openingChannel', 'peer.state', 1],
    ['T', 25, 8, 'connection', 'connecting.openingChannel', 'connected.stable', 'channel.open', 1],
  ])
  expect(lines.at(-1)?.slice(0, 2)).toEqual(['C', 10_025])
})

const done = (state: string) => ({ type: `xstate.done.actor.0.${state}`, actorId: `0.${state}` })

test('before the first call it is empty, and that is replayed too', async () => {
  const recording = await stage.socket().exportRecording()
  expect([headerOf(recording), linesOf(recording)]).toEqual([FORMAT, []])
  expect(replay(recording)).toEqual({ identical: true, inputs: 0, transitions: 0 })
})

describe('in every state', () => {
  test.each(Object.keys(PLACES))('%s it is handed out and replayed, and once more when all is over', async (name) => {
    const { subject, release } = await PLACES[name]!()
    const replayed = replay(await subject.socket.exportRecording())
    release()
    const violations = await subject.end()
    const later = replay(await subject.socket.exportRecording())
    expect([replayed.identical, violations, later.identical]).toEqual([true, [], true])
  })
})

test('once the session is over it is all still there, the end included', async () => {
  const socket = await stage.connected()
  await Promise.all([socket[Symbol.asyncDispose](), stage.clock.quiet()])
  const lines = linesOf(await socket.exportRecording())
  expect(lines.slice(-3)).toEqual([
    ['I', 10_025, 13, 1, 'farewell-1', done('farewell.deleting')],
    ['T', 10_025, 13, 'session', 'closing', 'closed', 'xstate.done.actor.farewell-1', 1],
    ['T', 10_025, 13, 'farewell-1', 'deleting', 'done', done('farewell.deleting').type, 1],
  ])
  await expect(socket.exportRecording().then(replay)).resolves.toMatchObject({ identical: true })
})

test('an application that wants none gets a typed rejection', async () => {
  const socket = await stage.connected({}, { recording: false })
  await expect(socket.exportRecording()).rejects.toMatchObject({
    name: 'RealtimeError',
    code: 'unsupported',
    fatal: true,
    message: 'recording is off',
  })
})

test('where nothing was called the option rules too', async () => {
  const socket = new RealtimeSocket('', { recording: false })
  await expect(socket.exportRecording()).rejects.toMatchObject({ code: 'unsupported' })
})

describe('what is called in the middle of the work is replayed there', () => {
  test.each([
    ['@xstate.event', 'generation.opened'],
    ['@xstate.snapshot', 'generation.opened'],
    ['@xstate.event', 'negotiation.done'],
    ['@xstate.snapshot', 'channel.open'],
    ['@xstate.microstep', 'channel.open'],
  ])('a close by an inspector, at an %s of %s', async (type, of) => {
    const socket = stage.socket()
    let closing = false
    socket.inspect((event) => {
      if (closing || event.type !== type || (event as { event: { type: string } }).event.type !== of) return
      closing = true
      socket.close()
    })
    socket.connect(stage.gateway, stage.config({ receivers: { video: 1 } })).catch(() => {})
    await stage.clock.quiet()
    expect([closing, socket.peerState]).toEqual([true, 'closed'])
  })

  test('wishes of a listener that hears of a transition', async () => {
    const socket = stage.socket()
    let made = 0
    socket.on('transition', () => {
      if (made > 8) return
      made += 1
      socket.createReceiverTrack(`guest ${made}`, 'video').attach({ peer: 'bob', stream: 'camera' })
    })
    await Promise.all([socket.connect(stage.gateway, stage.config()), stage.clock.quiet()])
    expect([made, socket.peerState]).toEqual([9, 'connected'])
  })
})

test('a defect is replayed too, without the error that it was', async () => {
  const socket = stage.socket({
    environment: {
      page: {
        onLeave: () => {
          throw new Error('secret')
        },
      },
    },
  })
  const connecting = socket.connect(stage.gateway, stage.config()).catch(({ code }: RealtimeError) => code)
  await stage.clock.quiet()
  const recording = await socket.exportRecording()
  const failure = linesOf(recording).find(
    ([kind, , , , , event]) => kind === 'I' && /error/.test((event as { type: string }).type),
  )
  expect([await connecting, socket.reason, failure?.[5], recording.includes('secret')]).toEqual([
    'closed',
    'internal',
    { type: 'xstate.error.actor.0.page', error: {}, actorId: '0.page' },
    false,
  ])
})
