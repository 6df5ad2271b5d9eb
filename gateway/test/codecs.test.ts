import { expect, test } from 'vitest'
import { codecBook, withoutPlaceholder } from '../src/sdp/codecs.js'
import { extensionBook } from '../src/sdp/extensions.js'

/** `a=fmtp` by payload type and encoding, each with RTX one number higher. */
const line = (
  direction: string,
  ...codecs: readonly (readonly [number: number, encoding: string, format?: string])[]
) => [
  `m=video 9 UDP/TLS/RTP/SAVPF ${codecs.flatMap(([number]) => [number, number + 1]).join(' ')}`,
  `a=${direction}`,
  ...codecs.flatMap(([number, encoding, format]) => [
    `a=rtpmap:${number} ${encoding}/90000`,
    `a=rtcp-fb:${number} ccm fir`,
    ...(format === undefined ? [] : [`a=fmtp:${number} ${format}`]),
    `a=rtpmap:${number + 1} rtx/90000`,
    `a=fmtp:${number + 1} apt=${number}`,
  ]),
  'a=mid:0',
]
const numbers = (lines: readonly string[]) => lines[0]?.split(' ').slice(3).map(Number)
const kept = (...codecs: Parameters<typeof line> extends [string, ...infer C] ? C : never) =>
  numbers(codecBook().reduce('0', line('recvonly', ...codecs)))

test('known codecs are answered in the order of the server, with its parameters and RTX', () => {
  const reduced = codecBook().reduce(
    '0',
    line('recvonly', [45, 'AV1'], [98, 'VP9', 'profile-id=0'], [100, 'VP9', 'profile-id=2'], [96, 'VP8']),
  )
  expect(reduced).toEqual([
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101',
    'a=recvonly',
    'a=mid:0',
    'a=rtpmap:96 VP8/90000',
    ...['goog-remb', 'ccm fir', 'nack', 'nack pli'].map((feedback) => `a=rtcp-fb:96 ${feedback}`),
    'a=rtpmap:97 rtx/90000',
    'a=fmtp:97 apt=96',
    'a=rtpmap:98 VP9/90000',
    ...['goog-remb', 'ccm fir', 'nack', 'nack pli'].map((feedback) => `a=rtcp-fb:98 ${feedback}`),
    'a=fmtp:98 profile-id=0',
    'a=rtpmap:99 rtx/90000',
    'a=fmtp:99 apt=98',
    'a=rtpmap:100 VP9/90000',
    ...['goog-remb', 'ccm fir', 'nack', 'nack pli'].map((feedback) => `a=rtcp-fb:100 ${feedback}`),
    'a=fmtp:100 profile-id=2',
    'a=rtpmap:101 rtx/90000',
    'a=fmtp:101 apt=100',
  ])
})

test('audio is opus alone', () => {
  const audio = ['m=audio 9 X 111 63 0', 'a=sendonly', 'a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=20']
  expect(codecBook().reduce('0', [...audio, 'a=rtpmap:63 red/48000/2', 'a=rtpmap:0 PCMU/8000'])).toEqual([
    'm=audio 9 X 111',
    'a=sendonly',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
  ])
})

test('H264 is told apart by profile, level and packetization mode, VP9 by profile', () => {
  const h264 = (number: number, id: string, mode: 0 | 1) =>
    [number, 'H264', `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${id}`] as const
  expect(kept(h264(70, '64001f', 1), h264(50, '42001f', 0), h264(60, '42E01F', 1), h264(40, '42001f', 1))).toEqual([
    40, 41, 50, 51, 60, 61, 70, 71,
  ])
  // constrained high, another level, high with single NAL units, and a profile nobody knows
  expect(
    kept(h264(40, '640c1f', 1), h264(50, '42e034', 1), h264(60, '64001f', 0), h264(70, 'f4001f', 1), [96, 'VP8']),
  ).toEqual([96, 97])
  expect(kept([40, 'H264'])).toEqual([40, 41])
  expect(kept([40, 'VP9'], [50, 'VP9', 'profile-id=1'], [96, 'VP8', 'max-fs=12288'])).toEqual([96, 97])
})

test('the first line decides the payload types', () => {
  const book = codecBook()
  expect(numbers(book.reduce('0', line('sendonly', [96, 'VP8'])))).toEqual([96, 97])
  expect(numbers(book.reduce('1', line('sendonly', [120, 'VP8'])))).toEqual([96, 97])
  const receiving = book.reduce('2', line('recvonly', [120, 'VP8'], [98, 'VP9', 'profile-id=0']))
  expect(numbers(receiving)).toEqual([98, 99])
})

test('a line keeps the codecs with which it began', () => {
  const book = codecBook()
  const first = book.reduce('0', line('recvonly', [96, 'VP8'], [98, 'VP9', 'profile-id=0']))
  expect(book.reduce('0', line('recvonly', [96, 'VP8'], [120, 'H264']))).toEqual(first)
})

test('a line without any known codec is accepted with an empty list', () => {
  const book = codecBook()
  const unknown = line('recvonly', [45, 'AV1'])
  // werift is shown one codec, which is taken back from its answer
  const shown = book.reduce('0', unknown)
  expect(shown).toContain('a=rtpmap:19 VP8/90000')
  expect(withoutPlaceholder(shown)).toEqual(['m=video 9 UDP/TLS/RTP/SAVPF ', 'a=recvonly', 'a=mid:0'])
  expect(numbers(book.reduce('0', line('recvonly', [96, 'VP8'])))).toEqual([96, 97])
  const channel = ['m=application 9 X webrtc-datachannel']
  expect(book.reduce('1', channel)).toEqual(channel)
  expect(withoutPlaceholder(channel)).toEqual(channel)
})

test('the first line that offers a header extension decides its number, and others leave it out', () => {
  const book = extensionBook()
  const first = ['m=video 9 X 96', 'a=extmap:3 urn:a', 'a=extmap:4/sendonly urn:b']
  expect(book.reduce(first)).toEqual(first)
  expect(book.reduce(['a=extmap:4 urn:a', 'a=extmap:4 urn:b', 'a=extmap:5 urn:c', 'a=mid:1'])).toEqual([
    'a=extmap:4 urn:b',
    'a=extmap:5 urn:c',
    'a=mid:1',
  ])
  expect(book.reduce(['a=extmap:3 urn:a', 'a=extmap:6 urn:c'])).toEqual(['a=extmap:3 urn:a'])
})
