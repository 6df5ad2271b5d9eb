import { inflateSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RealtimeSocketState as State, type RealtimeSocket } from '../../src/index.js'
import { NOTHING_SENT } from '../../src/adapters/outbox.js'
import { NOTHING, Stage } from '../doubles/stage.js'

// A test for each row of the contract that has to do with messages, named by the row.

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

afterEach(async () => {
  expect(await stage.dispose()).toEqual(NOTHING)
})

/** Frames as they went over the channel, from now on. */
const frames = (): (string | Uint8Array)[] => {
  const sent: (string | Uint8Array)[] = []
  const receive = stage.gateway.receive.bind(stage.gateway)
  stage.gateway.receive = (frame, reply) => {
    sent.push(frame)
    receive(frame, reply)
  }
  return sent
}
const codeOf = (call: () => void): unknown => {
  try {
    call()
    return 'accepted'
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}
const heard = (socket: RealtimeSocket): unknown[] => {
  const messages: unknown[] = []
  socket.on('message', (data: unknown) => messages.push(data))
  return messages
}

test('send: kept in order before open, bounded; closed and outbox-full are typed errors at the call', async () => {
  const sent = frames()
  const socket = stage.socket({ outboxBytes: 10 })
  socket.send('one')
  socket.send('two')
  expect([codeOf(() => socket.send('too long')), socket.bufferedAmount]).toEqual(['outbox-full', 6])
  const connecting = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await connecting
  socket.send('three')
  expect(sent.slice(0, 2)).toEqual(['one', 'two'])
  expect([sent.filter((frame) => !String(frame).includes('req_id')), socket.bufferedAmount]).toEqual([
    ['one', 'two', 'three'],
    0,
  ])
  socket.close()
  expect(codeOf(() => socket.send('four'))).toBe('closed')
})

test('send: what listeners send at dc_state connected comes after what was kept', async () => {
  const sent = frames()
  const socket = stage.socket()
  socket.on('dc_state', (state) => state === State.Connected && socket.send('last'))
  socket.send('first')
  const connecting = socket.connect(stage.gateway, stage.config())
  await stage.clock.pass(100)
  await connecting
  expect(sent).toEqual(['first', 'last'])
})

test('fate of a message: waiting, sent, delivered; confirmed once for all that was sent, a second later', async () => {
  const socket = await stage.connected()
  const sent = frames()
  const at: unknown[] = []
  const look = () => at.push([stage.clock.now(), socket.messages.sent, socket.messages.delivered])
  for (const text of ['one', 'two']) socket.send(text)
  look()
  await stage.clock.pass(500)
  socket.send('three')
  await stage.clock.pass(499)
  look()
  await stage.clock.pass(10)
  look()
  const begun = (at[0] as number[])[0] ?? 0
  expect([at, sent.length]).toEqual([
    [
      [begun, 2, 0],
      [begun + 999, 3, 0],
      [begun + 1_009, 3, 3],
    ],
    4,
  ])
})

test('fate of a message: unconfirmed when the channel ends before that, reported, not repeated', async () => {
  const socket = await stage.connected()
  const warned: string[] = []
  socket.on('warning', ({ code }) => warned.push(code))
  socket.send('one')
  stage.peer.channels[0]?.breaks()
  await stage.clock.quiet()
  const sent = frames()
  const again = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await again
  expect([warned, sent, socket.messages]).toEqual([
    ['unconfirmed'],
    [],
    { ...NOTHING_SENT, sent: 1, unconfirmed: 1, received: 0, dropped: 0 },
  ])
})

test('wire form: text under 1,000 bytes as text, longer text and every Uint8Array as zlib', async () => {
  const socket = await stage.connected()
  const sent = frames()
  const payloads = ['x'.repeat(999), 'x'.repeat(1_000), 'é'.repeat(500), new Uint8Array([1, 2, 3])]
  for (const payload of payloads) socket.send(payload)
  const inflated = (frame: string | Uint8Array) => (typeof frame === 'string' ? 'text' : inflateSync(frame).length)
  expect(sent.map(inflated)).toEqual(['text', 1_000, 1_000, 3])
})

test('wire form: above the negotiated max-message-size a typed error at the call', async () => {
  const socket = await stage.connected()
  const noise = crypto.getRandomValues(new Uint8Array(65_536))
  const long = new Uint8Array([...noise, ...noise, ...noise, ...noise, 1])
  const seen = [codeOf(() => socket.send(long))]
  Object.assign(stage.peer, { sctp: { maxMessageSize: 1_000_000 } })
  seen.push(codeOf(() => socket.send(long)))
  expect([seen, socket.messages.sent]).toEqual([['message-too-large', 'accepted'], 1])
})

test('message: the payload as it came; what arrives before the first listener is kept, up to 256 KiB', async () => {
  const socket = await stage.connected()
  const [channel] = stage.peer.channels
  const binary = new Uint8Array([1, 2, 3]).buffer
  channel?.arrives('one')
  channel?.arrives(binary)
  channel?.arrives('x'.repeat(262_144))
  const messages = heard(socket)
  await stage.clock.pass(0)
  channel?.arrives('two')
  expect([messages, socket.messages.received, socket.messages.dropped, socket.getSnapshot().lastError?.code]).toEqual([
    ['one', binary, 'two'],
    3,
    1,
    'outbox-full',
  ])
})

test('message: a flood is dispatched in slices, in order, and counted', async () => {
  const socket = await stage.connected()
  const messages = heard(socket)
  const [channel] = stage.peer.channels
  for (let number = 0; number < 1_000; number += 1) channel?.arrives(`${number}`)
  const first = messages.length
  await stage.clock.quiet()
  expect([first, messages, socket.messages.received]).toEqual([
    256,
    Array.from({ length: 1_000 }, (_, number) => `${number}`),
    1_000,
  ])
})

test('data channel: one, label data, ordered and reliable', async () => {
  await stage.connected()
  expect(stage.peer.channels.map(({ label, init, binaryType }) => [label, init, binaryType])).toEqual([
    ['data', { ordered: true }, 'arraybuffer'],
  ])
})
