import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nextState, type Side } from '../../../src/testing/webrtc/signaling-states.js'
import { lines, NOTHING, shape, world, type World } from './world.js'

let stage: World

beforeEach(() => {
  stage = world()
})

afterEach(async () => {
  expect(await stage.close()).toEqual(NOTHING)
})

const pause = () => stage.scheduler.pass(50)

describe('a description leads from state to state (webrtc-pc 4.3.1)', () => {
  const allowed: Record<string, string> = {
    'stable: local offer': 'have-local-offer',
    'stable: remote offer': 'have-remote-offer',
    'have-local-offer: local offer': 'have-local-offer',
    'have-local-offer: local rollback': 'stable',
    'have-local-offer: remote rollback': 'stable',
    'have-local-offer: remote answer': 'stable',
    'have-local-offer: remote pranswer': 'have-remote-pranswer',
    'have-remote-pranswer: remote pranswer': 'have-remote-pranswer',
    'have-remote-pranswer: remote answer': 'stable',
    'have-remote-offer: remote offer': 'have-remote-offer',
    'have-remote-offer: local rollback': 'stable',
    'have-remote-offer: remote rollback': 'stable',
    'have-remote-offer: local answer': 'stable',
    'have-remote-offer: local pranswer': 'have-local-pranswer',
    'have-local-pranswer: local pranswer': 'have-local-pranswer',
    'have-local-pranswer: local answer': 'stable',
  }
  const states: RTCSignalingState[] = [
    'stable',
    'have-local-offer',
    'have-remote-offer',
    'have-local-pranswer',
    'have-remote-pranswer',
    'closed',
  ]
  const types: RTCSdpType[] = ['offer', 'pranswer', 'answer', 'rollback']
  const cells = states.flatMap((state) =>
    (['local', 'remote'] as Side[]).flatMap((side) => types.map((type) => [state, side, type] as const)),
  )

  test.each(cells)('%s: %s %s', (state, side, type) => {
    expect(nextState(state, side, type)).toBe(allowed[`${state}: ${side} ${type}`])
  })
})

describe('what does not fit the state is refused, by name', () => {
  const offer = async () => (await stage.b.createOffer()).sdp as string
  const cases: [string, () => Promise<unknown>, string][] = [
    ['createAnswer', () => stage.a.createAnswer(), 'InvalidStateError'],
    [
      'a remote answer',
      async () => stage.a.setRemoteDescription({ type: 'answer', sdp: await offer() }),
      'InvalidStateError',
    ],
    [
      'a remote pranswer',
      async () => stage.a.setRemoteDescription({ type: 'pranswer', sdp: await offer() }),
      'InvalidStateError',
    ],
    ['a rollback', () => stage.a.setLocalDescription({ type: 'rollback' }), 'InvalidStateError'],
    ['a rollback of the far side', () => stage.a.setRemoteDescription({ type: 'rollback' }), 'InvalidStateError'],
    [
      'an answer that was not made',
      async () => stage.a.setLocalDescription({ type: 'answer', sdp: await offer() }),
      'InvalidModificationError',
    ],
    [
      'an offer that was not made',
      async () => stage.a.setLocalDescription({ type: 'offer', sdp: await offer() }),
      'InvalidModificationError',
    ],
    ['a type that is none', () => stage.a.setRemoteDescription({ type: 'x' as 'offer', sdp: '' }), 'TypeError'],
    ['an empty offer', () => stage.a.setRemoteDescription({ type: 'offer', sdp: '' }), 'OperationError'],
    ['nothing, which makes an offer', () => stage.a.setLocalDescription(), 'ok'],
  ]

  test.each(cases)('%s', async (_, call, name) => {
    stage.b.createDataChannel('x')
    expect(await stage.outcome(call)).toBe(name)
  })

  test('createOffer while an offer of the far side is open', async () => {
    stage.b.createDataChannel('x')
    await stage.until(stage.a.setRemoteDescription({ type: 'offer', sdp: await stage.until(offer()) }))
    expect(await stage.outcome(() => stage.a.createOffer())).toBe('InvalidStateError')
  })
})

test('events of one description come in the order of webrtc-pc 4.4.1.5, and before its promise', async () => {
  const { a, b, here, until, say, heard } = stage
  a.addTransceiver(here.track('audio'), { streams: [new here.MediaStream()] })
  a.addTransceiver(here.track('video'), { streams: [new here.MediaStream()] })
  await until(a.setLocalDescription())
  await until(b.setRemoteDescription(a.localDescription as RTCSessionDescription).then(() => say('b set')))
  expect(heard().filter((line) => !line.includes('gathering'))).toEqual([
    'a signalingstatechange have-local-offer',
    'b signalingstatechange have-remote-offer',
    'b track 0 of 1 streams',
    'b track 1 of 1 streams',
    'b set',
  ])
})

test('current and pending descriptions (webrtc-pc 4.4.1.3)', async () => {
  const { a, b, until } = stage
  a.createDataChannel('x')
  const types = (pc: RTCPeerConnection) =>
    [
      pc.currentLocalDescription,
      pc.pendingLocalDescription,
      pc.currentRemoteDescription,
      pc.pendingRemoteDescription,
      pc.localDescription,
      pc.remoteDescription,
    ].map((description) => description?.type ?? '-')
  const offer = await until(a.createOffer())
  await until(a.setLocalDescription(offer))
  await until(b.setRemoteDescription(offer))
  expect([types(a), types(b)]).toEqual([
    ['-', 'offer', '-', '-', 'offer', '-'],
    ['-', '-', '-', 'offer', '-', 'offer'],
  ])
  await until(b.setLocalDescription())
  await until(a.setRemoteDescription(b.localDescription as RTCSessionDescription))
  expect([types(a), types(b)]).toEqual([
    ['offer', '-', 'answer', '-', 'offer', 'answer'],
    ['answer', '-', 'offer', '-', 'answer', 'offer'],
  ])
})

test('a provisional answer brings the path up, the answer settles it', async () => {
  const { a, b, until } = stage
  a.createDataChannel('x')
  await until(a.setLocalDescription())
  await until(b.setRemoteDescription(a.localDescription as RTCSessionDescription))
  const { sdp = '' } = await until(b.createAnswer())
  await until(b.setLocalDescription({ type: 'pranswer', sdp }))
  await until(a.setRemoteDescription({ type: 'pranswer', sdp }))
  await stage.scheduler.pass(1_000)
  expect([a.signalingState, b.signalingState, a.connectionState]).toEqual([
    'have-remote-pranswer',
    'have-local-pranswer',
    'connected',
  ])
  await until(b.setLocalDescription())
  await until(a.setRemoteDescription(b.localDescription as RTCSessionDescription))
  expect([a.signalingState, b.signalingState]).toEqual(['stable', 'stable'])
})

describe('rollback (JSEP 4.1.10.2)', () => {
  test('of the own offer: mids are gone and not used again, lines stay', async () => {
    const { a, until } = stage
    a.addTransceiver('audio')
    await until(a.setLocalDescription())
    expect(lines(a)).toBe('0:sendrecv/null')
    await until(a.setLocalDescription({ type: 'rollback' }))
    expect([lines(a), a.signalingState, a.localDescription]).toEqual(['null:sendrecv/null', 'stable', null])
    await pause()
    expect([a.iceGatheringState, shape((await until(a.createOffer())).sdp)]).toEqual(['new', ['audio 1 sendrecv']])
  })

  test("of the far side's offer: what it made is gone, with its tracks", async () => {
    const { a, b, here, until } = stage
    a.addTrack(here.track('audio'), new here.MediaStream())
    await until(a.setLocalDescription())
    const streams: MediaStream[] = []
    b.ontrack = (event) => streams.push(...event.streams)
    await until(b.setRemoteDescription(a.localDescription as RTCSessionDescription))
    const [receiver] = b.getReceivers()
    expect(streams.map((stream) => stream.getTracks().length)).toEqual([1])
    await until(b.setRemoteDescription({ type: 'rollback' }))
    expect([b.getTransceivers(), receiver?.track.readyState]).toEqual([[], 'ended'])
    expect([b.signalingState, streams.map((stream) => stream.getTracks().length)]).toEqual(['stable', [0]])
  })

  test('but what addTrack has used of it stays', async () => {
    const { a, b, here, there, until } = stage
    a.addTransceiver('audio')
    await until(a.setLocalDescription())
    await until(b.setRemoteDescription(a.localDescription as RTCSessionDescription))
    b.addTrack(there.track('audio'))
    await until(b.setRemoteDescription({ type: 'rollback' }))
    expect(lines(b)).toBe('null:sendrecv/null')
    expect(here.peers.length).toBe(1)
  })

  test('an offer of the far side takes the own one back by itself', async () => {
    const { a, b, until, heard } = stage
    a.addTransceiver('audio')
    b.addTransceiver('video')
    await pause()
    await until(a.setLocalDescription())
    await until(b.setLocalDescription())
    heard()
    await until(b.setRemoteDescription(a.localDescription as RTCSessionDescription))
    expect(heard().filter((line) => line.includes('signaling'))).toEqual([
      'b signalingstatechange stable',
      'b signalingstatechange have-remote-offer',
    ])
    await until(b.setLocalDescription())
    await until(a.setRemoteDescription(b.localDescription as RTCSessionDescription))
    expect([lines(a), lines(b)]).toEqual(['0:sendrecv/sendonly', 'null:sendrecv/null 0:recvonly/recvonly'])
  })

  test('perfect negotiation ends in one state whoever begins', async () => {
    const { a, b, here, there, scheduler } = stage
    const making = new Set<RTCPeerConnection>()
    const settling = new Set<RTCPeerConnection>()
    let ignored = 0
    const send = (to: RTCPeerConnection, from: RTCPeerConnection) => {
      const { type, sdp } = from.localDescription as RTCSessionDescription
      scheduler.after(10, 'wire', () => void take(to, from, { type, sdp }))
    }
    const take = async (pc: RTCPeerConnection, far: RTCPeerConnection, given: RTCSessionDescriptionInit) => {
      const ready = !making.has(pc) && (pc.signalingState === 'stable' || settling.has(pc))
      if (given.type === 'offer' && !ready && pc === b) return void (ignored += 1)
      if (given.type === 'answer') settling.add(pc)
      await pc.setRemoteDescription(given)
      settling.delete(pc)
      if (given.type !== 'offer') return
      await pc.setLocalDescription()
      send(far, pc)
    }
    for (const [pc, far] of [
      [a, b],
      [b, a],
    ] as const)
      pc.onnegotiationneeded = async () => {
        making.add(pc)
        await pc.setLocalDescription()
        making.delete(pc)
        send(far, pc)
      }
    a.addTrack(here.track('audio'))
    b.addTrack(there.track('video'))
    await scheduler.pass(2_000)
    expect([ignored, a.signalingState, b.signalingState, a.connectionState]).toEqual([
      1,
      'stable',
      'stable',
      'connected',
    ])
    expect([lines(a), lines(b)]).toEqual([
      '1:sendrecv/sendonly 0:recvonly/recvonly',
      '0:sendrecv/sendonly 1:recvonly/recvonly',
    ])
  })
})

describe('the operations chain (webrtc-pc 4.4.1.2)', () => {
  test('one after another, however they were called', async () => {
    const { a, say, heard, scheduler } = stage
    a.createDataChannel('x')
    void a.createOffer().then(() => say('made'))
    void a.setLocalDescription().then(() => say('set'))
    void a.setLocalDescription({ type: 'rollback' }).then(() => say('back'))
    void a.addIceCandidate().catch((error: Error) => say(error.name))
    await scheduler.pass(0)
    expect(heard().filter((line) => !line.includes(' '))).toEqual(['made', 'set', 'back', 'InvalidStateError'])
  })

  test('what is under way when the connection closes never settles', async () => {
    const { a, scheduler } = stage
    const settled: string[] = []
    for (const promise of [a.createOffer(), a.setLocalDescription(), a.createAnswer()])
      promise.then(
        () => settled.push('ok'),
        () => settled.push('error'),
      )
    a.close()
    await scheduler.pass(1_000)
    expect(settled).toEqual([])
  })
})
