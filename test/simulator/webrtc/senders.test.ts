import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodingsOf } from '../../../src/testing/webrtc/encodings.js'
import { NOTHING, world, type World } from './world.js'

let stage: World

beforeEach(() => {
  stage = world()
})

afterEach(async () => {
  expect(await stage.close()).toEqual(NOTHING)
})

const video = () => stage.a.addTransceiver('video')

describe('sendEncodings (webrtc-pc 5.1, addTransceiver)', () => {
  const rids = (...names: string[]) => names.map((rid) => ({ rid }))
  const taken: [string, RTCRtpEncodingParameters[], object[]][] = [
    ['nothing', [], [{ active: true, scaleResolutionDownBy: 1 }]],
    ['one needs no name', rids('a'), [{ active: true, scaleResolutionDownBy: 1 }]],
    [
      'layers, from small to large',
      rids('a', 'b', 'c'),
      [4, 2, 1].map((scaleResolutionDownBy, at) => ({ rid: 'abc'[at], active: true, scaleResolutionDownBy })),
    ],
    [
      'layers of which one is scaled',
      [{ rid: 'a', scaleResolutionDownBy: 3 }, { rid: 'b' }],
      [
        { rid: 'a', active: true, scaleResolutionDownBy: 3 },
        { rid: 'b', active: true, scaleResolutionDownBy: 1 },
      ],
    ],
    [
      'more than are sent',
      rids('a', 'b', 'c', 'd'),
      [4, 2, 1].map((scaleResolutionDownBy, at) => ({ rid: 'abc'[at], active: true, scaleResolutionDownBy })),
    ],
    [
      'bounds',
      [{ active: false, maxBitrate: 1_000 }],
      [{ active: false, maxBitrate: 1_000, scaleResolutionDownBy: 1 }],
    ],
  ]

  test.each(taken)('%s', (_, given, expected) => {
    expect(encodingsOf('video', given)).toEqual(expected)
  })

  test('sound has one, without what is of pictures', () => {
    expect(encodingsOf('audio', [{ rid: 'a', scaleResolutionDownBy: 0.5 }, { rid: 'b' }])).toEqual([{ active: true }])
  })

  const refused: [string, RTCRtpEncodingParameters[], string][] = [
    ['some with a name', [{ rid: 'a' }, {}], 'InvalidAccessError'],
    ['a name that is none', rids('a-b', 'c'), 'InvalidAccessError'],
    ['an empty name', rids('', 'c'), 'InvalidAccessError'],
    ['a long name', rids('x'.repeat(17), 'c'), 'TypeError'],
    ['a picture that grows', [{ scaleResolutionDownBy: 0.5 }], 'RangeError'],
    ['less than no frame', [{ maxFramerate: -1 }], 'RangeError'],
  ]

  test.each(refused)('%s', async (_, sendEncodings, name) => {
    expect(await stage.outcome(() => void stage.a.addTransceiver('video', { sendEncodings }))).toBe(name)
    expect(stage.a.getTransceivers()).toEqual([])
  })
})

test('a kind that is none, a direction that is none (webrtc-pc 5.1)', async () => {
  const { a, outcome } = stage
  const add = (kind: string, direction?: string) =>
    outcome(() => void a.addTransceiver(kind, { direction: direction as 'inactive' }))
  expect([await add('foo'), await add('audio', 'stopped'), await add('audio', 'x')]).toEqual([
    'TypeError',
    'TypeError',
    'TypeError',
  ])
})

describe('setParameters (webrtc-pc 5.2)', () => {
  const changes: [string, (parameters: RTCRtpSendParameters) => void, string][] = [
    ['nothing', () => {}, 'ok'],
    ['a bound', ({ encodings }) => Object.assign(encodings[0] as object, { maxBitrate: 100_000 }), 'ok'],
    ['a pause', ({ encodings }) => Object.assign(encodings[0] as object, { active: false }), 'ok'],
    ['one more', ({ encodings }) => encodings.push({}), 'InvalidModificationError'],
    ['none', ({ encodings }) => encodings.pop(), 'InvalidModificationError'],
    ['a name', ({ encodings }) => Object.assign(encodings[0] as object, { rid: 'x' }), 'InvalidModificationError'],
    [
      'a codec',
      ({ codecs }) => codecs.push({ payloadType: 1, mimeType: 'x/y', clockRate: 1 }),
      'InvalidModificationError',
    ],
    ['an extension', ({ headerExtensions }) => headerExtensions.push({ uri: 'x', id: 1 }), 'InvalidModificationError'],
    ['the cname', ({ rtcp }) => Object.assign(rtcp, { cname: 'x' }), 'InvalidModificationError'],
    ['the transaction', (parameters) => Object.assign(parameters, { transactionId: 'x' }), 'InvalidModificationError'],
    ['no transaction', (parameters) => Object.assign(parameters, { transactionId: undefined }), 'TypeError'],
    [
      'a picture that grows',
      ({ encodings }) => Object.assign(encodings[0] as object, { scaleResolutionDownBy: 0.5 }),
      'RangeError',
    ],
    [
      'less than no frame',
      ({ encodings }) => Object.assign(encodings[0] as object, { maxFramerate: -1 }),
      'RangeError',
    ],
  ]

  test.each(changes)('%s', async (_, change, name) => {
    const { sender } = video()
    const parameters = sender.getParameters()
    change(parameters)
    expect(await stage.outcome(() => sender.setParameters(parameters))).toBe(name)
  })

  test('what was set is what is read', async () => {
    const { sender } = video()
    const parameters = sender.getParameters()
    Object.assign(parameters.encodings[0] as object, { maxBitrate: 5, scaleResolutionDownBy: 2 })
    await stage.until(sender.setParameters(parameters))
    expect(sender.getParameters().encodings).toEqual([{ active: true, maxBitrate: 5, scaleResolutionDownBy: 2 }])
  })

  test('only in the task in which they were read, and once', async () => {
    const { sender } = video()
    const parameters = sender.getParameters()
    expect(sender.getParameters().transactionId).toBe(parameters.transactionId)
    await stage.scheduler.pass(0)
    expect(await stage.outcome(() => sender.setParameters(parameters))).toBe('InvalidStateError')
    const fresh = sender.getParameters()
    const both = Promise.allSettled([sender.setParameters(fresh), sender.setParameters(fresh)])
    expect((await stage.until(both)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  test('codecs are known once they are negotiated', async () => {
    const { sender } = video()
    await stage.negotiate()
    expect(sender.getParameters().codecs.map(({ mimeType, payloadType }) => `${payloadType} ${mimeType}`)).toContain(
      '96 video/VP8',
    )
  })
})

describe('setCodecPreferences (webrtc-pc 5.4)', () => {
  const cases: [string, RTCRtpCodec[], string][] = [
    ['none: as it was', [], 'ok'],
    ['one', [{ mimeType: 'video/VP8', clockRate: 90_000 }], 'ok'],
    ['in small letters', [{ mimeType: 'video/vp8', clockRate: 90_000 }], 'ok'],
    ['an unknown one', [{ mimeType: 'video/foo', clockRate: 90_000 }], 'InvalidModificationError'],
    ['one of the other kind', [{ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }], 'InvalidModificationError'],
    ['one of many without its variant', [{ mimeType: 'video/H264', clockRate: 90_000 }], 'InvalidModificationError'],
    ['nothing that plays', [{ mimeType: 'video/rtx', clockRate: 90_000 }], 'InvalidModificationError'],
  ]

  test.each(cases)('%s', async (_, codecs, name) => {
    expect(await stage.outcome(() => video().setCodecPreferences(codecs))).toBe(name)
  })

  test('all that the stack says it can', () => {
    const transceiver = video()
    const { getCapabilities } = transceiver.receiver.constructor as typeof RTCRtpReceiver
    const codecs = getCapabilities('video')?.codecs ?? []
    transceiver.setCodecPreferences(codecs)
    expect(codecs.map(({ mimeType }) => mimeType)).toEqual(['video/VP8', 'video/rtx', 'video/VP9', 'video/H264'])
    expect([getCapabilities('audio')?.codecs.length, getCapabilities('x')]).toEqual([1, null])
  })
})

describe('replaceTrack (webrtc-pc 5.2)', () => {
  test('another, none, and one of another kind', async () => {
    const { here, outcome } = stage
    const { sender } = video()
    const track = here.track('video')
    expect([await outcome(() => sender.replaceTrack(track)), sender.track]).toEqual(['ok', track])
    expect([await outcome(() => sender.replaceTrack(null)), sender.track]).toEqual(['ok', null])
    expect(await outcome(() => sender.replaceTrack(here.track('audio')))).toBe('TypeError')
  })

  test('not on a line that is stopped, nor on a closed connection', async () => {
    const { a, outcome } = stage
    const [stopped, open] = [video(), video()]
    stopped.stop()
    expect(await outcome(() => stopped.sender.replaceTrack(null))).toBe('InvalidStateError')
    a.close()
    expect(await outcome(() => open.sender.replaceTrack(null))).toBe('InvalidStateError')
  })

  test('it waits for the operations before it (4.4.1.2)', async () => {
    const { a, here, scheduler } = stage
    const order: string[] = []
    const { sender } = video()
    void a.createOffer().then(() => order.push('offer'))
    void sender.replaceTrack(here.track('video')).then(() => order.push('track'))
    expect(sender.track).toBe(null)
    await scheduler.pass(0)
    expect(order).toEqual(['offer', 'track'])
  })
})

test('a receiver (webrtc-pc 5.3, webrtc-extensions)', async () => {
  const { receiver, sender } = video()
  expect([receiver.getContributingSources(), receiver.getSynchronizationSources(), sender.dtmf]).toEqual([[], [], null])
  expect(stage.a.addTransceiver('audio').sender.dtmf).not.toBe(null)
  expect(receiver.jitterBufferTarget).toBe(null)
  receiver.jitterBufferTarget = 200
  expect(receiver.jitterBufferTarget).toBe(200)
  expect(await stage.outcome(() => void (receiver.jitterBufferTarget = 4_001))).toBe('RangeError')
})
