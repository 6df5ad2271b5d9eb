import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RealtimeSocketState as State, type RealtimeSocket } from '../../src/index.js'
import { usualAnswer, type ChannelRequest } from '../doubles/gateway.js'
import { answerTo, sectionsOf, written } from '../doubles/sdp.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { verdict } from '../support/network.js'

const SIZE = 5 * 1_024 * 1_024

/** Answers that cannot be, made of one that can. */
const BAD: [string, (answer: string) => string][] = [
  ['one m-line less', (answer) => written('7 1', sectionsOf(answer).slice(0, -1), 'passive')],
  [
    'one m-line more',
    (answer) => written('7 1', [...sectionsOf(answer), { kind: 'audio', mid: '77', direction: 'inactive' }], 'passive'),
  ],
  ['no m-line', (answer) => written('7 1', sectionsOf(answer).slice(0, 0), 'passive')],
  ['m-lines in another order', (answer) => written('7 1', sectionsOf(answer).toReversed(), 'passive')],
  ['unknown mids', (answer) => answer.replaceAll(/a=mid:(\d+)/g, 'a=mid:x$1')],
  ['one mid twice', (answer) => answer.replaceAll(/a=mid:\d+/g, 'a=mid:0')],
  ['no mids', (answer) => answer.replaceAll(/a=mid:.*\r\n/g, '')],
  ['a line of another kind', (answer) => answer.replace(/m=(audio|video|application)/, 'm=text')],
  ['no fingerprint', (answer) => answer.replaceAll(/a=fingerprint:.*\r\n/g, '')],
  ['an empty text', () => ''],
  ['an HTML page', () => '<!doctype html><title>Welcome</title>'],
  ['what begins like SDP', () => 'v=0\r\n'],
  ['what only the peer connection refuses', (answer) => answer.replace('v=0', 'v=1')],
  ['5 MB of one letter', () => 'x'.repeat(SIZE)],
  ['5 MB of m-lines', () => 'v=0\r\n' + 'm=audio 9 RTP 0\r\na=mid:0\r\n'.repeat(SIZE / 26)],
  ['5 MB behind a good one', (answer) => answer + 'a=x-filler:1\r\n'.repeat(SIZE / 14)],
]

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

/** What an application hears of failures. */
const warningsOf = (socket: RealtimeSocket) => {
  const warnings: unknown[] = []
  socket.on('warning', ({ facts }) => warnings.push(verdict(facts)))
  return warnings
}

const told = (code: string, phase: string) => ({ code, phase, status: undefined, fatal: false, retryable: true })

const answering = (sdp: (usual: string) => unknown) => (request: ChannelRequest) => {
  const usual = usualAnswer(request)
  if (request.request !== 'peer.updateSdp' || !usual) return usual
  return { ...usual, data: { sdp: sdp((usual.data as { sdp: string }).sdp) } }
}

describe.each(BAD)('an answer with %s', (_, bad) => {
  test('to the connect: it rejects, nothing is left, and the next connect works', async () => {
    const socket = stage.socket()
    stage.gateway.answerConnect = (usual) => ({ ...usual, data: { ...usual.data, sdp: bad(usual.data.sdp) } })
    const errors: unknown[] = []
    const config = stage.config({ receivers: { audio: 1, video: 1 } })
    socket.connect(stage.gateway, config).catch(({ facts }) => errors.push(verdict(facts)))
    await stage.clock.quiet()
    expect(errors).toEqual([told('answer-refused', 'applying-answer')])
    expect([socket.peerState, stage.peer.signalingState, [...stage.gateway.sessions]]).toEqual([
      State.Failed,
      'closed',
      [],
    ])
    stage.gateway.answerConnect = (usual) => usual
    const again = socket.connect(stage.gateway, config)
    await stage.clock.quiet()
    await again
    expect(socket.peerState).toBe(State.Connected)
  })

  test('to a later offer: it is rolled back, and the next round works', async () => {
    const socket = await stage.connected({ receivers: { audio: 1, video: 1 } })
    const warnings = warningsOf(socket)
    let asked = 0
    stage.gateway.answerRequest = answering((usual) => {
      asked += 1
      return asked === 1 ? bad(usual) : usual
    })
    const [first, second] = ['one', 'two'].map((id) => socket.createReceiverTrack(id, 'video'))
    await stage.clock.pass(5)
    expect(warnings).toEqual([told('answer-refused', 'renegotiating')])
    expect([stage.peer.signalingState, socket.peerState]).toEqual(['stable', State.Connected])
    await stage.clock.quiet()
    expect([asked, first?.serverId, second?.serverId]).toEqual([2, 'video_0', 'video_1'])
    expect([warnings.length, socket.peerState]).toEqual([1, State.Connected])
  })

  test('to an offer by hand: it is rolled back, and the next round works', async () => {
    const socket = await stage.connected({}, { negotiation: 'manual' })
    const warnings = warningsOf(socket)
    const receiver = socket.createReceiverTrack('one', 'video')
    const { offer } = await socket.generateOffer()
    expect(() => socket.updateSdp(offer, bad(answerTo(offer.sdp ?? '')))).not.toThrow()
    await stage.clock.quiet()
    expect(warnings).toEqual([told('answer-refused', 'renegotiating')])
    expect([stage.peer.signalingState, receiver.serverId]).toEqual(['stable', undefined])
    const next = await socket.generateOffer()
    socket.updateSdp(next.offer, answerTo(next.offer.sdp ?? ''))
    await stage.clock.quiet()
    expect([receiver.serverId, warnings.length, socket.peerState]).toEqual(['video_0', 1, State.Connected])
  })
})

describe('an answer to a later offer that is none', () => {
  test.each<[string, unknown]>([
    ['no data', undefined],
    ['null', null],
    ['a text', 'v=0'],
    ['no description', {}],
    ['a number for the description', { sdp: 5 }],
    ['a description in the prototype', JSON.parse('{"__proto__":{"sdp":"v=0"}}')],
  ])('%s: it is rolled back, and the next round works', async (_, data) => {
    const socket = await stage.connected()
    const warnings = warningsOf(socket)
    let asked = 0
    stage.gateway.answerRequest = (request) => {
      asked += 1
      return asked === 1 ? { success: true, data } : usualAnswer(request)
    }
    const receiver = socket.createReceiverTrack('one', 'video')
    await stage.clock.quiet()
    expect(warnings).toEqual([told('request-refused', 'renegotiating')])
    expect([asked, receiver.serverId, socket.peerState]).toEqual([2, 'video_0', State.Connected])
  })
})

test('what a peer connection says of an answer is not shown: it may quote the line that it did not take', async () => {
  const socket = stage.socket()
  stage.gateway.answerConnect = (usual) => ({
    ...usual,
    data: { ...usual.data, sdp: usual.data.sdp.replace('v=0', 'v=1') },
  })
  const seen: string[] = []
  socket.inspect((event) => {
    if (event.type === '@xstate.event') seen.push(JSON.stringify(event.event))
  })
  let message = ''
  socket.connect(stage.gateway, stage.config()).catch((error: Error) => (message = error.message))
  await stage.clock.quiet()
  expect(message).not.toBe('')
  const secrets = /ice-pwd|fingerprint|pwd1xxx/
  expect(message).not.toMatch(secrets)
  expect(seen.filter((text) => secrets.test(text))).toEqual([])
  expect(socket.getSnapshot().lastError?.message).not.toMatch(secrets)
})
