import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lines, shape, world, type World } from '../simulator/webrtc/world.js'

type Pc = RTCPeerConnection

/** Local tracks of both kinds, and streams, as this side has them. */
interface Side {
  readonly pc: Pc
  track(kind: 'audio' | 'video'): MediaStreamTrack
  stream(): MediaStream
  wait<T>(promise: Promise<T>): Promise<T>
}

let stage: World
let real: Side
let simulated: Side
const contexts: AudioContext[] = []

const track = (kind: 'audio' | 'video'): MediaStreamTrack => {
  if (kind === 'audio') {
    const context = new AudioContext()
    contexts.push(context)
    return context.createMediaStreamDestination().stream.getAudioTracks()[0] as MediaStreamTrack
  }
  const canvas = document.createElement('canvas')
  canvas.getContext('2d')
  return canvas.captureStream(20).getVideoTracks()[0] as MediaStreamTrack
}

beforeEach(() => {
  stage = world()
  const { here, a, until } = stage
  a.onicecandidate = null
  simulated = { pc: a, track: here.track, stream: () => new here.MediaStream(), wait: until }
  real = {
    pc: new RTCPeerConnection({ bundlePolicy: 'max-bundle' }),
    track,
    stream: () => new MediaStream(),
    wait: (promise) => promise,
  }
})

afterEach(async () => {
  real.pc.close()
  for (const context of contexts.splice(0)) await context.close()
  await stage.close()
})

/** A round of offer and answer; each side must take what the other wrote. */
const round = async (offerer: Side, answerer: Side) => {
  const offer = await offerer.wait(offerer.pc.createOffer())
  await offerer.wait(offerer.pc.setLocalDescription(offer))
  await answerer.wait(answerer.pc.setRemoteDescription(offer))
  const answer = await answerer.wait(answerer.pc.createAnswer())
  await answerer.wait(answerer.pc.setLocalDescription(answer))
  await offerer.wait(offerer.pc.setRemoteDescription(answer))
  return { offer: shape(offer.sdp), answer: shape(answer.sdp), states: [lines(offerer.pc), lines(answerer.pc)] }
}

const layers = [{ rid: '0', scaleResolutionDownBy: 4 }, { rid: '1', scaleResolutionDownBy: 2 }, { rid: '2' }]

/** What an application asks for, and what comes out of a round. */
const asked: [string, (side: Side) => void, string[], string[], string[]][] = [
  ['a channel', ({ pc }) => void pc.createDataChannel('x'), ['application 0'], ['application 0'], ['', '']],
  [
    'audio, video and a channel',
    ({ pc, track, stream }) => {
      pc.createDataChannel('x')
      pc.addTransceiver(track('audio'), { streams: [stream()] })
      pc.addTrack(track('video'), stream())
    },
    ['audio 0 sendrecv', 'video 1 sendrecv', 'application 2'],
    ['audio 0 recvonly', 'video 1 recvonly', 'application 2'],
    ['0:sendrecv/sendonly 1:sendrecv/sendonly', '0:recvonly/recvonly 1:recvonly/recvonly'],
  ],
  [
    'lines that send, receive or do nothing',
    ({ pc, track }) => {
      pc.addTransceiver(track('audio'), { direction: 'sendonly' })
      pc.addTransceiver('video', { direction: 'recvonly' })
      pc.addTransceiver('video', { direction: 'inactive' })
    },
    ['audio 0 sendonly', 'video 1 recvonly', 'video 2 inactive'],
    ['audio 0 recvonly', 'video 1 inactive', 'video 2 inactive'],
    [
      '0:sendonly/sendonly 1:recvonly/inactive 2:inactive/inactive',
      '0:recvonly/recvonly 1:recvonly/inactive 2:recvonly/inactive',
    ],
  ],
  [
    'layers of a picture',
    ({ pc, track }) => void pc.addTransceiver(track('video'), { direction: 'sendonly', sendEncodings: layers }),
    ['video 0 sendonly'],
    ['video 0 recvonly'],
    ['0:sendonly/sendonly', '0:recvonly/recvonly'],
  ],
]

describe.each([
  ['the simulator offers, Chromium answers', () => [simulated, real] as const],
  ['Chromium offers, the simulator answers', () => [real, simulated] as const],
])('%s', (_, sides) => {
  test.each(asked)('%s', async (_, ask, offer, answer, states) => {
    const [offerer, answerer] = sides()
    ask(offerer)
    expect(await round(offerer, answerer)).toEqual({ offer, answer, states })
    // And once more from either side.
    await round(offerer, answerer)
    await round(answerer, offerer)
  })

  test('what the answerer sends, too; a line that comes later; a change of direction; a restart', async () => {
    const [offerer, answerer] = sides()
    const first = offerer.pc.addTransceiver(offerer.track('audio'), { streams: [offerer.stream()] })
    answerer.pc.addTrack(answerer.track('audio'), answerer.stream())
    expect((await round(offerer, answerer)).states).toEqual(['0:sendrecv/sendrecv', '0:sendrecv/sendrecv'])
    answerer.pc.addTransceiver(answerer.track('video'), { direction: 'sendonly', streams: [answerer.stream()] })
    expect((await round(answerer, offerer)).states).toEqual([
      '0:sendrecv/sendrecv 1:sendonly/sendonly',
      '0:sendrecv/sendrecv 1:recvonly/recvonly',
    ])
    first.direction = 'inactive'
    offerer.pc.restartIce()
    expect((await round(offerer, answerer)).states).toEqual([
      '0:inactive/inactive 1:recvonly/recvonly',
      '0:sendrecv/inactive 1:sendonly/sendonly',
    ])
  })

  test('a line that is stopped, and taken by another', async () => {
    const [offerer, answerer] = sides()
    const stopped = offerer.pc.addTransceiver('audio')
    offerer.pc.addTransceiver('audio')
    await round(offerer, answerer)
    stopped.stop()
    expect((await round(offerer, answerer)).states).toEqual(['1:sendrecv/sendonly', '1:recvonly/recvonly'])
    offerer.pc.addTransceiver('video')
    expect((await round(offerer, answerer)).offer).toEqual(['video 2 sendrecv', 'audio 1 sendrecv'])
    await round(answerer, offerer)
  })

  test('an offer that is taken back', async () => {
    const [offerer, answerer] = sides()
    offerer.pc.addTransceiver('audio')
    await offerer.wait(offerer.pc.setLocalDescription(await offerer.wait(offerer.pc.createOffer())))
    await offerer.wait(offerer.pc.setLocalDescription({ type: 'rollback' }))
    expect((await round(offerer, answerer)).offer).toEqual(['audio 1 sendrecv'])
  })
})

/** The simulator's offer that Chromium refuses, and the other way round: with the same name. */
describe('both refuse the same', () => {
  const without = (attribute: string) => (sdp: string) => sdp.replace(new RegExp(`^a=${attribute}.*\r\n`, 'gm'), '')
  const cases: [string, (sdp: string) => string][] = [
    ['nothing', () => ''],
    ['rubbish', () => 'hello'],
    ['no fingerprint', without('fingerprint')],
    ['no ufrag', without('ice-ufrag')],
    ['no password', without('ice-pwd')],
    ['a short ufrag', (sdp) => sdp.replace(/^a=ice-ufrag:.*$/gm, 'a=ice-ufrag:ab\r')],
    ['no setup', without('setup')],
    ['no rtcp-mux', without('rtcp-mux')],
    ['two lines of one mid', (sdp) => sdp.replace('a=mid:1', 'a=mid:0')],
    ['lines that end with a line feed alone', (sdp) => sdp.replaceAll('\r\n', '\n')],
    ['no end of the last line', (sdp) => sdp.replace(/\r\n$/, '')],
    ['a line without a name', (sdp) => sdp.replace('s=-\r\n', 's=-\r\nthis is bad\r\n')],
    ['a port that is none', (sdp) => sdp.replace('m=audio 9', 'm=audio x')],
    ['a candidate that is none', (sdp) => sdp.replace('a=mid:0', 'a=candidate:x\r\na=mid:0')],
    ['a mid in BUNDLE that no line has', (sdp) => sdp.replace('BUNDLE 0', 'BUNDLE 9 0')],
    ['no time', (sdp) => sdp.replace('t=0 0\r\n', '')],
    ['no session name', (sdp) => sdp.replace('s=-\r\n', '')],
    ['a fingerprint that is none', (sdp) => sdp.replace(/^a=fingerprint:.*$/gm, 'a=fingerprint:sha-256 zz\r')],
    [
      'a line that is bundled only',
      (sdp) => sdp.replace('m=video 9', 'm=video 0').replace('a=mid:1', 'a=mid:1\r\na=bundle-only'),
    ],
    ['an unknown attribute', (sdp) => sdp.replace('a=mid:0', 'a=mid:0\r\na=foo:bar')],
    ['a rejected line', (sdp) => sdp.replace('m=video 9', 'm=video 0').replace(/(BUNDLE 0) 1/, '$1')],
  ]

  test.each(cases)('%s', async (_, change) => {
    const offerer = new RTCPeerConnection()
    offerer.addTransceiver('audio')
    offerer.addTransceiver('video')
    offerer.createDataChannel('x')
    const { sdp = '' } = await offerer.createOffer()
    offerer.close()
    const outcome = ({ pc, wait }: Side) =>
      wait(pc.setRemoteDescription({ type: 'offer', sdp: change(sdp) })).then(
        () => pc.signalingState,
        (error: Error) => error.name,
      )
    expect(await outcome(simulated)).toBe(await outcome(real))
  })
})
