import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { both, reversed, type Direction } from '../../../src/testing/webrtc/directions.js'
import { lines, NOTHING, shape, world, type World } from './world.js'

let stage: World

beforeEach(() => {
  stage = world()
})

afterEach(async () => {
  expect(await stage.close()).toEqual(NOTHING)
})

const DIRECTIONS: Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

describe('what an offer and an answerer want gives (JSEP 5.3.1)', () => {
  const answers: Record<Direction, string[]> = {
    sendrecv: ['sendrecv', 'sendonly', 'recvonly', 'inactive'],
    sendonly: ['recvonly', 'inactive', 'recvonly', 'inactive'],
    recvonly: ['sendonly', 'sendonly', 'inactive', 'inactive'],
    inactive: ['inactive', 'inactive', 'inactive', 'inactive'],
  }

  test.each(DIRECTIONS)('%s is offered', (offered) => {
    expect(DIRECTIONS.map((own) => both(own, reversed(offered)))).toEqual(answers[offered])
  })

  test.each(DIRECTIONS)('%s is offered, both sides show it', async (offered) => {
    const { a, b, there, negotiate } = stage
    a.addTransceiver('audio', { direction: offered })
    // A line that addTrack made is taken where something can be sent on it (JSEP 5.10).
    b.addTrack(there.track('audio'))
    await negotiate()
    const expected: Record<Direction, string[]> = {
      sendrecv: ['0:sendrecv/sendrecv', '0:sendrecv/sendrecv'],
      sendonly: ['0:sendonly/sendonly', 'null:sendrecv/null 0:recvonly/recvonly'],
      recvonly: ['0:recvonly/recvonly', '0:sendrecv/sendonly'],
      inactive: ['0:inactive/inactive', 'null:sendrecv/null 0:recvonly/inactive'],
    }
    expect([lines(a), lines(b)]).toEqual(expected[offered])
  })
})

describe('m-lines (JSEP 5.2.1, 5.2.2)', () => {
  test('new ones come behind those that there are, the channel first of all behind the first transceivers', async () => {
    const { a, b, negotiate } = stage
    a.createDataChannel('x')
    a.addTransceiver('audio')
    a.addTransceiver('video', { direction: 'recvonly' })
    expect(shape((await negotiate()).offer)).toEqual(['audio 0 sendrecv', 'video 1 recvonly', 'application 2'])
    b.addTransceiver('video')
    expect(shape((await negotiate(b, a)).offer)).toEqual([
      'audio 0 recvonly',
      'video 1 recvonly',
      'application 2',
      'video 3 sendrecv',
    ])
  })

  test('each createOffer numbers afresh what has no mid yet, as browsers do', async () => {
    const { a, until } = stage
    a.addTransceiver('audio')
    const mids = [shape((await until(a.createOffer())).sdp), shape((await until(a.createOffer())).sdp)]
    expect(mids).toEqual([['audio 0 sendrecv'], ['audio 1 sendrecv']])
  })

  test('mids may be chosen anew before they are set', async () => {
    const { a, b, until } = stage
    a.createDataChannel('x')
    a.addTransceiver('audio')
    const { sdp = '' } = await until(a.createOffer())
    const renamed = sdp.replaceAll('a=mid:0', 'a=mid:7').replace('BUNDLE 0', 'BUNDLE 7')
    await until(a.setLocalDescription({ type: 'offer', sdp: renamed }))
    await until(b.setRemoteDescription({ type: 'offer', sdp: renamed }))
    await until(b.setLocalDescription())
    await until(a.setRemoteDescription(b.localDescription as RTCSessionDescription))
    expect([lines(a), lines(b), shape((await until(a.createOffer())).sdp)]).toEqual([
      '7:sendrecv/sendonly',
      '7:recvonly/recvonly',
      ['audio 7 sendrecv', 'application 1'],
    ])
  })

  test('a line that is stopped is rejected, its transceiver goes, and another takes the place', async () => {
    const { a, b, negotiate, scheduler } = stage
    const stopped = a.addTransceiver('audio')
    a.addTransceiver('audio')
    await negotiate()
    stopped.stop()
    expect([stopped.direction, stopped.currentDirection, stopped.mid]).toEqual(['stopped', 'sendonly', '0'])
    await scheduler.pass(0)
    expect(stopped.receiver.track.readyState).toBe('ended')
    const { offer, answer } = await negotiate()
    expect([shape(offer), shape(answer)]).toEqual([
      ['audio rejected 0 inactive', 'audio 1 sendrecv'],
      ['audio rejected 0 inactive', 'audio 1 recvonly'],
    ])
    expect([lines(a), lines(b), stopped.currentDirection, stopped.mid]).toEqual([
      '1:sendrecv/sendonly',
      '1:recvonly/recvonly',
      'stopped',
      null,
    ])
    a.addTransceiver('video')
    expect(shape((await negotiate()).offer)).toEqual(['video 2 sendrecv', 'audio 1 sendrecv'])
    expect([lines(a), lines(b)]).toEqual([
      '1:sendrecv/sendonly 2:sendrecv/sendonly',
      '1:recvonly/recvonly 2:recvonly/recvonly',
    ])
  })

  test('both sides stop the same line', async () => {
    const { a, b, negotiate } = stage
    a.addTransceiver('audio')
    a.createDataChannel('x')
    await negotiate()
    a.getTransceivers()[0]?.stop()
    b.getTransceivers()[0]?.stop()
    await negotiate()
    expect([lines(a), lines(b)]).toEqual(['', ''])
  })
})

describe('addTrack and removeTrack (webrtc-pc 5.1)', () => {
  const cases: [string, (world: World) => unknown, string][] = [
    ['a new line', ({ a, here }) => a.addTrack(here.track('audio')), 'null:sendrecv/null'],
    [
      'a line that never sent is taken',
      ({ a, here }) => {
        a.addTransceiver('audio', { direction: 'recvonly' })
        a.addTransceiver('audio', { direction: 'inactive' })
        a.addTrack(here.track('audio'))
        a.addTrack(here.track('audio'))
      },
      'null:sendrecv/null null:sendonly/null',
    ],
    [
      'one of another kind is not',
      ({ a, here }) => {
        a.addTransceiver('video', { direction: 'recvonly' })
        a.addTrack(here.track('audio'))
      },
      'null:recvonly/null null:sendrecv/null',
    ],
    [
      'one that is stopped is not',
      ({ a, here }) => {
        a.addTransceiver('audio').stop()
        a.addTrack(here.track('audio'))
      },
      'null:stopped/null null:sendrecv/null',
    ],
    [
      'what is removed no longer sends',
      ({ a, here }) => {
        const sender = a.addTrack(here.track('audio'))
        a.removeTrack(sender)
        a.removeTrack(sender)
      },
      'null:recvonly/null',
    ],
  ]

  test.each(cases)('%s', (_, call, expected) => {
    call(stage)
    expect(lines(stage.a)).toBe(expected)
  })

  test('one that has sent is not taken', async () => {
    const { a, here, negotiate } = stage
    const sender = a.addTrack(here.track('audio'))
    await negotiate()
    a.removeTrack(sender)
    await negotiate()
    a.addTrack(here.track('audio'))
    expect(lines(a)).toBe('0:recvonly/inactive null:sendrecv/null')
  })

  test('the same track twice, and a sender of another connection', async () => {
    const { a, b, here, outcome } = stage
    const track = here.track('audio')
    const sender = a.addTrack(track)
    expect([await outcome(() => a.addTrack(track)), await outcome(() => b.removeTrack(sender))]).toEqual([
      'InvalidAccessError',
      'InvalidAccessError',
    ])
  })
})

describe('when negotiation is needed (webrtc-pc 4.7.3)', () => {
  const needed = async (call: (world: World) => unknown): Promise<number> => {
    await stage.scheduler.pass(10)
    stage.heard()
    call(stage)
    await stage.scheduler.pass(10)
    return stage.heard().filter((line) => line === 'a negotiationneeded').length
  }
  const first: [string, (world: World) => unknown, number][] = [
    ['a transceiver', ({ a }) => a.addTransceiver('audio'), 1],
    ['two of them: once', ({ a }) => [a.addTransceiver('audio'), a.addTransceiver('video')], 1],
    ['a track', ({ a, here }) => a.addTrack(here.track('audio')), 1],
    ['a channel', ({ a }) => a.createDataChannel('x'), 1],
    ['one that is stopped at once: there is a line to end', ({ a }) => a.addTransceiver('audio').stop(), 1],
    ['a restart of nothing', ({ a }) => a.restartIce(), 0],
  ]

  test.each(first)('before the first round: %s', async (_, call, times) => {
    expect(await needed(call)).toBe(times)
  })

  const later: [string, (world: World) => unknown, number][] = [
    ['nothing', () => {}, 0],
    ['a second channel', ({ a }) => a.createDataChannel('y'), 0],
    ['another direction', ({ a }) => Object.assign(a.getTransceivers()[0] as object, { direction: 'inactive' }), 1],
    ['the same direction', ({ a }) => Object.assign(a.getTransceivers()[0] as object, { direction: 'sendrecv' }), 0],
    ['another track', ({ a, here }) => a.getSenders()[0]?.replaceTrack(here.track('audio')), 0],
    ['a track less', ({ a }) => a.removeTrack(a.getSenders()[0] as RTCRtpSender), 1],
    ['other streams', ({ a, here }) => a.getSenders()[0]?.setStreams(new here.MediaStream()), 1],
    ['the end of a line', ({ a }) => a.getTransceivers()[0]?.stop(), 1],
    ['a restart', ({ a }) => a.restartIce(), 1],
  ]

  test.each(later)('after it: %s', async (_, call, times) => {
    const { a, here, negotiate } = stage
    a.addTrack(here.track('audio'))
    a.createDataChannel('x')
    await negotiate()
    expect(await needed(call)).toBe(times)
  })

  test('during a round it comes behind its end, and again where it still is', async () => {
    const { a, b, until, scheduler, heard } = stage
    a.addTransceiver('audio')
    await scheduler.pass(10)
    await until(a.setLocalDescription())
    a.addTransceiver('video')
    await scheduler.pass(10)
    await until(b.setRemoteDescription(a.localDescription as RTCSessionDescription))
    await until(b.setLocalDescription())
    heard()
    await until(a.setRemoteDescription(b.localDescription as RTCSessionDescription))
    await scheduler.pass(0)
    expect(heard().filter((line) => line.startsWith('a '))).toEqual([
      'a signalingstatechange stable',
      'a negotiationneeded',
    ])
  })
})
