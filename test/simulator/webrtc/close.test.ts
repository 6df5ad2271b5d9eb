import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lines, NOTHING, world, type World } from './world.js'

let stage: World

beforeEach(() => {
  stage = world()
})

afterEach(async () => {
  expect(await stage.close()).toEqual(NOTHING)
})

describe('after close() (webrtc-pc 4.4.2)', () => {
  const track = () => stage.here.track('audio')
  const calls: [string, (pc: RTCPeerConnection) => unknown, string][] = [
    ['createOffer', (pc) => pc.createOffer(), 'InvalidStateError'],
    ['createAnswer', (pc) => pc.createAnswer(), 'InvalidStateError'],
    ['setLocalDescription', (pc) => pc.setLocalDescription(), 'InvalidStateError'],
    ['setRemoteDescription', (pc) => pc.setRemoteDescription({ type: 'offer', sdp: '' }), 'InvalidStateError'],
    ['addIceCandidate', (pc) => pc.addIceCandidate({ candidate: 'x', sdpMid: '0' }), 'InvalidStateError'],
    ['addTransceiver', (pc) => void pc.addTransceiver('audio'), 'InvalidStateError'],
    ['addTrack', (pc) => void pc.addTrack(track()), 'InvalidStateError'],
    ['removeTrack', (pc) => pc.removeTrack({} as RTCRtpSender), 'InvalidStateError'],
    ['createDataChannel', (pc) => void pc.createDataChannel('x'), 'InvalidStateError'],
    ['setConfiguration', (pc) => pc.setConfiguration({}), 'InvalidStateError'],
    ['restartIce', (pc) => pc.restartIce(), 'ok'],
    ['getStats', (pc) => pc.getStats(), 'ok'],
    ['getSenders', (pc) => void pc.getSenders(), 'ok'],
    ['getConfiguration', (pc) => void pc.getConfiguration(), 'ok'],
    ['close', (pc) => pc.close(), 'ok'],
  ]

  test.each(calls)('%s', async (_, call, name) => {
    stage.a.close()
    expect(await stage.outcome(() => call(stage.a))).toBe(name)
  })

  const ofLine: [string, (line: RTCRtpTransceiver) => unknown, string][] = [
    ['stop', (line) => line.stop(), 'InvalidStateError'],
    ['direction', (line) => void (line.direction = 'inactive'), 'InvalidStateError'],
    ['replaceTrack', ({ sender }) => sender.replaceTrack(null), 'InvalidStateError'],
    ['setParameters', ({ sender }) => sender.setParameters(sender.getParameters()), 'InvalidStateError'],
    ['setStreams', ({ sender }) => sender.setStreams(), 'InvalidStateError'],
    ['getStats', ({ sender }) => sender.getStats(), 'ok'],
  ]

  test.each(ofLine)('%s of a line', async (_, call, name) => {
    const line = stage.a.addTransceiver('audio')
    stage.a.close()
    expect(await stage.outcome(() => call(line))).toBe(name)
  })
})

test('states, lines, tracks and channels are closed, and nothing is told', async () => {
  const { a, here, negotiate, scheduler, heard } = stage
  const channel = a.createDataChannel('x')
  a.addTrack(here.track('audio'))
  await negotiate()
  await scheduler.pass(1_000)
  heard()
  a.close()
  await scheduler.pass(0)
  expect([
    heard(),
    a.signalingState,
    a.connectionState,
    a.iceConnectionState,
    channel.readyState,
    a.sctp?.state,
  ]).toEqual([[], 'closed', 'closed', 'closed', 'closed', 'closed'])
  expect([lines(a), a.getReceivers().length]).toEqual(['null:stopped/stopped', 0])
})

test('a handler that closes the connection ends what else the description would have told', async () => {
  const { a, b, here, until, outcome, scheduler } = stage
  a.addTransceiver(here.track('audio'))
  a.addTransceiver(here.track('video'))
  const told: string[] = []
  b.ontrack = ({ track }) => {
    told.push(track.kind)
    b.close()
  }
  const offer = await until(a.createOffer())
  let settled = false
  void b.setRemoteDescription(offer).then(() => (settled = true))
  await scheduler.pass(1_000)
  expect([told, settled, await outcome(() => b.createAnswer())]).toEqual([['audio'], false, 'InvalidStateError'])
})

test('connections that are closed at any moment leave nothing', async () => {
  for (let steps = 0; steps < 60; steps += 2) {
    const { a, b, here, close, scheduler } = world('spec', steps)
    const round = async () => {
      await a.setLocalDescription()
      await b.setRemoteDescription(a.localDescription as RTCSessionDescription)
      await b.setLocalDescription()
      await a.setRemoteDescription(b.localDescription as RTCSessionDescription)
    }
    a.createDataChannel('x')
    a.addTrack(here.track('video'))
    void round().catch(() => {})
    for (let step = 0; step < steps; step += 1) await scheduler.step()
    a.close()
    for (let step = 0; step < 10; step += 1) await scheduler.step()
    expect(await close()).toEqual(NOTHING)
  }
})
