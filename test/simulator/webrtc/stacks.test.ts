import { afterEach, describe, expect, test } from 'vitest'
import type { StackName } from '../../../src/testing/webrtc/index.js'
import { lines, NOTHING, shape, world, type World } from './world.js'

let stage: World

afterEach(async () => {
  expect(await stage.close()).toEqual(NOTHING)
})

const STACKS: StackName[] = ['spec', 'chromium', 'node']

/** What each stack does where they differ: the specification, Chromium, libwebrtc in Node. */
const differences: [string, (world: World) => Promise<unknown>, [unknown, unknown, unknown]][] = [
  [
    'a candidate of an unknown generation',
    async ({ a, b, until, outcome }) => {
      a.createDataChannel('x')
      await until(b.setRemoteDescription(await until(a.createOffer())))
      const candidate = 'candidate:1 1 udp 2113937151 127.0.0.1 50000 typ host'
      return outcome(() => b.addIceCandidate({ candidate, sdpMid: '0', usernameFragment: 'zzzz' }))
    },
    ['OperationError', 'ok', 'ok'],
  ],
  [
    'the end of candidates before there is a description',
    ({ b, outcome }) => outcome(() => b.addIceCandidate()),
    ['InvalidStateError', 'ok', 'ok'],
  ],
  [
    'the end of a generation is told',
    async ({ a, until, scheduler }) => {
      const told: unknown[] = []
      a.onicecandidate = ({ candidate }) => told.push(candidate?.candidate)
      a.createDataChannel('x')
      await until(a.setLocalDescription(await until(a.createOffer())))
      await scheduler.pass(100)
      return told.slice(1)
    },
    [['', undefined], [undefined], [undefined]],
  ],
  [
    'an offer meets one of our own',
    async ({ a, b, until, outcome }) => {
      a.createDataChannel('x')
      b.createDataChannel('x')
      await until(b.setLocalDescription(await until(b.createOffer())))
      const offer = await until(a.createOffer())
      return outcome(() => b.setRemoteDescription(offer))
    },
    ['ok', 'ok', 'InvalidStateError'],
  ],
  ['setLocalDescription()', ({ a, outcome }) => outcome(() => a.setLocalDescription()), ['ok', 'ok', 'TypeError']],
  [
    'a description that does not parse',
    ({ a, outcome }) => outcome(() => a.setRemoteDescription({ type: 'offer', sdp: 'hello' })),
    ['OperationError', 'OperationError', 'TypeError'],
  ],
  [
    'parameters that were read long ago',
    async ({ a, scheduler, outcome }) => {
      const { sender } = a.addTransceiver('video')
      const parameters = sender.getParameters()
      await scheduler.pass(20)
      return outcome(() => sender.setParameters(parameters))
    },
    ['InvalidStateError', 'ok', 'ok'],
  ],
  [
    'a cut of a connection that was connected',
    async ({ a, near, negotiate, scheduler }) => {
      a.createDataChannel('x')
      await negotiate()
      await scheduler.pass(1_000)
      near.blackHole()
      await scheduler.pass(30_000)
      return [a.iceConnectionState, a.connectionState]
    },
    [
      ['failed', 'failed'],
      ['disconnected', 'failed'],
      ['failed', 'failed'],
    ],
  ],
  [
    'the own connection closes',
    async ({ a, negotiate, scheduler }) => {
      const told: string[] = []
      const channel = a.createDataChannel('x')
      a.addTransceiver('audio')
      await negotiate()
      await scheduler.pass(1_000)
      for (const type of ['closing', 'error', 'close']) channel.addEventListener(type, () => told.push(type))
      a.addEventListener('signalingstatechange', () => told.push(a.signalingState))
      a.close()
      await scheduler.pass(10)
      return [told.sort(), lines(a)]
    },
    [
      [[], 'null:stopped/stopped'],
      [['close', 'closing'], 'null:stopped/stopped'],
      [['close', 'closed'], ''],
    ],
  ],
  [
    'the far connection closes',
    async ({ a, b, negotiate, scheduler }) => {
      const told: string[] = []
      const channel = a.createDataChannel('x')
      await negotiate()
      await scheduler.pass(1_000)
      for (const type of ['closing', 'error', 'close']) channel.addEventListener(type, () => told.push(type))
      b.close()
      await scheduler.pass(100)
      return told
    },
    [['error', 'close'], ['closing', 'error', 'close'], ['close']],
  ],
  [
    'a remote track',
    async ({ a, b, here, negotiate, scheduler }) => {
      const told: string[] = []
      a.addTrack(here.track('audio'))
      b.ontrack = ({ track }) => {
        told.push(`muted ${track.muted}`)
        for (const type of ['mute', 'unmute', 'ended']) track.addEventListener(type, () => told.push(type))
      }
      await negotiate()
      await scheduler.pass(1_000)
      a.getTransceivers()[0]?.stop()
      await negotiate()
      return told
    },
    [['muted true', 'unmute', 'ended'], ['muted true', 'unmute', 'ended'], ['muted false']],
  ],
  [
    'a rollback tells that negotiation is needed',
    async ({ a, until, scheduler, heard, say }) => {
      a.addTransceiver('audio')
      await scheduler.pass(10)
      await until(a.setLocalDescription(await until(a.createOffer())))
      heard()
      await until(a.setLocalDescription({ type: 'rollback' }).then(() => say('done')))
      await scheduler.pass(10)
      return heard().filter((line) => !line.includes('gathering'))
    },
    [
      ['a signalingstatechange stable', 'done', 'a negotiationneeded'],
      ['a negotiationneeded', 'a signalingstatechange stable', 'done'],
      ['a signalingstatechange stable', 'a negotiationneeded', 'done'],
    ],
  ],
  [
    'an offer without a line, and what comes after it',
    async ({ a, until, outcome }) => {
      const offer = await until(a.createOffer())
      return [await outcome(() => a.setLocalDescription(offer)), await outcome(() => a.createOffer())]
    },
    [
      ['ok', 'ok'],
      ['ok', 'ok'],
      ['ok', 'ok'],
    ],
  ],
  [
    'the same under max-bundle, as an engine has it',
    async ({ here, until, outcome }) => {
      const pc = new here.RTCPeerConnection({ bundlePolicy: 'max-bundle' })
      const offer = await until(pc.createOffer())
      return [await outcome(() => pc.setLocalDescription(offer)), await outcome(() => pc.createOffer())]
    },
    [
      ['ok', 'ok'],
      ['OperationError', 'OperationError'],
      ['InvalidStateError', 'InvalidStateError'],
    ],
  ],
  [
    'a description without a type',
    ({ a, outcome }) => outcome(() => a.setRemoteDescription({ sdp: '' } as RTCSessionDescriptionInit)),
    ['TypeError', 'OperationError', 'TypeError'],
  ],
  [
    'the direction stopped',
    async ({ a, outcome }) => {
      const { direction } = a.addTransceiver('audio')
      const made = await outcome(() => a.addTransceiver('audio', { direction: 'stopped' }))
      const [transceiver] = a.getTransceivers()
      return [direction, made, await outcome(() => Object.assign(transceiver as object, { direction: 'stopped' }))]
    },
    [
      ['sendrecv', 'TypeError', 'TypeError'],
      ['sendrecv', 'ok', 'TypeError'],
      ['sendrecv', 'ok', 'InvalidAccessError'],
    ],
  ],
  [
    'a restart when there is nothing to restart',
    async ({ a, scheduler, heard }) => {
      a.restartIce()
      await scheduler.pass(10)
      return heard()
    },
    [[], ['a negotiationneeded'], ['a negotiationneeded']],
  ],
  [
    'channels after their offer was taken back',
    async ({ a, until }) => {
      const channel = a.createDataChannel('x')
      a.addTransceiver('audio')
      await until(a.setLocalDescription(await until(a.createOffer())))
      await until(a.setLocalDescription({ type: 'rollback' }))
      return [channel.id, shape((await until(a.createOffer())).sdp)]
    },
    [
      [null, ['audio 2 sendrecv', 'application 3']],
      [null, ['audio 2 sendrecv']],
      [-1, ['audio 2 sendrecv']],
    ],
  ],
  [
    'an answer that sends what was not asked for',
    async ({ a, b, here, there, until, outcome }) => {
      a.addTransceiver(here.track('audio'), { direction: 'sendonly' })
      const offer = await until(a.createOffer())
      await until(a.setLocalDescription(offer))
      await until(b.setRemoteDescription(offer))
      b.addTrack(there.track('audio'))
      const { sdp = '' } = await until(b.createAnswer())
      return outcome(() => a.setRemoteDescription({ type: 'answer', sdp: sdp.replace('a=recvonly', 'a=sendrecv') }))
    },
    ['InvalidAccessError', 'InvalidAccessError', 'ok'],
  ],
  [
    'a message that is too large',
    async ({ a, negotiate, scheduler, outcome }) => {
      const channel = a.createDataChannel('x')
      await negotiate()
      await scheduler.pass(1_000)
      const sent = await outcome(() => channel.send('x'.repeat(300_000)))
      await scheduler.pass(100)
      return [sent, channel.readyState]
    },
    [
      ['TypeError', 'open'],
      ['TypeError', 'open'],
      ['ok', 'closed'],
    ],
  ],
]

describe.each(STACKS.map((name, at) => [name, at] as const))('%s', (name, at) => {
  test.each(differences)('%s', async (_, act, outcomes) => {
    stage = world(name)
    expect(await act(stage)).toEqual(outcomes[at])
  })
})
