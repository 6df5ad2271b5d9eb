import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AGAIN, ONCE, Story, type OnePage } from './page.js'

let story: Story

/** What the application asks for by itself. */
const THIRD = { id: 'video_2', priority: 1, remote: { peer: 'bob', stream: 'third' } }

beforeEach(() => {
  story = new Story()
})
afterEach(() => story.end())

/** Connected, then without a path: what is sent waits. */
const cut = async (page: OnePage) => {
  page.device.network.blackHole(600_000)
  await story.world.holds(() => page.socket.peerState === 'disconnected', 60_000)
}

describe.each([
  ['a reload', 'reload'],
  ['a crash', 'restart'],
] as const)('%s', (_, how) => {
  const next = (page: OnePage) => {
    const device = page.device[how]()
    device.network.heal()
    return story.page(device)
  }

  test('what waited is sent by the next page, in order, before all that it sends', async () => {
    const page = await story.page().connect()
    await cut(page)
    page.note('one', ONCE)
    page.note('two', AGAIN)
    page.note('not kept')
    page.note('three', ONCE)
    await story.world.pass(100)
    const after = next(page)
    const own = after.note('four')
    await after.connect()
    await story.world.pass(3_000)
    expect(story.arrived).toEqual(['one', 'two', 'three', 'four'])
    const [restored] = after.restored
    expect([own, restored?.messages, restored?.unconfirmed, restored?.expired]).toEqual([
      1,
      ['one', 'two', 'three'].map((note, at) => ({ id: at + 2, data: JSON.stringify({ note }) })),
      0,
      0,
    ])
    const ids = (of: string) => after.fates.flatMap(({ fate, ids }) => (fate === of ? ids : []))
    expect([ids('sent'), ids('delivered'), after.warnings, story.kept]).toEqual([
      [2, 3, 4, 1],
      [2, 3, 4, 1],
      [],
      ['session'],
    ])
  })

  test('what was handed to the channel and not confirmed: at most once is counted, at least once sent again', async () => {
    const page = await story.page().connect()
    page.device.network.blackHole(600_000)
    page.note('once', ONCE)
    page.note('again', AGAIN)
    await story.world.pass(200)
    expect(page.fates.flatMap(({ fate, ids }) => (fate === 'sent' ? ids : []))).toEqual([1, 2])
    const after = await next(page).connect()
    await story.world.pass(3_000)
    expect([story.arrived, after.restored[0]?.unconfirmed, story.kept]).toEqual([['again'], 1, ['session']])
  })

  test('what was delivered is forgotten', async () => {
    const page = await story.page().connect()
    page.note('once', ONCE)
    page.note('again', AGAIN)
    await story.world.pass(3_000)
    expect([story.arrived, story.kept]).toEqual([['once', 'again'], ['session']])
    const after = await next(page).connect()
    await story.world.pass(3_000)
    expect([story.arrived, after.restored[0]?.messages]).toEqual([['once', 'again'], []])
  })

  test('what waited too long is counted and not sent', async () => {
    const page = await story.page().connect()
    await cut(page)
    page.note('short', { ...ONCE, wait: { acrossReconnect: { ttlMs: 5_000 } } })
    page.note('long', { ...ONCE, wait: { acrossReconnect: { ttlMs: 500_000 } } })
    await story.world.pass(100)
    const after = next(page)
    await story.world.pass(10_000)
    await after.connect()
    await story.world.pass(3_000)
    expect([story.arrived, after.restored[0]?.expired]).toEqual([['long'], 1])
  })

  test('the old session is deleted first, and what the receivers showed is attached again', async () => {
    const page = await story.page().connect()
    const { socket } = page
    socket.createReceiverTrack('left', 'video').attach({ peer: 'bob', stream: 'camera' }, { maxSpatial: 1 })
    socket.createReceiverTrack('right', 'video').attach({ peer: 'bob', stream: 'screen' })
    socket.createReceiverTrack('ear', 'audio')
    const third = { type: 'request', req_id: 1, request: 'receiver.switch', data: THIRD }
    socket.createReceiverTrack('third', 'video')
    socket.send(JSON.stringify(third))
    await story.world.pass(2_000)
    const old = story.world.gateway.sessions
    page.device.network.blackHole(600_000)
    const after = next(page)
    const left = after.socket.createReceiverTrack('left', 'video')
    const right = after.socket.createReceiverTrack('right', 'video')
    right.attach({ peer: 'carol', stream: 'camera' })
    after.socket.createReceiverTrack('third', 'video')
    await after.connect()
    await story.world.pass(2_000)
    const shown = after.socket.getSnapshot().receivers.map(({ state }) => /subscription\.(\w+)/.exec(state)?.[1])
    expect([story.world.gateway.sessions.length, story.world.gateway.sessions.includes(old[0] ?? '')]).toEqual([
      1,
      false,
    ])
    expect([shown, after.restored[0]?.receivers]).toEqual([
      ['attached', 'attached', 'detached'],
      [
        {
          id: 'left',
          kind: 'video',
          source: { peer: 'bob', stream: 'camera' },
          priority: 1,
          limit: { priority: 1, maxSpatial: 1, maxTemporal: 2 },
        },
        { id: 'right', kind: 'video', source: { peer: 'bob', stream: 'screen' }, priority: 1 },
      ],
    ])
    expect([left.state.includes('attached'), right.serverId]).toEqual([true, 'video_1'])
    expect(after.device.storage.rows.get('session')).toMatchObject({ requests: [JSON.stringify(third)] })
  })

  test('after 51 s without a byte nothing is deleted: the id may be a stranger’s', async () => {
    const page = await story.page().connect()
    await cut(page)
    await story.world.pass(10_000)
    const after = next(page)
    story.world.gateway.restart()
    await story.world.pass(60_000)
    const stranger = story.page(story.world.device())
    await story.world.until(stranger.begin().catch(() => {}))
    await after.connect()
    expect(after.restored).toHaveLength(1)
    await story.world.pass(2_000)
  })
})

test('a durable command that waited is asked once by the next page', async () => {
  const asked: string[] = []
  const page = await story.page().connect()
  page.socket.createReceiverTrack('third', 'video')
  await story.world.pass(2_000)
  await cut(page)
  page.socket.send(
    JSON.stringify({ type: 'request', req_id: 7, request: 'room.subscribe', data: { peer: 'bob' } }),
    ONCE,
  )
  await story.world.pass(500)
  expect(page.device.storage.rows.get('session')).toMatchObject({ requests: [] })
  const device = page.device.restart()
  device.network.heal()
  const after = story.page(device)
  after.socket.on('message', (data: string) => {
    const { req_id } = JSON.parse(data) as { req_id?: number }
    if (req_id === 7) asked.push('answered')
  })
  await after.connect()
  await story.world.pass(3_000)
  expect(asked).toEqual(['answered'])
})

test('a session that the application closes leaves nothing', async () => {
  const page = await story.page().connect()
  await cut(page)
  page.note('one', ONCE)
  await story.world.pass(100)
  expect(story.kept).toEqual(['message 0000000000000000', 'session'])
  await story.world.until(page.socket[Symbol.asyncDispose]())
  expect([story.kept, page.fates]).toEqual([[], [{ fate: 'expired', ids: [1] }]])
})

test('without a storage a durable message is a typed error, and an ordinary one is not kept', async () => {
  const page = await story.page().connect()
  page.note('ordinary')
  await story.world.pass(2_000)
  expect(story.kept).toEqual(['session'])
  const { RealtimeSocket } = await import('../../src/index.js')
  const socket = new RealtimeSocket('https://gateway.example', { environment: page.device.environment })
  expect(() => socket.send('x', ONCE)).toThrow(expect.objectContaining({ code: 'invalid-config' }))
  await story.world.until(socket[Symbol.asyncDispose]())
})

test('a recovery of the same page repeats nothing that is to be sent once, and keeps the order', async () => {
  const page = await story.page().connect()
  page.note('one', ONCE)
  story.world.gateway.kill()
  await story.world.holds(() => page.socket.peerState === 'reconnecting', 60_000)
  for (const text of ['two', 'three']) page.note(text, ONCE)
  page.note('four', AGAIN)
  page.note('five')
  story.world.gateway.restart()
  await story.world.holds(() => page.socket.peerState === 'connected', 60_000)
  await story.world.pass(3_000)
  expect([story.arrived.slice(-4), story.kept, page.warnings.filter((code) => code.startsWith('storage'))]).toEqual([
    ['two', 'three', 'four', 'five'],
    ['session'],
    [],
  ])
})

test('no token, no description and no candidate is ever written', async () => {
  const page = await story.page().connect()
  page.note('one', ONCE)
  await story.world.pass(8_000)
  const written = JSON.stringify(page.device.storage.changes)
  const token = story.world.gateway.token('room', 'alice')
  expect([written.includes(token), /a=|candidate|ufrag|fingerprint/.test(written), written.includes('conn')]).toEqual([
    false,
    false,
    true,
  ])
})
