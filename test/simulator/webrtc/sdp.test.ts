import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'sdp-transform'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { flaw } from '../../../src/testing/webrtc/sdp-grammar.js'
import { readDescription } from '../../../src/testing/webrtc/sdp-read.js'
import { lines, NOTHING, shape, world, type World } from './world.js'

let stage: World

beforeEach(() => {
  stage = world()
})

afterEach(async () => {
  expect(await stage.close()).toEqual(NOTHING)
})

const layers = [{ rid: '0', scaleResolutionDownBy: 4 }, { rid: '1', scaleResolutionDownBy: 2 }, { rid: '2' }]

/** A connection with a line of each kind. */
const full = ({ a, here }: World) => {
  a.createDataChannel('x')
  a.addTransceiver(here.track('audio', { id: 'mic' }), { streams: [new here.MediaStream()] })
  a.addTransceiver(here.track('video'), { direction: 'sendonly', sendEncodings: layers })
  a.addTransceiver(here.track('video'), { direction: 'sendonly' })
  a.addTransceiver('video', { direction: 'recvonly' })
}

test('an offer has what JSEP 5.2.1 demands', async () => {
  full(stage)
  const { sdp = '' } = await stage.until(stage.a.createOffer())
  const { groups, media, msidSemantic } = parse(sdp)
  expect(groups).toEqual([{ type: 'BUNDLE', mids: '0 1 2 3 4' }])
  expect(msidSemantic?.semantic).toBe('WMS')
  for (const { iceUfrag, icePwd, iceOptions, fingerprint, setup } of media)
    expect([String(iceUfrag).length, String(icePwd).length, iceOptions, fingerprint?.type, setup]).toEqual([
      4,
      24,
      'trickle',
      'sha-256',
      'actpass',
    ])
  const [audio, layered, single, receiving, channel] = media
  expect(audio?.rtp).toEqual([{ payload: 111, codec: 'opus', rate: 48_000, encoding: 2 }])
  expect(audio?.msid?.map(({ appdata }) => appdata)).toEqual(['mic'])
  expect(audio?.ssrcs?.map(({ attribute }) => attribute)).toEqual(['cname', 'msid'])
  expect(layered?.simulcast).toEqual({ dir1: 'send', list1: '0;1;2' })
  expect([layered?.rids?.length, layered?.ssrcs, layered?.ssrcGroups]).toEqual([3, undefined, undefined])
  expect(single?.ssrcGroups?.map(({ semantics }) => semantics)).toEqual(['FID'])
  expect(single?.rtp.map(({ payload, codec }) => `${payload} ${codec}`)).toEqual([
    '96 VP8',
    '97 rtx',
    '98 VP9',
    '99 rtx',
    '102 H264',
    '103 rtx',
  ])
  expect([receiving?.msid, receiving?.direction]).toEqual([undefined, 'recvonly'])
  expect([channel?.sctpPort, channel?.maxMessageSize, channel?.protocol]).toEqual([5_000, 262_144, 'UDP/DTLS/SCTP'])
})

test('what is written reads as it was meant', async () => {
  full(stage)
  const { sdp = '' } = await stage.until(stage.a.createOffer())
  const { bundle, sections, trickle, lite } = readDescription('offer', sdp)
  expect([bundle, trickle, lite]).toEqual([['0', '1', '2', '3', '4'], true, false])
  expect(sections.map(({ kind, mid, direction, rejected }) => ({ kind, mid, direction, rejected }))).toEqual([
    { kind: 'audio', mid: '0', direction: 'sendrecv', rejected: false },
    { kind: 'video', mid: '1', direction: 'sendonly', rejected: false },
    { kind: 'video', mid: '2', direction: 'sendonly', rejected: false },
    { kind: 'video', mid: '3', direction: 'recvonly', rejected: false },
    { kind: 'application', mid: '4', direction: 'sendrecv', rejected: false },
  ])
  expect(sections[1]?.rids.map(({ id, direction }) => `${id} ${direction}`)).toEqual(['0 send', '1 send', '2 send'])
  expect(sections[2]?.sources?.ssrcs.length).toBe(1)
})

test('an answer takes what both can, with the numbers and in the order of the offer (JSEP 5.3.1)', async () => {
  const { a, b, until } = stage
  a.addTransceiver('video')
  const { sdp = '' } = await until(a.createOffer())
  // H264 first, VP8 by another number, VP9 not at all.
  const offered = sdp
    .replace(/(m=video \d+ \S+) .*/, '$1 102 103 120 121 39')
    .replaceAll(/:9[89] .*\r\n/g, ':39 AV1/90000\r\n')
    .replaceAll(':96 ', ':120 ')
    .replaceAll(':97 rtx', ':121 rtx')
    .replaceAll('a=fmtp:97 apt=96', 'a=fmtp:121 apt=120')
  await until(b.setRemoteDescription({ type: 'offer', sdp: offered }))
  const answer = parse((await until(b.createAnswer())).sdp as string)
  expect(answer.media[0]?.rtp.map(({ payload, codec }) => `${payload} ${codec}`)).toEqual([
    '102 H264',
    '103 rtx',
    '120 VP8',
    '121 rtx',
  ])
  // What has a number keeps it, also in later offers of the other side.
  await until(b.setLocalDescription())
  const next = parse((await until(b.createOffer())).sdp as string)
  expect(next.media[0]?.rtp.map(({ payload, codec }) => `${payload} ${codec}`)).toContain('120 VP8')
})

test('a wish for codecs is the order of offers and answers (webrtc-pc 5.4)', async () => {
  const { a, b, until } = stage
  const video = a.addTransceiver('video')
  const named = (...names: string[]) =>
    (RTCRtpReceiverOf(video).getCapabilities('video')?.codecs ?? []).filter(({ mimeType }) => names.includes(mimeType))
  video.setCodecPreferences([...named('video/H264'), ...named('video/VP8')])
  const offer = await until(a.createOffer())
  expect(parse(offer.sdp as string).media[0]?.payloads).toBe('102 96')
  await until(b.setRemoteDescription(offer))
  b.getTransceivers()[0]?.setCodecPreferences(named('video/VP8', 'video/rtx'))
  expect(parse((await until(b.createAnswer())).sdp as string).media[0]?.payloads).toBe(96)
})

const RTCRtpReceiverOf = ({ receiver }: RTCRtpTransceiver) => receiver.constructor as typeof RTCRtpReceiver

test('an answerer of layers says which it takes', async () => {
  const { a, here, negotiate } = stage
  a.addTransceiver(here.track('video'), { direction: 'sendonly', sendEncodings: layers })
  const { answer } = await negotiate()
  expect(parse(answer).media[0]?.simulcast).toEqual({ dir1: 'recv', list1: '0;1;2' })
})

describe('grammar (RFC 8866 section 9)', () => {
  const good = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n'
  const cases: [string, string, boolean][] = [
    ['the least', good, true],
    ['line feeds alone', good.replaceAll('\r\n', '\n'), true],
    ['nothing', '', false],
    ['no end', good.trimEnd(), false],
    ['no time', good.replace('t=0 0\r\n', ''), false],
    ['no origin', good.replace(/o=.*\r\n/, ''), false],
    ['an empty line', good.replace('s=-\r\n', 's=-\r\n\r\n'), false],
    ['an attribute that nobody knows', `${good}a=foo:bar\r\n`, true],
    ['a fingerprint', `${good}a=fingerprint:sha-256 AB:CD\r\n`, true],
    ['a fingerprint that is none', `${good}a=fingerprint:sha-256 xy\r\n`, false],
    ['a line without a port', `${good}m=audio UDP 0\r\n`, false],
  ]

  test.each(cases)('%s', (_, sdp, right) => {
    expect(flaw(sdp) === undefined).toBe(right)
  })
})

/** Everything that the real server and libwebrtc said, out of the golden captures. */
const captured = (): [string, string, string][] => {
  const folder = new URL('../../golden/', import.meta.url)
  const found: [string, string, string][] = []
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const { connect } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    const { request, response } = connect ?? {}
    const answer = response?.sdp
    if (request?.sdp && answer) found.push([file, request.sdp.join('\r\n'), answer.join('\r\n')])
  }
  return found
}

describe('what a libwebrtc client offered and the real server answered', () => {
  const ended = (sdp: string) => (sdp.endsWith('\r\n') ? sdp : `${sdp}\r\n`)

  test('there is some', () => {
    expect(captured().length).toBeGreaterThan(4)
  })

  test.each(captured())('%s', async (_, offer, answer) => {
    const { a, b, until } = stage
    // The offer is taken and answered.
    await until(b.setRemoteDescription({ type: 'offer', sdp: ended(offer) }))
    await until(b.setLocalDescription())
    expect(shape(b.localDescription?.sdp).length).toBe(shape(ended(offer)).length)
    // The answer is taken for an offer of the same lines.
    const read = readDescription('offer', ended(offer))
    for (const { kind, direction } of read.sections)
      if (kind === 'application') a.createDataChannel('data')
      else a.addTransceiver(kind, { direction })
    const own = await until(a.createOffer())
    const mids = new Map(
      readDescription('offer', own.sdp as string).sections.map(({ mid }, at) => [mid, read.sections[at]?.mid]),
    )
    const sdp = (own.sdp as string)
      .replace(/^(a=mid:)(.*)$/gm, (_, name: string, mid: string) => name + mids.get(mid.trim()))
      .replace(
        /^(a=group:BUNDLE )(.*)$/gm,
        (_, name: string, list: string) =>
          name +
          list
            .trim()
            .split(' ')
            .map((mid) => mids.get(mid))
            .join(' '),
      )
    await until(a.setLocalDescription({ type: 'offer', sdp }))
    await until(a.setRemoteDescription({ type: 'answer', sdp: ended(answer) }))
    expect([a.signalingState, lines(a).includes('null')]).toEqual(['stable', false])
  })
})
