import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { failed, verdict } from './support/network.js'
import { answer, event, settled, stage, zlib } from './support/rpc-stage.js'

const UNDECODABLE = failed('undecodable', { phase: 'connected', retryable: false })

/** A stage whose handlers of `n` write down what they hear; `heard` waits until `count` came. */
const listening = () => {
  const made = stage()
  const heard: unknown[] = []
  let tell = () => {}
  made.rpc.on('n', (data) => {
    heard.push(data)
    tell()
  })
  const all = (count: number) =>
    new Promise<unknown[]>((resolve) => {
      tell = () => {
        if (heard.length >= count) resolve(heard)
      }
      tell()
    })
  return { ...made, heard, all }
}

/** A Blob whose bytes come when told. */
const slowBlob = (text: string) => {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const blob = new Blob([zlib(text)])
  const arrayBuffer = blob.arrayBuffer.bind(blob)
  blob.arrayBuffer = () => released.then(arrayBuffer)
  return { blob, release }
}

describe('frames', () => {
  test('text, zlib in each binary form, and a view into a larger buffer', async () => {
    const { socket, all, reported } = listening()
    const packed = zlib(event('n', 'view'))
    const larger = new Uint8Array(packed.length + 20).fill(9)
    larger.set(packed, 10)
    socket.arrives(
      event('n', 'text'),
      zlib(event('n', 'bytes')),
      zlib(event('n', 'buffer')).buffer,
      new Blob([zlib(event('n', 'blob'))]),
      larger.subarray(10, 10 + packed.length),
    )
    expect(await all(5)).toEqual(['text', 'bytes', 'buffer', 'blob', 'view'])
    expect(reported).toEqual([])
  })

  test('texts alone are handled at once', () => {
    const { socket, heard } = listening()
    socket.arrives(event('n', 1), event('n', 2))
    expect(heard).toEqual([1, 2])
  })

  test('E56 a Blob neither overtakes nor is overtaken', async () => {
    const { socket, heard, all } = listening()
    const [first, second] = [slowBlob(event('n', 2)), slowBlob(event('n', 4))]
    socket.arrives(event('n', 1), first.blob, event('n', 3), second.blob, event('n', 5), zlib(event('n', 6)))
    second.release()
    await settled()
    expect(heard).toEqual([1])
    socket.arrives(event('n', 7))
    first.release()
    expect(await all(7)).toEqual([1, 2, 3, 4, 5, 6, 7])
    socket.arrives(event('n', 8))
    expect(await all(8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test.each([
    ['a Blob', (text: string) => new Blob([zlib(text)])],
    ['a zlib frame', zlib],
    ['a broken frame', () => new Uint8Array(30).fill(7)],
  ])('E56 once %s and what waited behind it are read, texts are handled at once again', async (_, frame) => {
    const { socket, heard } = listening()
    socket.arrives(frame(event('m', 1)), event('n', 2), zlib(event('n', 3)), event('n', 4))
    expect(heard).toEqual([])
    await expect.poll(() => heard).toEqual([2, 3, 4])
    await settled()
    socket.arrives(event('n', 5), event('n', 6))
    expect(heard).toEqual([2, 3, 4, 5, 6])
  })

  test('E56 the order holds over many, large and small', async () => {
    const { socket, all } = listening()
    const forms = [
      (text: string) => text,
      (text: string) => new Blob([zlib(text)]),
      (text: string) => zlib(text),
      (text: string) => zlib(text).buffer,
    ]
    const filler = (index: number) => 'x'.repeat(index % 5 === 0 ? 50_000 : 1)
    for (let index = 0; index < 200; index += 1)
      socket.arrives(forms[(index * 7) % 4]!(event('n', [index, filler(index)])))
    const heard = (await all(200)) as [number, string][]
    expect(heard.map(([index]) => index)).toEqual(Array.from({ length: 200 }, (_, index) => index))
  })

  test('E56 an answer in a Blob settles its request', async () => {
    const { socket, rpc, time } = stage()
    const outcome = rpc.request('a', null)
    socket.arrives(new Blob([zlib(answer(1, { success: true, data: 'late but right' }))]))
    expect(await outcome).toEqual({ status: true, data: 'late but right' })
    expect(time.timers).toBe(0)
  })

  const text = event('n', 'never')
  const broken: [string, unknown][] = [
    ['text that is no JSON', 'ceci n’est pas du JSON'],
    ['half a text', text.slice(0, -5)],
    ['nothing', ''],
    ['raw bytes', new TextEncoder().encode(text)],
    ['an empty buffer', new ArrayBuffer(0)],
    ['garbage', new Uint8Array(3_000).fill(7)],
    ['half a zlib frame', zlib(text).slice(0, -6)],
    ['zlib of no JSON', zlib('no JSON')],
    ['raw deflate', Uint8Array.from(deflateRawSync(text))],
    ['gzip', Uint8Array.from(gzipSync(text))],
    ['a Blob of garbage', new Blob(['garbage'])],
    ['an empty Blob', new Blob([])],
    ['a payload of no known form', 5],
    ['no payload', undefined],
  ]

  test.each(broken)('E55 %s is reported once, and stops nobody', async (_, frame) => {
    const { socket, reported, unheard, heard, all } = listening()
    const others: unknown[] = []
    socket.on('message', (data) => others.push(data))
    const after = event('n', 'after')
    socket.arrives(frame, after)
    expect(await all(1)).toEqual(['after'])
    await settled()
    expect(reported.map(({ facts }) => verdict(facts))).toEqual([UNDECODABLE])
    expect([heard, others, unheard]).toEqual([['after'], [frame, after], []])
  })

  test('E55 a Blob that cannot be read is reported', async () => {
    const { socket, reported, all } = listening()
    const blob = new Blob([zlib(text)])
    const cause = new DOMException('gone', 'NotReadableError')
    blob.arrayBuffer = () => Promise.reject(cause)
    socket.arrives(blob, event('n', 'after'))
    expect(await all(1)).toEqual(['after'])
    expect(reported.map((error) => [verdict(error.facts), error.cause])).toEqual([[UNDECODABLE, cause]])
  })

  test('a bomb stops at 8 MiB and is reported; what comes after it is heard', async () => {
    const { socket, reported, all } = listening()
    socket.arrives(Uint8Array.from(deflateSync(new Uint8Array(64 * 1_024 * 1_024))), event('n', 'after'))
    expect(await all(1)).toEqual(['after'])
    expect(reported.map(({ facts, cause }) => [verdict(facts), cause])).toEqual([[UNDECODABLE, expect.any(RangeError)]])
  })

  test.each(['null', '5', '"text"', 'true', '[]', '{}', '{"type":5}', '{"type":"event"}', '{"type":"request"}'])(
    'JSON that is no message is left alone: %s',
    async (text) => {
      const { socket, rpc, all, reported, unheard } = listening()
      const strays: unknown[] = []
      rpc.on('undefined', (data) => strays.push(data))
      socket.arrives(text, zlib(text), event('n', 'after'))
      expect(await all(1)).toEqual(['after'])
      expect([strays, reported, unheard, socket.sent]).toEqual([[], [], [], []])
    },
  )

  test('E57 requests go out in the order of the calls, whatever comes in between', async () => {
    const { socket, rpc } = stage()
    for (let index = 0; index < 50; index += 1) {
      void rpc.request('n', index)
      socket.arrives(zlib(answer(index)))
    }
    await settled()
    expect(socket.sent.map(({ req_id, data }) => [req_id, data])).toEqual(
      Array.from({ length: 50 }, (_, index) => [index + 1, index]),
    )
  })
})
