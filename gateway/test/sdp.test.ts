import { expect, test } from 'vitest'
import { answerWriter } from '../src/sdp/answer.js'
import { decompressSdp } from '../src/sdp/compressed.js'
import { type Direction, hasFingerprint, isNegotiable, type OfferLine, parseOffer } from '../src/sdp/offer.js'

/** A section as werift would write it: it knows nothing of msids, and prints its SSRCs everywhere. */
const section = (mid: string) => `m=video 9 UDP/TLS/RTP/SAVPF 96
a=candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host generation 0 ufrag old
a=end-of-candidates
a=ice-ufrag:new
a=ice-lite
a=recvonly
a=mid:${mid}
a=ssrc-group:FID 1${mid} 2${mid}
a=ssrc:1${mid} cname:c
a=ssrc:2${mid} cname:c
a=simulcast:recv 0;1 
`
const sdpOf = (...sections: string[]) => `v=0\na=group:BUNDLE 0\n${sections.join('')}`.replaceAll('\n', '\r\n')

type Offered = readonly [mid: string, direction: Direction]
const lineOf = ([mid, direction]: Offered): OfferLine => ({
  kind: 'video',
  mid,
  direction,
  simulcast: false,
  lines: [],
})

/** Answers one offer after the other. */
const answering = () => {
  const writer = answerWriter()
  return (...offered: Offered[]) => writer.write(sdpOf(...offered.map(([mid]) => section(mid))), offered.map(lineOf))
}
const all = (sdp: string, name: string) => [...sdp.matchAll(new RegExp(`^a=${name}:(.*)\r$`, 'gm'))].map(([, of]) => of)
const directions = (sdp: string) => [...sdp.matchAll(/^a=(\w+)\r$/gm)].map(([, direction]) => direction)
const pair = expect.stringMatching(/^[\w-]{20,} [\w-]{20,}$/)

test('candidates stand in the first section only, with the present ufrag, an ssltcp one beside each', () => {
  const sdp = answering()(['0', 'sendonly'], ['1', 'sendonly'])
  expect(all(sdp, 'candidate')).toEqual([
    '1 1 udp 2130706431 127.0.0.1 5000 typ host generation 0 ufrag new',
    '11 1 ssltcp 2126512127 127.0.0.1 5000 typ host generation 0 ufrag new',
  ])
  expect(sdp.indexOf('a=candidate')).toBeLessThan(sdp.indexOf('a=mid:1'))
  expect(sdp).not.toMatch(/ice-lite|end-of-candidates/)
  expect(sdp).not.toMatch(/ \r\n/)
})

test('sender lines show a stream of their own, receiver lines the position among those that send now', () => {
  const answer = answering()
  const first = answer(['0', 'sendonly'], ['1', 'recvonly'], ['2', 'recvonly'])
  expect(directions(first)).toEqual(['recvonly', 'sendonly', 'sendonly'])
  expect(all(first, 'msid')).toEqual([pair, 'video_0 video_0', 'video_1 video_1'])
  expect(first).toContain('a=ssrc-group:FID 11 21\r\na=ssrc:11 cname:video_0\r\na=ssrc:11 msid:video_0 video_0\r\n')
  expect(first).not.toContain('a=ssrc:10 ')
  const second = answer(['0', 'sendonly'], ['1', 'inactive'], ['2', 'recvonly'])
  expect(directions(second)).toEqual(['recvonly', 'inactive', 'sendonly'])
  expect(all(second, 'msid')).toEqual([all(first, 'msid')[0], pair, 'video_0 video_0'])
  // what was told once is told again, but under the name that the line has for itself
  expect(second).toContain(`a=ssrc:11 msid:${all(second, 'msid')[1]}\r\n`)
})

test('a line that sends both ways has a stream and SSRCs of its own, and does not count as receiver', () => {
  const sdp = answering()(['0', 'sendrecv'], ['1', 'recvonly'])
  expect(directions(sdp)).toEqual(['sendrecv', 'sendonly'])
  const [msid, receiver] = all(sdp, 'msid')
  expect([msid, receiver]).toEqual([pair, 'video_0 video_0'])
  expect(all(sdp, 'ssrc').slice(1, 2)).toEqual([`10 msid:${msid}`])
})

test('a simulcast line that sends both ways shows no SSRC', () => {
  const both = { ...lineOf(['0', 'sendrecv']), simulcast: true }
  const sdp = answerWriter().write(sdpOf(section('0')), [both])
  expect(directions(sdp)).toEqual(['sendrecv'])
  expect(sdp).not.toContain('a=ssrc')
})

test('a line that was inactive is answered by its direction again; one that never sent shows no SSRC', () => {
  const answer = answering()
  const [msid] = all(answer(['0', 'sendonly']), 'msid')
  const quiet = answer(['0', 'inactive'])
  const back = answer(['0', 'sendonly'])
  expect([quiet, back].flatMap(directions)).toEqual(['inactive', 'recvonly'])
  expect([quiet, back].map((sdp) => all(sdp, 'msid'))).toEqual([[msid], [msid]])
  expect(quiet + back).not.toContain('a=ssrc')
})

test('every line that was ever answered stays in the answer and in BUNDLE', () => {
  const answer = answering()
  answer(['0', 'sendonly'], ['1', 'recvonly'])
  expect(all(answer(['0', 'sendonly']), 'mid')).toEqual(['0', '1'])
  const quiet = answer(['0', 'sendonly'], ['1', 'inactive'])
  expect(quiet).toContain('a=group:BUNDLE 0 1\r\n')
  expect(directions(quiet)).toEqual(['recvonly', 'inactive'])
  expect(all(answer(['0', 'sendonly'], ['x', 'recvonly']), 'mid')).toEqual(['0', '1', 'x'])
})

test('a line that stands elsewhere than where it was remembered is refused', () => {
  const writer = answerWriter()
  const keepsOrder = (...mids: string[]) => writer.keepsOrder(mids.map((mid) => lineOf([mid, 'sendonly'])))
  const channel: OfferLine = { ...lineOf(['2', 'sendrecv']), kind: 'application' }
  expect(keepsOrder('0', '0')).toBe(true)
  writer.write(sdpOf(section('0'), section('1'), section('2')), [
    lineOf(['0', 'sendonly']),
    lineOf(['1', 'sendonly']),
    channel,
  ])
  expect(keepsOrder('0', '1')).toBe(true)
  expect(keepsOrder('0', 'x')).toBe(true)
  expect(keepsOrder('1')).toBe(false)
  expect(writer.keepsOrder([lineOf(['0', 'sendonly']), channel])).toBe(false)
  expect(writer.keepsOrder([lineOf(['0', 'sendonly']), lineOf(['1', 'sendonly']), { ...channel, mid: 'y' }])).toBe(true)
})

test('mids are cut to 16 letters and digits, in the group too', () => {
  const mids = ['a-b.c', 'ä1', 'x'.repeat(20)]
  const group = `v=0\na=group:BUNDLE ${mids.join(' ')}\n`
  const offer = parseOffer(group + mids.map((mid) => `m=audio 9 X 1\na=inactive\na=mid:${mid}\n`).join(''))
  const kept = ['a_b_c', '_1', 'x'.repeat(16)]
  expect(offer?.media.map(({ mid }) => mid)).toEqual(kept)
  expect(offer?.session).toContain(`a=group:BUNDLE ${kept.join(' ')}`)
  expect(offer?.media[0]?.lines).toContain('a=mid:a_b_c')
})

test('an offer is parsed line by line, and its ports say nothing', () => {
  const audio = 'm=audio 0 X 1\na=sendrecv\na=mid:a\n'
  const offer = parseOffer(sdpOf(audio, 'm=video 0 X 1\na=bundle-only\na=recvonly\na=mid:b\n'))
  expect(offer?.media).toMatchObject([
    { kind: 'audio', mid: 'a', direction: 'sendrecv', simulcast: false },
    { kind: 'video', mid: 'b', direction: 'recvonly', simulcast: false },
  ])
  for (const none of ['', 'x', 'v=0\r\n', 'v=0\r\nm=text 9 X 1\r\n']) expect(parseOffer(none)).toBeUndefined()
  for (const missing of ['a=sendrecv\n', 'a=mid:a\n']) {
    expect(parseOffer(sdpOf(audio.replace(missing, ''))), missing).toBeUndefined()
  }
  expect(parseOffer(sdpOf(`${audio}a=inactive\n`))).toBeUndefined()
  const complete = parseOffer(sdpOf(`${audio}a=ice-ufrag:u\na=ice-pwd:p\n`))
  expect(complete && isNegotiable(complete)).toBe(true)
  expect(complete && hasFingerprint(complete)).toBe(false)
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
