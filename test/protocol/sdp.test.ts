import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atm0sV01 } from '../../src/protocol/atm0s-v01.js'
import { mediaLines, mismatch, withMids } from '../../src/protocol/sdp.js'

type SdpLines = string[]

interface Capture {
  readonly connect: { readonly request: { sdp: SdpLines }; readonly response: { sdp: SdpLines } }
  readonly channel: readonly {
    readonly from: string
    readonly frame: { type: string; req_id?: number; success?: boolean; data?: { sdp?: SdpLines | string } | null }
  }[]
}

const capture = (name: string): Capture => {
  const read = JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'))
  return read.bob ?? read
}

/** An SDP of a capture as it was on the wire. */
const wire = (lines: SdpLines): string => lines.map((line) => `${line}\r\n`).join('')

/** Every offer of a capture with the answer that the server gave to it: by HTTP, then over the channel. */
const pairs = (name: string): [offer: string, answer: string][] => {
  const { connect, channel } = capture(name)
  const later = channel.flatMap(({ from, frame }): [string, string][] => {
    const offer = frame.data?.sdp
    if (from !== 'client' || !Array.isArray(offer)) return []
    const answer = channel.find((other) => other.from === 'server' && other.frame.req_id === frame.req_id)
    const data = answer?.frame.data
    if (!data || !Array.isArray(data.sdp)) return []
    const sdp = atm0sV01.answerSdp({ ...data, sdp: wire(data.sdp) })
    return sdp === undefined ? [] : [[wire(offer), sdp]]
  })
  return [[wire(connect.request.sdp), wire(connect.response.sdp)], ...later]
}

const GOLDEN: Record<string, { kind: string; mid: string }[][]> = {
  connect: [lines('audio video audio video application')],
  'two-peers': [lines('audio video application')],
  renegotiation: [lines('audio audio application'), lines('audio audio application video video')],
  'ice-restart': [lines('audio application'), lines('audio application')],
  'line-inactive': [lines('audio video video video application'), lines('audio video video video application')],
  simulcast: [lines('video application')],
  unanswered: [lines('video application')],
}

/** What is expected of an SDP whose mids count from 0. */
function lines(kinds: string) {
  return kinds.split(' ').map((kind, index) => ({ kind, mid: String(index) }))
}

const sdp = (mids: string[], { group = mids, end = '\r\n', fingerprint = true } = {}): string =>
  [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    ...(group.length > 0 ? [`a=group:BUNDLE ${group.join(' ')}`] : []),
    'a=msid-semantic: WMS',
    ...(fingerprint ? ['a=fingerprint:sha-256 00:11'] : []),
    ...mids.flatMap((mid, index) => [
      `m=${index % 2 ? 'video' : 'audio'} 9 UDP/TLS/RTP/SAVPF 96`,
      'c=IN IP4 0.0.0.0',
      `a=mid:${mid}`,
      `a=msid:- a=mid:${mid}`,
      'a=rtpmap:96 m=video a=group:BUNDLE 0 1',
    ]),
    '',
  ].join(end)

describe('what the real server answered', () => {
  test.each(Object.keys(GOLDEN))('%s: every answer has the m-lines of its offer', (name) => {
    const found = pairs(name)
    expect(found.map(([offer]) => mediaLines(offer))).toEqual(GOLDEN[name])
    expect(found.map(([, answer]) => mediaLines(answer))).toEqual(GOLDEN[name])
    expect(found.map(([offer, answer]) => mismatch(offer, answer))).toEqual(found.map(() => undefined))
  })

  test('the answer of another round does not belong to an offer with more lines', () => {
    const [[firstOffer, firstAnswer], [secondOffer, secondAnswer]] = pairs('renegotiation') as [
      [string, string],
      [string, string],
    ]
    expect([mismatch(secondOffer, firstAnswer), mismatch(firstOffer, secondAnswer)]).toEqual([NOT_THOSE, NOT_THOSE])
  })

  test.each(Object.keys(GOLDEN))('%s: an offer with other mids and back is the same offer', (name) => {
    for (const [offer] of pairs(name)) {
      const mids = mediaLines(offer).map(({ mid = '' }) => mid)
      const there = new Map(mids.map((mid, index) => [mid, mids[(index + 1) % mids.length]!]))
      const back = new Map([...there].map(([from, to]) => [to, from]))
      const turned = withMids(offer, there)
      expect(mediaLines(turned).map(({ mid }) => mid)).toEqual([...mids.slice(1), mids[0]])
      expect(withMids(turned, back)).toBe(offer)
      expect(mismatch(turned, turned)).toBeUndefined()
    }
  })
})

const NOT_THOSE = expect.stringContaining('the m-lines of the answer are not') as string

describe('m-lines of a description', () => {
  test.each(['\r\n', '\n'])('kinds and mids in order where a line ends with %j', (end) => {
    expect(mediaLines(sdp(['a', '7', 'x-y'], { end }))).toEqual([
      { kind: 'audio', mid: 'a' },
      { kind: 'video', mid: '7' },
      { kind: 'audio', mid: 'x-y' },
    ])
  })

  test('a line without a mid has none, also when the next one has one', () => {
    expect(mediaLines('v=0\r\nm=audio 9 X 0\r\nm=video 9 X 0\r\na=mid:1\r\n')).toEqual([
      { kind: 'audio', mid: undefined },
      { kind: 'video', mid: '1' },
    ])
  })

  test.each(['', 'v=0\r\ns=-\r\n', 'nonsense m=audio'])('a description without m-lines has none: %j', (text) => {
    expect(mediaLines(text)).toEqual([])
  })
})

describe('other mids', () => {
  test('two lines swap their mids, in the lines and in BUNDLE, and nowhere else', () => {
    const swapped = withMids(
      sdp(['0', '1', '2']),
      new Map([
        ['0', '1'],
        ['1', '0'],
      ]),
    )
    const expected = sdp(['0', '1', '2'])
      .replace('BUNDLE 0 1 2', 'BUNDLE 1 0 2')
      .replace('\r\na=mid:0\r', '\r\na=mid:#\r')
      .replace('\r\na=mid:1\r', '\r\na=mid:0\r')
      .replace('\r\na=mid:#\r', '\r\na=mid:1\r')
    expect(swapped).toBe(expected)
  })

  test('a mid that is the beginning of another is not mixed up with it', () => {
    const renamed = withMids(sdp(['1', '10', '101']), new Map([['1', 'x']]))
    expect(mediaLines(renamed).map(({ mid }) => mid)).toEqual(['x', '10', '101'])
    expect(/^a=group:BUNDLE (.*)$/m.exec(renamed)?.[1]?.trim()).toBe('x 10 101')
  })

  test('signs that mean something to a replacement are taken as they are', () => {
    const renamed = withMids(
      sdp(['a', 'b']),
      new Map([
        ['a', '$&$1'],
        ['b', '$$'],
      ]),
    )
    expect(mediaLines(renamed).map(({ mid }) => mid)).toEqual(['$&$1', '$$'])
  })

  test('without a group and without a mapping the description stays word for word', () => {
    const alone = sdp(['0', '1'], { group: [] })
    expect(withMids(alone, new Map())).toBe(alone)
    expect(withMids(alone, new Map([['5', '6']]))).toBe(alone)
  })

  test('any renaming is undone by its inverse', () => {
    const mid = fc.stringMatching(/^[!#-'*+\-.0-9A-Z^-~]{1,6}$/)
    fc.assert(
      fc.property(fc.uniqueArray(mid, { minLength: 1, maxLength: 6 }), fc.nat(), (mids, turn) => {
        const there = new Map(mids.map((from, index) => [from, mids[(index + turn) % mids.length]!]))
        const back = new Map([...there].map(([from, to]) => [to, from]))
        const turned = withMids(sdp(mids), there)
        expect(mediaLines(turned).map((line) => line.mid)).toEqual(mids.map((from) => there.get(from)))
        expect(withMids(turned, back)).toBe(sdp(mids))
      }),
    )
  })
})

describe('an answer that does not belong to an offer', () => {
  const offer = sdp(['0', '1'])
  test.each([
    ['other mids', sdp(['0', '2']), NOT_THOSE],
    ['another order', sdp(['1', '0']), NOT_THOSE],
    ['another kind', offer.replace('m=video 9', 'm=application 9'), NOT_THOSE],
    ['no mid', offer.replace('\r\na=mid:1\r', '\r'), NOT_THOSE],
    ['an extra line', sdp(['0', '1', '2']), NOT_THOSE],
    ['no fingerprint', sdp(['0', '1'], { fingerprint: false }), 'the answer has no DTLS fingerprint'],
    ['nothing', '', NOT_THOSE],
    ['no description', '<html>', NOT_THOSE],
  ])('%s', (_, answer, why) => {
    expect(mismatch(offer, answer)).toEqual(why)
  })

  test('the fingerprint may stand in an m-line', () => {
    expect(mismatch(offer, `${sdp(['0', '1'], { fingerprint: false })}a=fingerprint:sha-256 00:11\r\n`)).toBeUndefined()
  })
})
