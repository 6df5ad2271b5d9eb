import { deflateSync, inflateSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { inflated } from '../../src/protocol/framing.js'
import { stored } from '../../src/protocol/stored.js'

const BLOCK = 65_535

const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (Math.imul(index, 2_654_435_761) >>> 24) & 0xff)
const readBack = (bytes: Uint8Array): Uint8Array => Uint8Array.from(inflateSync(stored(bytes)))

test.each([0, 1, 2, 999, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1, 300_000])(
  '%i bytes are read back by an inflater, and cost 5 more for each block',
  (length) => {
    const bytes = bytesOf(length)
    expect(Buffer.compare(readBack(bytes), bytes)).toBe(0)
    expect(stored(bytes)).toHaveLength(length + 6 + 5 * Math.max(1, Math.ceil(length / BLOCK)))
  },
)

test('any bytes are read back', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 2_000, size: 'max' }),
      (bytes) => Buffer.compare(readBack(bytes), bytes) === 0,
    ),
    { numRuns: 500 },
  )
})

test('any length around the ends of blocks is read back', () => {
  const length = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -3, max: 3 }))
  fc.assert(
    fc.property(length, fc.nat(255), ([blocks, more], byte) => {
      const bytes = new Uint8Array(Math.max(0, blocks * BLOCK + more)).fill(byte)
      return Buffer.compare(readBack(bytes), bytes) === 0
    }),
    { numRuns: 100 },
  )
})

test('the header is that of zlib without compression, and the check value the same as of every zlib', () => {
  for (const bytes of [new Uint8Array(), new TextEncoder().encode('hello'), new Uint8Array(300_000).fill(255)]) {
    const frame = stored(bytes)
    expect([...frame.subarray(0, 2)]).toEqual([0x78, 0x01])
    expect([...frame.subarray(-4)]).toEqual([...deflateSync(bytes).subarray(-4)])
  }
})

test('a view into a larger buffer stores its own part only', () => {
  const whole = bytesOf(40)
  expect([...readBack(whole.subarray(10, 20))]).toEqual([...whole.subarray(10, 20)])
})

test('the decoder of this library reads it too', async () => {
  const text = '\u20ac\u{1f600}'.repeat(20_000)
  expect(await inflated(stored(new TextEncoder().encode(text)))).toBe(text)
})
