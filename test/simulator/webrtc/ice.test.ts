import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { foldConnection } from '../../../src/testing/webrtc/fold.js'
import { settingsOf } from '../../../src/testing/webrtc/configuration.js'
import { NOTHING, world, type World } from './world.js'

let stage: World

beforeEach(() => {
  stage = world()
})

afterEach(async () => {
  expect(await stage.close()).toEqual(NOTHING)
})

test.each<[RTCIceTransportState, RTCDtlsTransportState, RTCPeerConnectionState]>([
  ['new', 'new', 'new'],
  ['closed', 'closed', 'new'],
  ['checking', 'new', 'connecting'],
  ['connected', 'new', 'connecting'],
  ['connected', 'connecting', 'connecting'],
  ['connected', 'connected', 'connected'],
  ['completed', 'connected', 'connected'],
  ['connected', 'closed', 'connected'],
  ['disconnected', 'connected', 'disconnected'],
  ['failed', 'connected', 'failed'],
  ['connected', 'failed', 'failed'],
  ['disconnected', 'failed', 'failed'],
])('ICE %s and DTLS %s: the connection is %s (webrtc-pc 4.3.3)', (ice, dtls, state) => {
  expect(foldConnection(ice, dtls)).toBe(state)
})

describe('gathering (webrtc-pc 4.8.1)', () => {
  test('candidates, the end of the generation, then null, all behind setLocalDescription', async () => {
    const { a, until, scheduler, heard, say } = stage
    a.createDataChannel('x')
    a.onicecandidate = ({ candidate }) =>
      say(candidate ? `candidate ${candidate.sdpMid} ${candidate.sdpMLineIndex} "${candidate.type ?? ''}"` : 'null')
    await scheduler.pass(10)
    await until(a.setLocalDescription().then(() => say('set')))
    await scheduler.pass(100)
    expect(heard()).toEqual([
      'a negotiationneeded',
      'a signalingstatechange have-local-offer',
      'set',
      'a icegatheringstatechange gathering',
      'candidate 0 0 "host"',
      'candidate 0 0 ""',
      'a icegatheringstatechange complete',
      'null',
    ])
    expect(a.localDescription?.sdp.match(/^a=candidate.*/gm)?.length).toBe(1)
    expect((await until(a.createOffer())).sdp?.match(/^a=candidate.*/gm)?.length).toBe(1)
  })
})

describe('addIceCandidate (webrtc-pc 4.4.2)', () => {
  const line = 'candidate:1 1 udp 2113937151 127.0.0.1 50000 typ host'
  const before: [string, RTCIceCandidateInit | undefined, string][] = [
    ['a candidate before there is a remote description', { candidate: line, sdpMid: '0' }, 'InvalidStateError'],
    ['the end', undefined, 'InvalidStateError'],
    ['a candidate of no line', { candidate: line }, 'TypeError'],
    ['a candidate of no line, said so', { candidate: line, sdpMid: null, sdpMLineIndex: null }, 'TypeError'],
  ]

  test.each(before)('%s', async (_, candidate, name) => {
    expect(await stage.outcome(() => stage.b.addIceCandidate(candidate))).toBe(name)
  })

  const after: [string, RTCIceCandidateInit | undefined, string][] = [
    ['by mid', { candidate: line, sdpMid: '0' }, 'ok'],
    ['by index', { candidate: line, sdpMLineIndex: 0 }, 'ok'],
    ['with a=', { candidate: `a=${line}`, sdpMid: '0' }, 'ok'],
    ['the end of everything', undefined, 'ok'],
    ['the end of a line', { candidate: '', sdpMid: '0' }, 'ok'],
    ['an unknown mid', { candidate: line, sdpMid: 'x' }, 'OperationError'],
    ['an unknown mid with a known index', { candidate: line, sdpMid: 'x', sdpMLineIndex: 0 }, 'OperationError'],
    ['an unknown index', { candidate: line, sdpMLineIndex: 9 }, 'OperationError'],
    ['an unknown generation', { candidate: line, sdpMid: '0', usernameFragment: 'zzzz' }, 'OperationError'],
    ['rubbish', { candidate: 'hello', sdpMid: '0' }, 'OperationError'],
    ['too few fields', { candidate: 'candidate:x', sdpMid: '0' }, 'OperationError'],
    ['TCP, which nobody here speaks', { candidate: line.replace('udp', 'tcp'), sdpMid: '0' }, 'ok'],
  ]

  test.each(after)('%s', async (_, candidate, name) => {
    const { a, b, until, outcome } = stage
    a.createDataChannel('x')
    await until(b.setRemoteDescription(await until(a.createOffer())))
    expect(await outcome(() => b.addIceCandidate(candidate))).toBe(name)
  })

  test('what was added is in the remote description', async () => {
    const { a, b, until } = stage
    a.createDataChannel('x')
    await until(b.setRemoteDescription(await until(a.createOffer())))
    const before = b.remoteDescription?.sdp.length ?? 0
    await until(b.addIceCandidate({ candidate: line, sdpMid: '0' }))
    await until(b.addIceCandidate({ candidate: line, sdpMid: '0' }))
    expect((b.remoteDescription?.sdp.length ?? 0) - before).toBe(`a=${line}\r\n`.length)
  })
})

describe('the path', () => {
  const up = async () => {
    stage.a.createDataChannel('x')
    await stage.negotiate()
    await stage.scheduler.pass(1_000)
    stage.heard()
  }
  const states = () => stage.heard().filter((line) => line.startsWith('a ') && line.includes('state'))

  test('trickled candidates of an offer wait for the answer', async () => {
    await up()
    expect([stage.a.connectionState, stage.b.connectionState]).toEqual(['connected', 'connected'])
  })

  test('a restart on a path that is well changes credentials, and no state but that of gathering', async () => {
    await up()
    const ufrag = (pc: RTCPeerConnection) => /^a=ice-ufrag:(.*)$/m.exec(pc.localDescription?.sdp ?? '')?.[1]
    const before = new Set([ufrag(stage.a), ufrag(stage.b)])
    await stage.negotiate(stage.a, stage.b, { iceRestart: true })
    await stage.scheduler.pass(2_000)
    expect(before.has(ufrag(stage.a)) || before.has(ufrag(stage.b))).toBe(false)
    expect(states()).toEqual([
      'a signalingstatechange have-local-offer',
      'a icegatheringstatechange gathering',
      'a signalingstatechange stable',
      'a icegatheringstatechange complete',
    ])
    const stats = [...(await stage.until(stage.a.getStats())).values()]
    const pair = stats.find(({ type }) => type === 'candidate-pair')
    expect([stage.a.connectionState, pair.state, pair.nominated]).toEqual(['connected', 'succeeded', true])
  })

  test('restartIce makes the next offer one, once', async () => {
    await up()
    const { a, negotiate } = stage
    const ufrag = (sdp: string) => /^a=ice-ufrag:(.*)$/m.exec(sdp)?.[1]
    a.restartIce()
    const [first, second] = [await negotiate(), await negotiate()]
    expect(ufrag(first.offer)).toBe(ufrag(second.offer))
    expect(ufrag(first.offer)).not.toBe(ufrag(a.pendingLocalDescription?.sdp ?? ''))
  })

  test('a cut is told, and a restart over another way heals it', async () => {
    await up()
    const { a, near, negotiate, scheduler } = stage
    near.blackHole()
    await scheduler.pass(17_000)
    expect(states()).toEqual([
      'a iceconnectionstatechange disconnected',
      'a connectionstatechange disconnected',
      'a iceconnectionstatechange failed',
      'a connectionstatechange failed',
    ])
    near.heal()
    await negotiate(a, stage.b, { iceRestart: true })
    await scheduler.pass(2_000)
    expect([a.connectionState, stage.b.connectionState]).toEqual(['connected', 'connected'])
  })

  test('after a long cut a candidate with a foundation that is new revives it', async () => {
    await up()
    const { a, b, near, scheduler, outcome } = stage
    near.blackHole(25_000)
    await scheduler.pass(26_000)
    expect(a.connectionState).toBe('failed')
    const [known = ''] = /candidate:.* typ host/.exec(b.localDescription?.sdp ?? '') ?? []
    expect(await outcome(() => a.addIceCandidate({ candidate: known, sdpMid: '0' }))).toBe('ok')
    await scheduler.pass(1_000)
    expect(a.connectionState).toBe('failed')
    await outcome(() => a.addIceCandidate({ candidate: known.replace(/:\d+/, ':999'), sdpMid: '0' }))
    await scheduler.pass(1_000)
    expect(a.connectionState).toBe('connected')
  })
})

describe('configuration (webrtc-pc 4.4.1.6)', () => {
  const cases: [string, object, string][] = [
    ['nothing', {}, 'ok'],
    ['a STUN server', { iceServers: [{ urls: 'stun:stun.example:3478' }] }, 'ok'],
    ['a TURN server', { iceServers: [{ urls: ['turn:a.b?transport=tcp'], username: 'u', credential: 'c' }] }, 'ok'],
    ['TURN without credentials', { iceServers: [{ urls: 'turn:a.b' }] }, 'InvalidAccessError'],
    ['another scheme', { iceServers: [{ urls: 'https://a.b' }] }, 'SyntaxError'],
    ['STUN over something', { iceServers: [{ urls: 'stun:a.b?transport=udp' }] }, 'SyntaxError'],
    ['no URL', { iceServers: [{ urls: [] }] }, 'SyntaxError'],
    ['no urls', { iceServers: [{}] }, 'TypeError'],
    ['a policy that is none', { bundlePolicy: 'x' }, 'TypeError'],
    ['too large a pool', { iceCandidatePoolSize: 256 }, 'TypeError'],
  ]

  test.each(cases)('%s', async (_, given, name) => {
    expect(await stage.outcome(() => settingsOf(given as RTCConfiguration))).toBe(name)
    expect(await stage.outcome(() => void new stage.here.RTCPeerConnection(given as RTCConfiguration))).toBe(name)
  })

  test('what is fixed once it was set', async () => {
    const { a, until, outcome } = stage
    const change = (given: RTCConfiguration) => outcome(() => a.setConfiguration(given))
    expect([await change({ iceTransportPolicy: 'relay' }), await change({ bundlePolicy: 'max-bundle' })]).toEqual([
      'ok',
      'InvalidModificationError',
    ])
    expect(await change({ iceCandidatePoolSize: 1 })).toBe('ok')
    a.createDataChannel('x')
    await until(a.setLocalDescription())
    expect(await change({ iceCandidatePoolSize: 2 })).toBe('InvalidModificationError')
    expect(a.getConfiguration().iceCandidatePoolSize).toBe(1)
  })
})

test('checks may come before the answer: they are answered, and the answer finds a connection (RFC 8445 section 7.3)', async () => {
  const { a, b, until, scheduler } = stage
  a.createDataChannel('x')
  await until(a.setLocalDescription())
  await scheduler.pass(100)
  await until(b.setRemoteDescription(a.localDescription as RTCSessionDescription))
  await until(b.setLocalDescription())
  await scheduler.pass(1_000)
  const states = () => [a, b].map(({ iceConnectionState, connectionState }) => [iceConnectionState, connectionState])
  expect(states()).toEqual([
    ['checking', 'connecting'],
    ['connected', 'connecting'],
  ])
  await until(a.setRemoteDescription(b.localDescription as RTCSessionDescription))
  await scheduler.pass(100)
  expect(states()).toEqual([
    ['connected', 'connected'],
    ['connected', 'connected'],
  ])
})
