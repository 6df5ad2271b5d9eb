import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { answerSize } from '../../src/protocol/answer-size.js'
import { allowed, fewest, preferred } from '../../src/protocol/codecs.js'
import { encodingsOf } from '../../src/protocol/encodings.js'

const VIDEO = ['VP8', 'rtx', 'VP9/0', 'VP9/2', 'H264/42', 'H264/4d', 'AV1', 'red', 'ulpfec'].map((name) => {
  const [codec, profile] = name.split('/')
  return { mimeType: `video/${codec}`, sdpFmtpLine: profile }
})
const names = (codecs: typeof VIDEO) =>
  codecs.map(({ mimeType, sdpFmtpLine }) => [mimeType.slice(6), sdpFmtpLine].filter(Boolean).join('/'))

describe('codecs', () => {
  test('preferred ones come first, in their order and with all profiles; the others keep theirs', () => {
    expect([
      names(preferred(VIDEO, ['h264', 'VP9'])),
      names(preferred(VIDEO, ['OPUS', 'VP8'])),
      VIDEO[0]?.mimeType,
    ]).toEqual([
      ['H264/42', 'H264/4d', 'VP9/0', 'VP9/2', 'VP8', 'rtx', 'AV1', 'red', 'ulpfec'],
      names(VIDEO),
      'video/VP8',
    ])
  })

  test('of the allowed ones nothing else is left but retransmission; a list for the other kind allows all', () => {
    expect([
      names(allowed(VIDEO, ['VP9', 'OPUS'])),
      names(allowed(VIDEO, ['OPUS'])),
      names(allowed(VIDEO, [])),
    ]).toEqual([['rtx', 'VP9/0', 'VP9/2'], names(VIDEO), names(VIDEO)])
  })

  test('the fewest are the first profile of each', () => {
    expect(names(fewest(VIDEO))).toEqual(['VP8', 'rtx', 'VP9/0', 'H264/42', 'AV1', 'red', 'ulpfec'])
  })
})

describe('encodings', () => {
  test.each([
    ['nothing set', 'video', {}, []],
    ['a bound', 'audio', { max_bitrate: 32_000 }, [{ maxBitrate: 32_000 }]],
    ['layers are for pictures', 'audio', { simulcast: true }, []],
    [
      'three layers',
      'video',
      { simulcast: true },
      [
        { rid: '0', scaleResolutionDownBy: 4 },
        { rid: '1', scaleResolutionDownBy: 2 },
        { rid: '2', scaleResolutionDownBy: 1 },
      ],
    ],
    [
      'a screen in two layers, bounded',
      'video',
      { simulcast: true, screen: true, max_bitrate: 1_000 },
      [
        { rid: '0', scaleResolutionDownBy: 2, maxBitrate: 200 },
        { rid: '1', scaleResolutionDownBy: 1, maxBitrate: 800 },
      ],
    ],
  ] as const)('%s', (_, kind, sender, encodings) => {
    expect(encodingsOf(kind, sender)).toEqual(encodings)
  })
})

describe('the size of an answer', () => {
  interface Exchange {
    connect: { request: { sdp: string[] }; response: { sdp: string[] } }
    channel: { frame?: { data?: { sdp?: string[] } } }[]
  }
  const golden = JSON.parse(readFileSync(new URL('../golden/renegotiation.json', import.meta.url), 'utf8')) as Exchange
  const text = (lines: string[]) => `${lines.join('\r\n')}\r\n`
  const [offer = '', answer = ''] = golden.channel.flatMap(({ frame }) => {
    const sdp = frame?.data?.sdp
    return Array.isArray(sdp) ? [text(sdp)] : []
  })

  test('is never below that of the real server, for a first line of a kind and for a further one', () => {
    const first = text(golden.connect.response.sdp)
    const real = JSON.stringify(answer).length
    expect(answerSize(offer, first)).toBeGreaterThan(real)
    // Two more lines like the two video lines of the round before: the server repeats what it said of those.
    const [, , , , sending = '', receiving = ''] = offer.split(/^(?=m=)/m)
    const [, , , , its = '', ours = ''] = answer.split(/^(?=m=)/m)
    const twice = JSON.stringify(answer + its + ours).length
    const estimated = answerSize(offer + sending + receiving, answer)
    expect([estimated >= twice, estimated < twice * 1.1]).toEqual([true, true])
  })

  test('without new lines it is that of the last one', () => {
    expect(answerSize(offer, answer)).toBe(JSON.stringify(answer).length)
  })
})
