import { afterEach, beforeEach, expect, test } from 'vitest'
import { RealtimeSocketState as State } from '../../src/index.js'
import type { Fault } from '../doubles/calls.js'
import type { ChannelRequest } from '../doubles/gateway.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { connectAgain, wholeSession } from './whole-session.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

/** The calls of one session in which nothing goes wrong, the close included. */
const undisturbed = await (async () => {
  const stage = new Stage()
  const heard = await wholeSession(stage)
  const state = heard.socket.peerState
  const leftovers = await stage.dispose()
  const sent = stage.gateway.received.map((message) => (message as ChannelRequest | undefined)?.request)
  return { heard, state, leftovers, calls: [...stage.calls.log], sent }
})()

/** Each of these calls of the session, and each way it can go wrong. */
const FAULTS = undisturbed.calls.flatMap(({ name, kind }, at) => {
  // A MediaStream is no peer connection, and its methods have no way to fail (mediacapture-main 4.2).
  if (name.startsWith('stream.')) return []
  const nth = undisturbed.calls.slice(0, at + 1).filter((call) => call.name === name).length
  const faults: Fault[] = kind === 'sync' ? ['throws'] : ['throws', 'rejects', 'hangs']
  const what = name === 'channel.send' ? ` ${undisturbed.sent[nth - 1]}` : ''
  return faults.map((fault) => [`${name}${what} (${nth})`, fault, at] as const)
})

/**
 * Nobody waits for these: that a peer connection or a server session did not want to end is no news once it is over, a
 * track that ends tells the server as far as it can, a probe that could not be sent confirms nothing (the messages stay
 * unconfirmed, and are counted as such), and a replaceTrack that never ends leaves what is sent as it is.
 */
const silent = (call: string, fault: Fault, at: number): boolean =>
  /^\S+\.close /.test(call) ||
  /^channel.send room.unsubscribe /.test(call) ||
  (/^channel.send /.test(call) && at >= undisturbed.heard.stopping) ||
  (fault === 'hangs' && /^(sender.replaceTrack|pc.getStats) /.test(call))

test('nothing goes wrong: the session calls everything that can', () => {
  const { heard, state, leftovers, calls } = undisturbed
  const names = [...new Set(calls.map(({ name }) => name))].sort()
  expect([heard.connected, state, heard.told, heard.untyped, [...heard.waiting], leftovers]).toEqual([
    'resolved',
    State.Connected,
    [],
    [],
    [],
    NOTHING,
  ])
  expect(names).toEqual(
    expect.arrayContaining([
      'channel.send',
      'gateway.close',
      'gateway.connect',
      'gateway.selectFromUrls',
      'new RTCPeerConnection',
      'pc.addTransceiver',
      'pc.close',
      'pc.createDataChannel',
      'pc.createOffer',
      'pc.getStats',
      'pc.setLocalDescription',
      'pc.setRemoteDescription',
      'sender.replaceTrack',
    ]),
  )
})

test.each(FAULTS)('%s %s: a typed error, and the session can be used or made again', async (call, fault, at) => {
  stage.calls.fail(at, fault)
  const heard = await wholeSession(stage)
  const { socket } = heard
  expect(heard.untyped).toEqual([])
  // The chart of the session goes on: nothing but a `close` ends it.
  expect([socket.peerState, socket.reason]).toEqual([
    heard.connected === 'resolved' && socket.peerState === State.Connected ? State.Connected : State.Failed,
    undefined,
  ])
  if (!silent(call, fault, at)) expect(heard.told).not.toEqual([])
  if (socket.peerState === State.Failed) {
    await connectAgain(heard, stage)
    expect([heard.connected, socket.peerState]).toEqual(['resolved', State.Connected])
  }
  const ended: string[] = []
  socket.onMany(['peer_state', 'dc_state'], ((state: string) => ended.push(state)) as never)
  socket.close()
  await stage.clock.quiet()
  expect([ended, socket.reason]).toEqual([['closed', 'closed'], 'closed-by-application'])
  expect([...heard.waiting]).toEqual([])
  expect(heard.untyped).toEqual([])
})

/** A rollback happens only where an answer was no good. */
test.each(['throws', 'rejects', 'hangs'] as const)('a rollback that %s ends the attempt, typed', async (fault) => {
  const socket = await stage.connected()
  const warnings: string[] = []
  socket.on('warning', ({ code }) => warnings.push(code))
  stage.gateway.answerRequest = ({ request }) =>
    request === 'peer.updateSdp' ? { success: false, data: null } : { success: true, data: null }
  socket.createReceiverTrack('guest', 'video')
  // Before the answer comes; the next setLocalDescription is then the rollback.
  await stage.clock.pass(1)
  stage.calls.failNext('pc.setLocalDescription', fault)
  await stage.clock.quiet()
  expect(warnings).toEqual(['request-refused'])
  const code = fault === 'hangs' ? 'timeout' : 'internal'
  expect([socket.peerState, socket.getSnapshot().lastError?.code]).toEqual([State.Failed, code])
  stage.gateway.answerRequest = () => undefined
  const again = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet(100)
  await again
  expect(socket.peerState).toBe(State.Connected)
})
