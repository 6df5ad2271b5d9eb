import { expect, test } from 'vitest'
import { answerWriter, type AnswerRole } from '../src/sdp/answer.js'
import { decompressSdp } from '../src/sdp/compressed.js'
import { isNegotiable, parseOffer } from '../src/sdp/offer.js'

const line = (mid: string, direction: string, port = 9) => `m=video ${port} UDP/TLS/RTP/SAVPF 96
a=candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host generation 0 ufrag old
a=end-of-candidates
a=ice-ufrag:new
a=ice-lite
a=${direction}
a=mid:${mid}
a=ssrc-group:FID 1${mid} 2${mid}
a=ssrc:1${mid} cname:c
a=ssrc:2${mid} cname:c
`
const answer = (...lines: string[]) => `v=0\na=group:BUNDLE 0\n${lines.join('')}`.replaceAll('\n', '\r\n')
const roles =
  (...receivers: string[]) =>
  (mid: string): AnswerRole =>
    receivers.includes(mid) ? { is: 'receiver' } : { is: 'sender', msid: `stream-${mid} track-${mid}` }
const msids = (sdp: string) => [...sdp.matchAll(/^a=msid:(.*)\r$/gm)].map(([, msid]) => msid)
const mids = (sdp: string) => [...sdp.matchAll(/^a=mid:(.*)\r$/gm)].map(([, mid]) => mid)

test('candidates stand in the first section only, with the present ufrag, an ssltcp one beside each', () => {
  const sdp = answerWriter()(answer(line('0', 'recvonly'), line('1', 'recvonly')), roles())
  expect(sdp.split('\r\n').filter((text) => text.startsWith('a=candidate'))).toEqual([
    'a=candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host generation 0 ufrag new',
    'a=candidate:11 1 ssltcp 2126512127 127.0.0.1 5000 typ host generation 0 ufrag new',
  ])
  expect(sdp.indexOf('a=candidate')).toBeLessThan(sdp.indexOf('a=mid:1'))
  expect(sdp).not.toMatch(/ice-lite|end-of-candidates/)
})

test('sender lines show a stream of their own, receiver lines the position among those that send now', () => {
  const write = answerWriter()
  const all = [line('0', 'recvonly'), line('1', 'sendonly'), line('2', 'sendonly')]
  const first = write(answer(...all), roles('1', '2'))
  expect(msids(first)).toEqual(['stream-0 track-0', 'video_0 video_0', 'video_1 video_1'])
  expect(first).toContain('a=ssrc-group:FID 11 21\r\na=ssrc:11 cname:c\r\na=ssrc:11 msid:video_0 video_0\r\n')
  expect(first).not.toContain('a=ssrc:10 ')
  const second = write(answer(all[0] ?? '', line('1', 'inactive'), all[2] ?? ''), roles('2'))
  expect(msids(second)).toEqual(['stream-0 track-0', 'video_0 video_0'])
})

test('every line that was ever answered stays in the answer and in BUNDLE', () => {
  const write = answerWriter()
  write(answer(line('0', 'recvonly'), line('1', 'sendonly')), roles('1'))
  const left = write(answer(line('0', 'recvonly')), roles('1'))
  expect(mids(left)).toEqual(['0', '1'])
  const stopped = write(answer(line('0', 'recvonly'), line('1', 'inactive', 0)), roles())
  expect(stopped).toContain('a=group:BUNDLE 0 1\r\n')
  expect(stopped).not.toMatch(/^m=video 0 /m)
  expect(stopped.slice(stopped.indexOf('a=mid:0'))).toContain('a=inactive\r\n')
  const renamed = write(answer(line('0', 'recvonly'), line('x', 'sendonly')), roles('x'))
  expect(mids(renamed)).toEqual(['0', '1', 'x'])
})

test('an offer is parsed line by line; stopped is only what is not bundle-only', () => {
  const offer = parseOffer(answer('m=audio 0 X 1\na=mid:a\n', 'm=video 0 X 1\na=bundle-only\na=recvonly\na=mid:b\n'))
  expect(offer?.media).toMatchObject([
    { kind: 'audio', mid: 'a', direction: 'sendrecv', stopped: true, simulcast: false },
    { kind: 'video', mid: 'b', direction: 'recvonly', stopped: false, simulcast: false },
  ])
  for (const none of ['', 'x', 'v=0\r\n', 'v=0\r\nm=text 9 X 1\r\n']) expect(parseOffer(none)).toBeUndefined()
  const complete = parseOffer(answer('m=audio 9 X 1\na=ice-ufrag:u\na=ice-pwd:p\n'))
  expect(complete && isNegotiable(complete)).toBe(true)
  expect(offer && isNegotiable(offer)).toBe(false)
})

test('a compressed SDP is one LZ4 block behind its size', () => {
  // literals "abc", then a match of 6 at distance 3, then literals "!"
  const block = [0x32, 0x61, 0x62, 0x63, 3, 0, 0x10, 0x21]
  expect(decompressSdp(Buffer.from([10, 0, 0, 0, ...block]))).toBe('abcabcabc!')
  const long = 'x'.repeat(300)
  expect(decompressSdp(Buffer.from([44, 1, 0, 0, 0xf0, 255, 30, ...Buffer.from(long)]))).toBe(long)
  expect(decompressSdp(Buffer.from([11, 0, 0, 0, ...block]))).toBeUndefined()
  expect(decompressSdp(Buffer.from([0xff, 0xff, 0xff, 0x7f, ...block]))).toBeUndefined()
  expect(decompressSdp(Buffer.from([1]))).toBeUndefined()
})
