import { deflateRawSync, deflateSync, gzipSync, inflateSync } from 'node:zlib'
import * as fc from 'fast-check'
import { zlibSync } from 'fflate'
import { beforeEach, describe, expect, test } from 'vitest'
import { compressWith, deflated, inflated, utf8Length } from '../../src/protocol/framing.js'
import { stored } from '../../src/protocol/stored.js'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const frame = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes)

/** `text` as it is, or what the server would get out of the binary frame. */
const seen = (sent: string | Uint8Array): unknown =>
  typeof sent === 'string' ? { text: sent } : { inflated: inflateSync(sent).toString('utf8') }

/** RFC 1950 section 2.2: method 8, a window of at most 32 KiB, no dictionary, and a header that is a multiple of 31. */
const zlibHeader = ([cmf = 0, flg = 0]: Uint8Array) => ({
  method: cmf & 15,
  window: cmf >> 4 <= 7,
  dictionary: (flg & 32) !== 0,
  remainder: (cmf * 256 + flg) % 31,
})
const ZLIB = { method: 8, window: true, dictionary: false, remainder: 0 }

describe('length in UTF-8', () => {
  test('equals what TextEncoder writes, for any well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => utf8Length(text) === bytesOf(text).length),
      { numRuns: 2_000 },
    )
  })

  test('equals it for any units too: a lone surrogate is written as U+FFFD', () => {
    const unit = fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd7f0, max: 0xe010 }))
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), (units) => {
        const text = String.fromCharCode(...units)
        return utf8Length(text) === bytesOf(text).length
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['nothing', '', 0],
    ['the last of one byte', '\u007f', 1],
    ['the first of two bytes', '\u0080', 2],
    ['the last of two bytes', '\u07ff', 2],
    ['the first of three bytes', '\u0800', 3],
    ['below the surrogates', '\ud7ff', 3],
    ['above the surrogates', '\ue000', 3],
    ['the last of three bytes', '\uffff', 3],
    ['the first of four bytes', '\u{10000}', 4],
    ['the last of four bytes', '\u{10ffff}', 4],
    ['a pair among others', 'a\u{1f600}\u00e9', 7],
    ['the first half of a pair alone', 'a\ud83d', 4],
    ['the second half of a pair alone', '\ude00a', 4],
    ['two halves in the wrong order', '\ude00\ud83d', 6],
  ])('%s', (_, text, bytes) => {
    expect([utf8Length(text), bytesOf(text).length]).toEqual([bytes, bytes])
  })
})

describe.each([
  ['before the compressor is there', stored],
  ['compressed', zlibSync],
])('wire form, %s', (_, compressor) => {
  beforeEach(() => compressWith(compressor))

  test.each([
    ['999 bytes of ASCII', 'a'.repeat(999)],
    ['999 bytes in three-byte characters', '\u20ac'.repeat(333)],
    ['996 bytes in surrogate pairs', '\u{1f600}'.repeat(249)],
    ['nothing', ''],
  ])('%s go as text', (_, text) => {
    expect(deflated(text)).toBe(text)
  })

  test.each([
    ['1,000 bytes of ASCII', 'a'.repeat(1_000)],
    ['1,000 bytes in surrogate pairs (500 units)', '\u{1f600}'.repeat(250)],
    ['1,001 bytes in three-byte characters and one pair', `${'\u20ac'.repeat(331)}${'\u{1f600}'.repeat(2)}`],
    ['100,000 bytes', JSON.stringify(Array.from({ length: 12_000 }, (_, index) => index))],
  ])('%s go as zlib', (_, text) => {
    const sent = deflated(text)
    expect(seen(sent)).toEqual({ inflated: text })
    expect(zlibHeader(sent as Uint8Array)).toEqual(ZLIB)
  })

  test('997 bytes and a lone surrogate go as zlib, the surrogate as U+FFFD', () => {
    expect(seen(deflated(`${'a'.repeat(997)}\ud800`))).toEqual({ inflated: `${'a'.repeat(997)}\ufffd` })
    expect(seen(deflated(`${'a'.repeat(996)}\ud800`))).toEqual({ text: `${'a'.repeat(996)}\ud800` })
  })

  test('E54 the threshold counts bytes: 999 two-byte characters go as zlib, 499 as text', () => {
    expect(seen(deflated('\u00e9'.repeat(999)))).toEqual({ inflated: '\u00e9'.repeat(999) })
    expect(seen(deflated('\u00e9'.repeat(500)))).toEqual({ inflated: '\u00e9'.repeat(500) })
    expect(seen(deflated('\u00e9'.repeat(499)))).toEqual({ text: '\u00e9'.repeat(499) })
  })

  test.each([0, 1, 7, 999, 1_000, 5_000])(
    'E53 a Uint8Array of %i bytes goes as zlib of exactly these bytes',
    (size) => {
      const payload = Uint8Array.from({ length: size }, (_, index) => (index * 31) % 256)
      const sent = deflated(payload) as Uint8Array
      expect(zlibHeader(sent)).toEqual(ZLIB)
      expect(Uint8Array.from(inflateSync(sent))).toEqual(payload)
    },
  )

  test('E53 a view into a larger buffer sends its own part only, and leaves it as it was', () => {
    const whole = Uint8Array.from({ length: 40 }, (_, index) => index)
    const sent = deflated(whole.subarray(10, 20)) as Uint8Array
    expect([...inflateSync(sent)]).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
    expect(whole).toEqual(Uint8Array.from({ length: 40 }, (_, index) => index))
  })

  test('what is sent as zlib reads back, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 3_000, size: 'max' }), async (text) => {
        const sent = deflated(text)
        // A leading byte order mark is no part of the text (Encoding Standard, UTF-8 decode).
        if (typeof sent !== 'string') expect(await inflated(frame(sent))).toBe(text.replace(/^\ufeff/, ''))
        else expect(sent).toBe(text)
      }),
      { numRuns: 100 },
    )
  })
})

describe('reading a frame', () => {
  test.each([
    ['a short text', '{"type":"event"}'],
    ['an empty text', ''],
    ['characters that lie across slices and chunks', '\u20ac\u{1f600}\u00e9'.repeat(30_000)],
  ])('%s', async (_, text) => {
    expect(await inflated(frame(deflateSync(bytesOf(text))))).toBe(text)
  })

  test('a frame that does not compress is read to its end', async () => {
    const text = Array.from({ length: 40_000 }, (_, index) =>
      ((index * 2_654_435_761) % 4_294_967_296).toString(36),
    ).join()
    const sent = frame(deflateSync(bytesOf(text)))
    expect(sent.length).toBeGreaterThan(100 * 1_024)
    expect(await inflated(sent)).toBe(text)
  })

  test('a frame of exactly the bound is read, one byte more is refused', async () => {
    const sent = frame(deflateSync(new Uint8Array(5_000).fill(97)))
    expect(await inflated(sent, 5_000)).toBe('a'.repeat(5_000))
    await expect(inflated(sent, 4_999)).rejects.toBeInstanceOf(RangeError)
  })

  test('the bound is 8 MiB unless told', async () => {
    const bound = 8 * 1_024 * 1_024
    expect(await inflated(frame(deflateSync(new Uint8Array(bound).fill(97))))).toHaveLength(bound)
    await expect(inflated(frame(deflateSync(new Uint8Array(bound + 1))))).rejects.toBeInstanceOf(RangeError)
  })

  test('a bomb stops at the bound: no more than a few slices of it are looked at', async () => {
    // What lies behind the first slices is garbage: an inflater that went on would say so instead.
    const bomb = frame(deflateSync(new Uint8Array(64 * 1_024 * 1_024)))
    bomb.fill(0xff, 16 * 1_024)
    await expect(inflated(bomb, 1_024 * 1_024)).rejects.toBeInstanceOf(RangeError)
  })

  const whole = deflateSync(bytesOf('hello '.repeat(2_000)))
  const damaged = Uint8Array.from(whole)
  damaged[damaged.length - 1]! ^= 1

  test.each<[string, Uint8Array]>([
    ['an empty frame', new Uint8Array()],
    ['a frame without its end', whole.subarray(0, -3)],
    ['the header alone', whole.subarray(0, 2)],
    ['a wrong check value', damaged],
    ['garbage', new Uint8Array(3_000).fill(7)],
    ['raw deflate', deflateRawSync(bytesOf('hello'))],
    ['gzip', gzipSync(bytesOf('hello'))],
    ['text', bytesOf('{"type":"event"}')],
  ])('%s rejects with an error', async (_, bytes) => {
    await expect(inflated(frame(bytes))).rejects.toBeInstanceOf(Error)
  })

  test('every prefix of a frame rejects, the whole reads', async () => {
    const text = '{"type":"event","event":"peer_added"}'
    const sent = frame(deflateSync(bytesOf(text)))
    const outcomes = await Promise.allSettled(
      Array.from({ length: sent.length + 1 }, (_, length) => inflated(sent.subarray(0, length))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual([...Array(sent.length).fill('rejected'), 'fulfilled'])
    expect(outcomes.at(-1)).toEqual({ status: 'fulfilled', value: text })
  })
})
