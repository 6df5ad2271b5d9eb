import { expect, test } from 'vitest'
import { RtpHeader, RtpPacket } from 'werift'
import { mediaExchange } from '../src/media/exchange.js'
import { beginsKeyFrame } from '../src/media/key-frame.js'
import { streamRewriter } from '../src/media/rewriter.js'

const packet = (sequenceNumber: number, timestamp: number) =>
  new RtpPacket(new RtpHeader({ sequenceNumber, timestamp, payloadType: 96 }), Buffer.from([sequenceNumber & 0xff]))

test('one stream made of two sources has one run of numbers and one clock', () => {
  let now = 0
  const rewriter = streamRewriter(90_000, () => now)
  const pass = (sequenceNumber: number, timestamp: number) => {
    const header = rewriter.rewrite(packet(sequenceNumber, timestamp))?.header
    return header && [header.sequenceNumber, header.timestamp]
  }
  expect([pass(65_534, 4_294_967_000), pass(65_535, 4_294_967_200)]).toEqual([
    [65_534, 4_294_967_000],
    [65_535, 4_294_967_200],
  ])
  rewriter.cut()
  now = 100
  // 100 ms at 90 kHz are 9000 ticks, over the end of the 32 bits
  expect(pass(500, 7)).toEqual([0, (4_294_967_200 + 9_000) % 2 ** 32])
  expect(pass(502, 3_007)).toEqual([2, (4_294_967_200 + 12_000) % 2 ** 32])
  expect(pass(501, 3_007)).toEqual([1, (4_294_967_200 + 12_000) % 2 ** 32])
  expect(pass(499, 7)).toBeUndefined()
})

test('a key frame is told by its first packet', () => {
  expect(beginsKeyFrame('vp8', Buffer.from([0x10, 0x00, 0, 0, 0]))).toBe(true)
  expect(beginsKeyFrame('vp8', Buffer.from([0x10, 0x01, 0, 0, 0]))).toBe(false)
  expect(beginsKeyFrame('vp8', Buffer.from([0x00, 0x00, 0, 0, 0]))).toBe(false)
  expect(beginsKeyFrame('vp8', Buffer.alloc(0))).toBe(false)
  expect(beginsKeyFrame('vp9', Buffer.from([0x08, 0]))).toBe(true)
  expect(beginsKeyFrame('vp9', Buffer.from([0x48, 0]))).toBe(false)
  expect(beginsKeyFrame('h264', Buffer.from([0x67, 0]))).toBe(true)
  expect(beginsKeyFrame('h264', Buffer.from([0x18, 0, 9, 0x67]))).toBe(true)
  expect(beginsKeyFrame('h264', Buffer.from([0x7c, 0x85]))).toBe(true)
  expect(beginsKeyFrame('h264', Buffer.from([0x7c, 0x05]))).toBe(false)
  expect(beginsKeyFrame('h264', Buffer.from([0x61, 0]))).toBe(false)
})

test('a stream is watched before it exists, comes from its last publisher, and asks a key frame for each new watcher', () => {
  const exchange = mediaExchange()
  const ref = { peer: 'p', stream: 's' }
  const got: string[] = []
  const asked: string[] = []
  const send = (outlet: { send: (media: never) => void }, name: string) => outlet.send({ name } as never)
  const watch = exchange.watch('room', ref, {
    begin: () => got.push('|'),
    accept: (media) => got.push((media as unknown as { name: string }).name),
  })
  const first = exchange.publish('room', ref, { requestKeyFrame: () => asked.push('first') })
  const other = exchange.publish('other room', ref, { requestKeyFrame: () => asked.push('other') })
  send(first, 'first')
  send(other, 'other')
  const second = exchange.publish('room', ref, { requestKeyFrame: () => asked.push('second') })
  send(first, 'late')
  send(second, 'second')
  watch.requestKeyFrame()
  second.end()
  send(first, 'again')
  exchange.watch('room', ref, { begin: () => undefined, accept: () => undefined })
  watch.end()
  send(first, 'unseen')
  expect(got).toEqual(['|', 'first', '|', 'second', '|', 'again'])
  expect(asked).toEqual(['second', 'first'])
})
