import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atm0sV01 } from '../../src/protocol/atm0s-v01.js'
import type { ServerRequest } from '../../src/protocol/gateway-protocol.js'

const FIRST = atm0sV01.firstRequestId
const video = { id: 'receiver-1', kind: 'video', ordinal: 3 } as const

const golden = (name: string): { from: string; frame: Record<string, unknown> }[] => {
  const read = JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'))
  return (read.bob ?? read).channel
}
const SESSIONS = ['connect', 'two-peers', 'renegotiation', 'ice-restart', 'line-inactive', 'simulcast', 'unanswered']

const jsonOf = (frame: string | Uint8Array): string =>
  typeof frame === 'string' ? frame : inflateSync(frame).toString('utf8')

const answer = (id: unknown, more: object = { success: true, data: true }) =>
  JSON.stringify({ req_id: id, type: 'answer', ...more })

describe('requests', () => {
  test.each<[ServerRequest, string]>([
    [
      { kind: 'receiver.attach', receiver: video, peer: 'bob', stream: 'video_main', priority: 7 },
      '"receiver.switch","data":{"id":"video_3","priority":7,"remote":{"peer":"bob","stream":"video_main"}}',
    ],
    [
      { kind: 'receiver.limit', receiver: video, priority: 65_535, maxSpatial: 0, maxTemporal: 2 },
      '"receiver.limit","data":{"id":"video_3","limit":{"priority":65535,"max_spatial":0,"max_temporal":2}}',
    ],
    [
      { kind: 'receiver.detach', receiver: { id: 'receiver-2', kind: 'audio', ordinal: 0 } },
      '"receiver.disconnect","data":{"id":"audio_0"}',
    ],
    [
      { kind: 'sender.toggle', name: 'audio_main', media: 'audio', track: 'track-id' },
      '"sender.toggle","data":{"name":"audio_main","kind":"audio","track":"track-id"}',
    ],
    [
      { kind: 'sender.toggle', name: 'video_main', media: 'video', track: null },
      '"sender.toggle","data":{"name":"video_main","kind":"video","track":null}',
    ],
  ])('$kind', (request, expected) => {
    expect(atm0sV01.encodeRequest(FIRST + 5, request)).toBe(
      `{"type":"request","req_id":${FIRST + 5},"request":${expected}}`,
    )
  })

  test('they are what the real server was asked, and accepted', () => {
    const asked = golden('two-peers').flatMap(({ from, frame }) => (from === 'client' ? [JSON.stringify(frame)] : []))
    const [audio, video] = [
      { id: 'a', kind: 'audio', ordinal: 0 },
      { id: 'v', kind: 'video', ordinal: 0 },
    ] as const
    const made = [
      atm0sV01.encodeRequest(2, {
        kind: 'receiver.attach',
        receiver: audio,
        peer: 'alice',
        stream: 'audio_main',
        priority: 100,
      }),
      atm0sV01.encodeRequest(3, {
        kind: 'receiver.attach',
        receiver: video,
        peer: 'alice',
        stream: 'video_main',
        priority: 100,
      }),
      atm0sV01.encodeRequest(4, {
        kind: 'receiver.limit',
        receiver: video,
        priority: 100,
        maxSpatial: 2,
        maxTemporal: 2,
      }),
      atm0sV01.encodeRequest(5, { kind: 'receiver.detach', receiver: video }),
    ]
    expect(made).toEqual(asked.slice(1, 5))
  })

  test('an offer carries description, senders and receivers, a short one as text', () => {
    const senders = [{ uuid: 'u', label: 'l', kind: 'audio', name: 'mic', screen: true }] as const
    expect(
      atm0sV01.encodeOffer(FIRST, { sdp: 'v=0\r\n', senders: [...senders], receivers: { audio: 1, video: 2 } }),
    ).toBe(
      `{"type":"request","req_id":${FIRST},"request":"peer.updateSdp","data":{"sdp":"v=0\\r\\n",` +
        '"senders":[{"uuid":"u","label":"l","kind":"audio","name":"mic","screen":true}],' +
        '"receivers":{"audio":1,"video":2}}}',
    )
  })

  test('an offer of 1,000 bytes or more goes deflated, with the same JSON inside', () => {
    const sdp = 'a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n'.repeat(100)
    const frame = atm0sV01.encodeOffer(FIRST, { sdp, senders: [], receivers: { audio: 0, video: 0 } })
    expect(frame).toBeInstanceOf(Uint8Array)
    expect(JSON.parse(jsonOf(frame))).toEqual({
      type: 'request',
      req_id: FIRST,
      request: 'peer.updateSdp',
      data: { sdp, senders: [], receivers: { audio: 0, video: 0 } },
    })
  })

  test('a probe asks for something that changes nothing', () => {
    expect(atm0sV01.encodeProbe(FIRST)).toBe(
      `{"type":"request","req_id":${FIRST},"request":"room.unsubscribe","data":{"peer":""}}`,
    )
  })

  test('payloads of an application are not looked into, only deflated where they must be', () => {
    expect(atm0sV01.encodePayload('{"req_id":1}')).toBe('{"req_id":1}')
    expect(jsonOf(atm0sV01.encodePayload(new TextEncoder().encode('raw')))).toBe('raw')
    expect(atm0sV01.encodePayload(new Uint8Array(3))).toBeInstanceOf(Uint8Array)
  })

  test('ids are whole, exact in JSON, within u64 and far from what an application counts', () => {
    expect([FIRST, Number.isSafeInteger(FIRST + 2 ** 32), FIRST > 0]).toEqual([1_099_511_627_776, true, true])
  })

  test('receivers are named by kind and ordinal', () => {
    const refs = [video, { id: 'x', kind: 'audio', ordinal: 0 } as const]
    expect(refs.map((receiver) => atm0sV01.receiverName(receiver))).toEqual(['video_3', 'audio_0'])
  })

  test('the channel is one, named data, ordered and reliable', () => {
    expect(atm0sV01.channel).toEqual({ label: 'data', init: { ordered: true } })
  })
})

describe('answers to the engine', () => {
  test.each([
    ['accepted', answer(FIRST), { id: FIRST, ok: true, data: true }],
    [
      'with data',
      answer(FIRST + 9, { success: true, data: { sdp: 'x' } }),
      { id: FIRST + 9, ok: true, data: { sdp: 'x' } },
    ],
    ['refused', answer(FIRST, { success: false, data: null }), { id: FIRST, ok: false, data: null }],
    [
      'refused with a reason',
      answer(FIRST, { success: false, data: null, error: 'NO_SOURCE' }),
      { id: FIRST, ok: false, data: null, error: 'NO_SOURCE' },
    ],
    [
      'with a reason of another type',
      answer(FIRST, { success: false, error: 5 }),
      { id: FIRST, ok: false, data: undefined },
    ],
    ['without success', answer(FIRST, {}), { id: FIRST, ok: false, data: undefined }],
    ['a success that is no boolean', answer(FIRST, { success: 'true' }), { id: FIRST, ok: false, data: undefined }],
    [
      'in other spacing and order',
      `{ "type" : "answer",\n"success":true, "req_id" :\t${FIRST} }`,
      { id: FIRST, ok: true, data: undefined },
    ],
  ])('%s', (_, message, expected) => {
    expect(atm0sV01.answerIn(message)).toEqual(expected)
  })

  test('every id of the first ten million is recognised', () => {
    fc.assert(fc.property(fc.nat(10_000_000), (more) => atm0sV01.answerIn(answer(FIRST + more))?.id === FIRST + more))
  })

  test('what belongs to the application is left to it: its own answers, whatever their data', () => {
    fc.assert(
      fc.property(fc.nat(), fc.jsonValue(), (id, data) => {
        expect(atm0sV01.answerIn(answer(id, { success: true, data }))).toBeUndefined()
        expect(atm0sV01.answerIn(JSON.stringify(data))).toBeUndefined()
      }),
    )
  })

  test.each(SESSIONS)('no frame of the real server in %s is taken for an answer to the engine', (name) => {
    const frames = golden(name).filter(({ from }) => from === 'server')
    expect(frames.length).toBeGreaterThan(0)
    expect(frames.map(({ frame }) => atm0sV01.answerIn(JSON.stringify(frame)))).toEqual(frames.map(() => undefined))
    const answers = frames.filter(({ frame }) => frame.type === 'answer')
    expect(answers.map(({ frame }) => atm0sV01.answerIn(JSON.stringify({ ...frame, req_id: FIRST + 1 })))).toEqual(
      answers.map(({ frame }) => ({ id: FIRST + 1, ok: frame.success, data: frame.data })),
    )
  })

  test.each<[string, unknown]>([
    [
      'the answer to an application, with an engine id inside its data',
      answer(7, { success: true, data: { req_id: FIRST } }),
    ],
    ['an event with such an id', JSON.stringify({ type: 'event', event: 'x', req_id: FIRST })],
    ['a request of the server with such an id', JSON.stringify({ type: 'request', request: 'x', req_id: FIRST })],
    ['an id as a string', answer(String(FIRST))],
    ['an id as a string, and as a number inside', answer(String(FIRST), { success: true, data: { req_id: FIRST } })],
    ['an id that is one short', answer(FIRST - 1)],
    ['an id with one digit more', `{"type":"answer","success":true,"req_id":${FIRST}0}`],
    ['a string that contains such an answer', JSON.stringify(answer(FIRST))],
    ['a list with such an answer', `[${answer(FIRST)}]`],
    ['text around such an answer', `> ${answer(FIRST)}`],
    ['half of such an answer', answer(FIRST).slice(0, -3)],
    ['no type', JSON.stringify({ req_id: FIRST, success: true })],
    ['a type that is inherited', `{"__proto__":{"type":"answer"},"req_id":${FIRST}}`],
    ['no JSON', `"req_id":${FIRST}`],
    ['nothing', ''],
    ['binary', new TextEncoder().encode(answer(FIRST)).buffer],
    ['no text at all', undefined],
  ])('%s is left to the application', (_, message) => {
    expect(atm0sV01.answerIn(message)).toBeUndefined()
  })

  test('a long message is looked through once, also when it is made to be slow', () => {
    const long = 4 * 1_024 * 1_024
    const spaced = `{"req_id"${' '.repeat(long)}x`
    const repeated = '"req_id":'.repeat(long / 9)
    expect([spaced, repeated].map((message) => atm0sV01.answerIn(message))).toEqual([undefined, undefined])
    const padded = answer(FIRST, { success: true, data: { sdp: 'x'.repeat(long) } })
    expect(atm0sV01.answerIn(padded)).toEqual({ id: FIRST, ok: true, data: { sdp: 'x'.repeat(long) } })
  })
})

describe('the description in an answer', () => {
  test('of the real server', () => {
    const [accepted] = golden('renegotiation').flatMap(({ frame }) => {
      const data = frame.data as { sdp?: string[] } | null
      return frame.type === 'answer' && data?.sdp ? [data.sdp.join('\r\n')] : []
    })
    expect(accepted).toMatch(/^v=0\r\n/)
    expect(atm0sV01.answerSdp({ sdp: accepted })).toBe(accepted)
  })

  test.each([[undefined], [null], [true], ['v=0'], [{}], [{ sdp: null }], [{ sdp: 5 }], [['v=0']], [{ SDP: 'v=0' }]])(
    'there is none in %j',
    (data) => {
      expect(atm0sV01.answerSdp(data)).toBeUndefined()
    },
  )
})

describe('streams of the room', () => {
  const told = (event: string, data: unknown) => JSON.stringify({ data, event, type: 'event' })
  const stream = { kind: 'Video', peer: 'bob', peer_hash: 1, state: null, stream: 'camera' }
  const source = { peer: 'bob', stream: 'camera' }

  test.each([
    [told('stream_added', stream), { type: 'stream.added', source }],
    [told('stream_removed', stream), { type: 'stream.removed', source }],
    [told('stream_updated', stream), undefined],
    [told('peer_removed', { peer: 'bob' }), undefined],
    [told('stream_added', { peer: 'bob' }), undefined],
    [told('stream_added', null), undefined],
    ['{"event":"stream_added"', undefined],
    [told('stream_added', { ...stream, more: 'x'.repeat(2_000) }), undefined],
    [new ArrayBuffer(8), undefined],
  ])('%s', (data, expected) => {
    expect(atm0sV01.streamIn(data)).toEqual(expected)
  })
})
