import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { upkeepIs } from '../../src/adapters/upkeep.js'
import { MixMinusMode } from '../../src/index.js'
import * as upkeep from '../../src/upkeep/upkeep.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { outcome } from '../support/stage.js'
import { asked, callsOf, connectRequests, statesOf, warningsOf } from './reading.js'

// Of sections B and F what holds without recovery, and without a layer above the socket.

let stage: Stage

beforeEach(() => {
  // What posts candidates is loaded on use, in time that is not the stage's.
  upkeepIs(upkeep)
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

/** A connect that waits for a path, long enough to have posted its candidates. */
const waiting = async () => {
  stage.network.transport = false
  const socket = stage.socket()
  const warned = warningsOf(socket)
  const connecting = outcome(socket.connect(stage.gateway, stage.config()))
  await stage.clock.pass(1_000)
  return { socket, warned, connecting, posted: () => callsOf(stage, /iceCandidate/).length }
}
const found = () =>
  stage.peer.tell('icecandidate', { candidate: { candidate: 'candidate:2 1 udp 1 192.0.2.2 1 typ host' } })

test('B20 a candidate that cannot be posted is reported, and after the close none is posted', async () => {
  const { socket, warned, connecting, posted } = await waiting()
  stage.calls.failNext('gateway.iceCandidate', 'rejects')
  found()
  await stage.clock.pass(0)
  expect([posted(), warned]).toEqual([2, ['gateway-unreachable establishing']])
  socket.close()
  found()
  await stage.clock.quiet()
  expect([posted(), await connecting]).toEqual([2, { code: 'closed', phase: 'establishing' }])
})

test('B21 gathering begins with the request, it does not wait for the answer', async () => {
  const answer = stage.calls.hold('gateway.connect')
  const connecting = stage.socket().connect(stage.gateway, stage.config())
  await stage.clock.pass(100)
  expect(callsOf(stage, /^pc.(create|set)|gateway.connect/).slice(-3)).toEqual([
    'pc.createOffer',
    'pc.setLocalDescription',
    'gateway.connect',
  ])
  expect(stage.peer.signalingState).toBe('have-local-offer')
  answer()
  await stage.clock.quiet()
  await connecting
})

test('B22 where the path comes up by itself no candidate costs a request; where it does not, each costs one', async () => {
  const socket = await stage.connected()
  expect(callsOf(stage, /iceCandidate/)).toEqual([])
  socket.close()
  const { posted } = await waiting()
  // The double finds one and says that it is the last; the server does not ask for an end.
  expect(posted()).toBe(1)
})

test('B31 one cause tells each state once, and a path that is silent for a while tells nothing', async () => {
  const socket = await stage.connected()
  const told = statesOf(socket)
  for (const state of ['disconnected', 'connected', 'disconnected'] as const) stage.peer.transport(state)
  expect([told, socket.getSnapshot().charts.connection]).toEqual([[], 'connected.suspect'])
  stage.peer.transport('failed')
  stage.peer.channels[0]?.tell('close')
  expect(new Set(told).size).toBe(told.length)
  expect(told.at(-1)).toBe('peer failed')
})

describe('limits of a receiver', () => {
  const limit = (max_spatial: number, max_temporal: number) => [
    'receiver.limit',
    { id: 'video_0', limit: { priority: 1, max_spatial, max_temporal } },
  ]
  const shows = (stream: string) => ['receiver.switch', { id: 'video_0', priority: 1, remote: { peer: 'bob', stream } }]

  test('F64 F65 F68 go in the form that the server reads, after each switch, and zero is a limit', async () => {
    const socket = await stage.connected({ receivers: { video: 1 } })
    const receiver = socket.createReceiverTrack('guest', 'video')
    receiver.attach({ peer: 'bob', stream: 'camera' }, { maxSpatial: 0, maxTemporal: 0 })
    await stage.clock.quiet()
    receiver.attach({ peer: 'bob', stream: 'screen' }, { maxSpatial: 1 })
    await stage.clock.quiet()
    expect(asked(stage)).toEqual([shows('camera'), limit(0, 0), shows('screen'), limit(1, 2)])
  })
})

test('F69 the configuration of a session is read, never written: it serves for the next connect', async () => {
  const configs = connectRequests(stage)
  const elements = [{}, {}, {}] as [HTMLAudioElement, HTMLAudioElement, HTMLAudioElement]
  const config = stage.config({
    receivers: { audio: 1 },
    mixMinusAudio: { mode: MixMinusMode.AllAudioStreams, elements },
  })
  const before = structuredClone({ ...config, mixMinusAudio: undefined })
  const socket = stage.socket()
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const connecting = socket.connect(stage.gateway, config)
    await stage.clock.quiet()
    await connecting
    stage.peer.channels[0]?.breaks()
  }
  expect({ ...config, mixMinusAudio: undefined }).toEqual(before)
  expect(configs.map(({ receivers }) => receivers)).toEqual([
    { audio: 3, video: 0 },
    { audio: 3, video: 0 },
  ])
})
