import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { maxMessageSize } from '../../../src/testing/webrtc/channel-rules.js'
import { NOTHING, world, type World } from './world.js'

let stage: World

beforeEach(() => {
  stage = world()
})

afterEach(async () => {
  expect(await stage.close()).toEqual(NOTHING)
})

const STEPS = ['open', 'error', 'closing', 'close']

const watch = (name: string, channel: RTCDataChannel): RTCDataChannel => {
  for (const type of STEPS) channel.addEventListener(type, () => stage.say(`${name} ${type}`))
  channel.addEventListener('message', ({ data }) =>
    stage.say(
      `${name} hears ${typeof data === 'string' ? data : `${data.constructor.name} of ${data.byteLength ?? data.size}`}`,
    ),
  )
  return channel
}

/** A channel at both ends. */
const opened = async (init?: RTCDataChannelInit) => {
  const { a, b, negotiate, scheduler, heard } = stage
  const near = watch('near', a.createDataChannel('talk', init))
  let far: RTCDataChannel | undefined
  b.ondatachannel = ({ channel }) => {
    stage.say(`datachannel ${channel.label} ${channel.readyState}`)
    far = watch('far', channel)
  }
  await negotiate()
  await scheduler.pass(1_000)
  const log = heard().filter((line) => /^(near|far|datachannel)/.test(line))
  return { near, far: far as RTCDataChannel, log }
}

describe('createDataChannel (webrtc-pc 6.1)', () => {
  const long = 'x'.repeat(65_536)
  const cases: [string, string, RTCDataChannelInit, string][] = [
    ['a label', 'x', {}, 'ok'],
    ['the longest label', long.slice(1), {}, 'ok'],
    ['a longer one', long, {}, 'TypeError'],
    ['one that is longer in bytes', 'ä'.repeat(40_000), {}, 'TypeError'],
    ['a long protocol', 'x', { protocol: long }, 'TypeError'],
    ['negotiated, without an id', 'x', { negotiated: true }, 'TypeError'],
    ['negotiated', 'x', { negotiated: true, id: 5 }, 'ok'],
    ['the largest id', 'x', { negotiated: true, id: 65_534 }, 'ok'],
    ['a larger one', 'x', { negotiated: true, id: 65_535 }, 'TypeError'],
    ['bounds in number and in time', 'x', { maxRetransmits: 1, maxPacketLifeTime: 1 }, 'TypeError'],
    ['an id that is taken', 'x', { negotiated: true, id: 9 }, 'OperationError'],
  ]

  test.each(cases)('%s', async (_, label, init, name) => {
    stage.a.createDataChannel('taken', { negotiated: true, id: 9 })
    expect(await stage.outcome(() => void stage.a.createDataChannel(label, init))).toBe(name)
  })

  test('what it shows', () => {
    const shown = ({ id, ordered, maxRetransmits, maxPacketLifeTime, negotiated, protocol }: RTCDataChannel) => [
      id,
      ordered,
      maxRetransmits,
      maxPacketLifeTime,
      negotiated,
      protocol,
    ]
    const { a } = stage
    expect(shown(a.createDataChannel('x'))).toEqual([null, true, null, null, false, ''])
    // Without `negotiated` an id is ignored (step 12).
    const given = { id: 3, ordered: false, maxRetransmits: 2, protocol: 'p' }
    expect(shown(a.createDataChannel('x', given))).toEqual([null, false, 2, null, false, 'p'])
  })
})

test.each([
  [undefined, 65_536],
  [1_000, 1_000],
  [0, 262_144],
  [1_000_000, 262_144],
])('the far side takes %s: a message has at most %s bytes (webrtc-pc 6.1.1.3)', (remote, size) => {
  expect(maxMessageSize(remote, 262_144)).toBe(size)
})

test('it opens at both ends: told there before it is open there (webrtc-pc 6.1.1.5)', async () => {
  const { near, far, log } = await opened()
  expect(log).toEqual(['near open', 'datachannel talk open', 'far open'])
  // RFC 8832 section 6: the offerer is the DTLS server here.
  expect([near.id, far.id]).toEqual([1, 1])
  expect([stage.a.sctp?.state, stage.a.sctp?.maxMessageSize]).toEqual(['connected', 262_144])
})

test('a negotiated one opens without a word', async () => {
  const { a, b, negotiate, scheduler, heard } = stage
  const [near, far] = [a, b].map((pc, at) =>
    watch(at ? 'far' : 'near', pc.createDataChannel('x', { negotiated: true, id: 4 })),
  )
  await negotiate()
  await scheduler.pass(1_000)
  near?.send('hello')
  await scheduler.pass(100)
  expect(heard().filter((line) => /^(near|far)/.test(line))).toEqual(['far open', 'near open', 'far hears hello'])
  expect(far?.readyState).toBe('open')
})

test('one that comes later opens at once', async () => {
  await opened()
  const { a, b, scheduler, heard } = stage
  b.ondatachannel = ({ channel }) => void watch('second far', channel)
  const second = watch('second', a.createDataChannel('second'))
  expect([second.readyState, second.id]).toEqual(['connecting', 3])
  await scheduler.pass(100)
  expect(heard().filter((line) => line.startsWith('second'))).toEqual(['second open', 'second far open'])
})

describe('send (webrtc-pc 6.2)', () => {
  test('text and bytes', async () => {
    const { near, far } = await opened()
    near.send('text')
    near.send(new Uint8Array([1, 2, 3]).subarray(1))
    near.send(new ArrayBuffer(4))
    await stage.scheduler.pass(100)
    far.binaryType = 'blob'
    near.send(new Uint8Array(5))
    await stage.scheduler.pass(100)
    expect(stage.heard()).toEqual([
      'far hears text',
      'far hears ArrayBuffer of 2',
      'far hears ArrayBuffer of 4',
      'far hears Blob of 5',
    ])
  })

  test('what is refused', async () => {
    const early = stage.a.createDataChannel('early')
    const before = await stage.outcome(() => early.send('x'))
    const { near } = await opened()
    const large = await stage.outcome(() => near.send('x'.repeat(262_145)))
    const fits = await stage.outcome(() => near.send('x'.repeat(262_144)))
    near.close()
    const after = await stage.outcome(() => near.send('x'))
    expect([before, large, fits, after]).toEqual(['InvalidStateError', 'TypeError', 'ok', 'InvalidStateError'])
  })

  test('what waits is counted, and its end told', async () => {
    const { near } = await opened()
    near.bufferedAmountLowThreshold = 1_000
    near.onbufferedamountlow = () => stage.say('near has room')
    for (let count = 0; count < 8; count += 1) near.send(new Uint8Array(100_000))
    expect(near.bufferedAmount).toBe(800_000)
    await stage.scheduler.pass(0)
    expect(near.bufferedAmount).toBe(700_000)
    await stage.scheduler.pass(2_000)
    expect([near.bufferedAmount, stage.heard().filter((line) => line.startsWith('near'))]).toEqual([
      0,
      ['near has room'],
    ])
  })

  test('everything arrives, in order, through loss', async () => {
    const { near } = await opened({ ordered: false, maxRetransmits: 0 })
    stage.near.set({ loss: 0.2, jitter: 30 })
    const sent = Array.from({ length: 40 }, (_, at) => `${at}`)
    for (const text of sent) near.send(text)
    await stage.scheduler.pass(30_000)
    expect(stage.heard().flatMap((line) => line.split('far hears ')[1] ?? [])).toEqual(sent)
  })
})

describe('the end', () => {
  test('close() sends what waits, then both ends are closed (webrtc-pc 6.2.4)', async () => {
    const { near, far } = await opened()
    near.send('last')
    near.close()
    expect(near.readyState).toBe('closing')
    await stage.scheduler.pass(1_000)
    expect([near.readyState, far.readyState]).toEqual(['closed', 'closed'])
    expect(stage.heard()).toEqual(['far hears last', 'far closing', 'far close', 'near close'])
    // Its number is free again.
    expect(stage.a.createDataChannel('again').id).toBe(1)
  })

  test('before it was open', async () => {
    const near = watch('near', stage.a.createDataChannel('x'))
    near.close()
    await stage.scheduler.pass(10)
    expect([near.readyState, stage.heard().filter((line) => line.startsWith('near'))]).toEqual([
      'closed',
      ['near close'],
    ])
  })

  test('the far connection closes: error and close, ICE knows later', async () => {
    const { near } = await opened()
    stage.b.close()
    await stage.scheduler.pass(100)
    expect([near.readyState, stage.heard(), stage.a.connectionState]).toEqual([
      'closed',
      ['near error', 'near close'],
      'connected',
    ])
    await stage.scheduler.pass(6_000)
    expect(stage.a.connectionState).toBe('disconnected')
  })

  test('the own connection closes: no event (webrtc-pc close(), step 5)', async () => {
    const { near } = await opened()
    stage.a.close()
    await stage.scheduler.pass(100)
    expect([near.readyState, stage.heard()]).toEqual(['closed', ['far error', 'far close']])
  })
})
