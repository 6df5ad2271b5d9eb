import { beforeEach, describe, expect, test } from 'vitest'
import { NOTHING_SENT } from '../../src/adapters/outbox.js'
import { wishIn } from '../../src/protocol/wishes.js'
import { bound, PortStage, request, to } from '../support/port-stage.js'

const off = (name: string) => ({ name, kind: 'video', track: null })
const slot = (peer: string) => ({ id: 'default', remote: { peer, stream: 'microphone' } })

describe('a wish in a message', () => {
  test.each([
    ['binary', new TextEncoder().encode(request(1, 'receiver.disconnect', { id: 'video_0' }))],
    ['text of the application', 'hello'],
    ['no JSON', '{"request":"receiver.switch"'],
    ['another request', request(1, 'peer.updateSdp', {})],
    ['one that is no request', '{"type":"event","request":"receiver.disconnect","req_id":1,"data":{"id":"video_0"}}'],
    ['a text that speaks of one', JSON.stringify({ text: request(1, 'receiver.disconnect', { id: 'video_0' }) })],
    ['an id that the server does not take', request(-1, 'receiver.disconnect', { id: 'video_0' })],
    ['no target', request(1, 'receiver.disconnect', {})],
    ['no data', request(1, 'receiver.disconnect', null as never)],
  ])('is not in %s', (_, payload) => {
    expect(wishIn(payload)).toBeUndefined()
  })

  test('names its target: of a receiver the source and the limit are two, of a mix each source is one', () => {
    const targets = [
      ['receiver.switch', to('video_0', 'bob')],
      ['receiver.disconnect', { id: 'video_0' }],
      ['receiver.limit', bound('video_0', 1)],
      ['receiver.switch', to('video_1', 'bob')],
      ['mix_minus.add', slot('bob')],
      ['mix_minus.remove', slot('bob')],
      ['mix_minus.add', slot('carol')],
      ['mix_minus.toggle', { id: 'default', enable: false }],
    ].map(([name, data]) => wishIn(request(1, name as string, data as object))?.target)
    const first = targets.map((target) => targets.indexOf(target))
    expect(first).toEqual([0, 0, 2, 3, 4, 4, 6, 7])
  })
})

describe('what the application commanded by raw requests', () => {
  let stage: PortStage
  let next: number

  /** Sends a raw request; returns its id. */
  const ask = (name: string, data: object): number => {
    next += 1
    stage.port.send(request(next, name, data))
    return next
  }
  /** The same, and the server answers. */
  const done = (name: string, data: object, success = true): void => stage.answers(ask(name, data), success)
  /** Another session. What it is sent. */
  const rejoined = (ms = 10_000): unknown[] => {
    stage.time.pass(ms)
    stage.end()
    return stage.open().seen
  }

  beforeEach(() => {
    stage = new PortStage()
    next = 0
    stage.open()
  })

  test('is asked again in the next session, in order, under ids of the engine, before what waits', () => {
    done('room.subscribe', { peer: 'bob' })
    done('mix_minus.add', slot('bob'))
    ask('mix_minus.toggle', { id: 'default', enable: true })
    done('sender.toggle', off('camera'))
    done('receiver.limit', bound('video_1', 0))
    done('receiver.switch', to('video_0', 'bob'))
    stage.end()
    stage.port.send('hello')
    expect(stage.open().seen).toEqual([
      ['engine', 'receiver.switch', to('video_0', 'bob')],
      ['engine', 'receiver.limit', bound('video_1', 0)],
      ['engine', 'sender.toggle', off('camera')],
      ['engine', 'mix_minus.add', slot('bob')],
      // The server never answers it.
      [3, 'mix_minus.toggle', { id: 'default', enable: true }],
      ['engine', 'room.subscribe', { peer: 'bob' }],
      'hello',
    ])
  })

  test('the application hears no second answer; that of its own request it hears', () => {
    done('receiver.switch', to('video_0', 'bob'))
    rejoined()
    stage.answers(stage.channel.lastId)
    expect(stage.delivered.map((text) => JSON.parse(text as string).req_id)).toEqual([1])
  })

  test('without an answer it is asked again under its own id, until one comes', () => {
    const id = ask('receiver.switch', to('video_0', 'bob'))
    const first = rejoined()
    stage.answers(id)
    expect([first, rejoined()]).toEqual([
      [[id, 'receiver.switch', to('video_0', 'bob')]],
      [['engine', 'receiver.switch', to('video_0', 'bob')]],
    ])
  })

  test('of the same target the last one counts, wherever the others are: one request goes out', async () => {
    done('receiver.switch', to('video_0', 'bob'))
    ask('receiver.switch', to('video_0', 'carol'))
    stage.end()
    ask('receiver.switch', to('video_0', 'dave'))
    ask('receiver.switch', to('video_0', 'erin'))
    expect([stage.open().seen, await stage.told(), stage.port.counts]).toEqual([
      [[4, 'receiver.switch', to('video_0', 'erin')]],
      ['sent 1,2', 'unconfirmed 1,2', 'expired 3', 'sent 4'],
      { ...NOTHING_SENT, sent: 3, unconfirmed: 2, expired: 1 },
    ])
  })

  test('another source forgets the limit, the same one keeps it', () => {
    done('receiver.switch', to('video_0', 'bob'))
    done('receiver.limit', bound('video_0', 1))
    done('receiver.switch', to('video_0', 'bob'))
    const same = rejoined()
    done('receiver.switch', to('video_0', 'carol'))
    expect([same, rejoined()]).toEqual([
      [
        ['engine', 'receiver.switch', to('video_0', 'bob')],
        ['engine', 'receiver.limit', bound('video_0', 1)],
      ],
      [['engine', 'receiver.switch', to('video_0', 'carol')]],
    ])
  })

  test('what was undone is forgotten: disconnect, remove, unsubscribe', () => {
    done('receiver.switch', to('video_0', 'bob'))
    done('receiver.limit', bound('video_0', 1))
    done('mix_minus.add', slot('bob'))
    done('room.subscribe', { peer: 'bob' })
    done('receiver.disconnect', { id: 'video_0' })
    done('mix_minus.remove', slot('bob'))
    done('room.unsubscribe', { peer: 'bob' })
    expect(rejoined()).toEqual([])
  })

  test('what was refused is forgotten, and what held before holds', () => {
    done('room.subscribe', { peer: 'bob' }, false)
    done('receiver.switch', to('audio_0', 'bob'))
    done('receiver.switch', to('audio_0', '', 'mix_minus_default_3'), false)
    expect(rejoined()).toEqual([['engine', 'receiver.switch', to('audio_0', 'bob')]])
  })

  test('what expired in the outbox is forgotten too', () => {
    stage.end()
    const wait = { acrossReconnect: { ttlMs: 100 } }
    stage.port.send(request(1, 'receiver.switch', to('video_0', 'bob')), { wait })
    stage.time.pass(100)
    expect([stage.open().seen, rejoined()]).toEqual([[], []])
  })

  test('sent at least once it goes back to the outbox, and is not asked twice', () => {
    stage.port.send(request(1, 'receiver.switch', to('video_0', 'bob')), { policy: 'atLeastOnce' })
    expect(rejoined()).toEqual([[1, 'receiver.switch', to('video_0', 'bob')]])
  })

  test('a path that lives again is the same session: nothing is asked again', () => {
    done('receiver.switch', to('video_0', 'bob'))
    const before = stage.channel.seen
    stage.port.hold()()
    expect(stage.channel.seen).toEqual(before)
  })

  test('a command of the engine takes the place of a raw one of the same target', () => {
    done('receiver.switch', to('video_0', 'bob'))
    done('receiver.limit', bound('video_0', 1))
    done('sender.toggle', off('camera'))
    done('sender.toggle', off('screen'))
    const receiver = { id: 'receiver-1', kind: 'video', ordinal: 0 } as const
    const { signal } = new AbortController()
    void stage.port.command({ kind: 'receiver.attach', receiver, peer: 'dave', stream: 'camera', priority: 1 }, signal)
    void stage.port.command({ kind: 'sender.toggle', name: 'camera', media: 'video', track: 'track' }, signal)
    expect(rejoined()).toEqual([['engine', 'sender.toggle', off('screen')]])
  })

  test.each([
    ['max_spatial', { max_spatial: 3, max_temporal: 2 }],
    ['max_temporal', { max_spatial: 2, max_temporal: 3 }],
  ])('a limit that would end the session is refused: %s', (_, layers) => {
    const data = { id: 'video_0', limit: { priority: 1, ...layers } }
    expect(() => ask('receiver.limit', data)).toThrow(expect.objectContaining({ code: 'invalid-config' }))
    expect([stage.channel.seen, stage.port.counts]).toEqual([[], NOTHING_SENT])
  })

  test('what the session ended of twice in a row is not asked a third time, and reported', () => {
    done('receiver.switch', to('video_0', 'bob'))
    done('room.subscribe', { peer: 'bob' })
    const asked = [rejoined(), rejoined(2_999), rejoined(2_999)].map((seen) => seen.length)
    expect([asked, stage.warned]).toEqual([
      [2, 2, 0],
      ['quarantined: twice the session ended of: receiver.switch, room.subscribe'],
    ])
  })

  test('a session that lives on for three seconds clears what was asked of it', () => {
    done('receiver.switch', to('video_0', 'bob'))
    const asked = [rejoined(), rejoined(2_999), rejoined(3_000), rejoined(2_999), rejoined(3_000)]
    expect([asked.map((seen) => seen.length), stage.warned]).toEqual([[1, 1, 1, 1, 1], []])
  })

  test('a later wish of the same target is not held to account for the one before', () => {
    done('receiver.switch', to('video_0', 'bob'))
    rejoined()
    rejoined(100)
    done('receiver.switch', to('video_0', 'carol'))
    expect([rejoined(100), stage.warned]).toEqual([[['engine', 'receiver.switch', to('video_0', 'carol')]], []])
  })
})
