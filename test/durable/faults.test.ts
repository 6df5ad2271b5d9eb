import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StorageFault } from '../../src/testing/index.js'
import { AGAIN, ONCE, Story } from './page.js'

let story: Story

beforeEach(() => {
  story = new Story()
})
afterEach(() => story.end())

describe('a storage that fails leaves a session that works', () => {
  test.each<[string, StorageFault]>([
    ['it does not open', 'open'],
    ['it never opens', 'open hangs'],
    ['it never answers a write', 'write hangs'],
    ['it does not close', 'close'],
    ['it cannot be read', 'read'],
    ['it cannot be written', 'write'],
  ])('%s', async (_, fault) => {
    const page = story.page()
    page.device.storage.faults.add(fault)
    page.note('one', ONCE)
    await page.connect()
    page.note('two', AGAIN)
    page.note('three', ONCE)
    await story.world.pass(20_000)
    expect([page.warnings, story.arrived, page.restored]).toEqual([
      fault === 'close' ? [] : ['storage-failed'],
      ['one', 'two', 'three'],
      [],
    ])
    page.socket.close()
    expect(page.socket.peerState).toBe('closed')
    page.device.storage.faults.clear()
  })

  test('nobody waits for it longer than two seconds, though something is found in it', async () => {
    const page = await story.page().connect()
    page.note('one', { ...AGAIN })
    await story.world.pass(2_000)
    const { device } = story.pages[0]!
    const after = story.page(device.restart())
    after.device.storage.rows.set('message 0000000000000009', 'damaged')
    after.device.storage.faults.add('write hangs')
    const begun = story.world.now
    await after.connect()
    expect(story.world.now - begun).toBeLessThan(3_000)
    expect(after.warnings).toEqual(['storage-unreadable', 'storage-failed'])
    after.device.storage.faults.clear()
  })

  test('a message that is kept and cannot be noted as sent is not sent: the next session does that', async () => {
    const page = await story.page().connect()
    page.note('one', ONCE)
    await story.world.pass(0)
    page.device.storage.faults.add('write')
    await story.world.pass(4_000)
    page.note('two')
    await story.world.pass(1_000)
    const refused = page.fates.flatMap(({ fate, ids }) => (fate === 'refused' ? ids : []))
    page.device.storage.faults.clear()
    const after = await story.page(page.device.restart()).connect()
    await story.world.pass(3_000)
    // Whichever of the two wrote first: it arrived once, and what came after it was not held up.
    expect([story.arrived.toSorted(), after.restored[0]?.messages.length]).toEqual([['one', 'two'], refused.length])
  })

  test('it is full from some time on: what cannot be kept is sent, and nothing twice', async () => {
    const page = await story.page().connect()
    page.note('one', ONCE)
    await story.world.pass(2_000)
    page.device.storage.faults.add('write')
    page.note('two', ONCE)
    page.note('three', AGAIN)
    await story.world.pass(3_000)
    expect([page.warnings, story.arrived]).toEqual([['storage-failed'], ['one', 'two', 'three']])
    page.device.storage.faults.clear()
    const after = story.page(page.device.restart())
    await after.connect()
    await story.world.pass(3_000)
    expect(story.arrived).toEqual(['one', 'two', 'three'])
  })

  test('two pages do not share it: the second works without', async () => {
    const page = await story.page().connect()
    const { device } = page
    const second = story.page(device)
    await second.connect()
    second.note('from the second', ONCE)
    await story.world.pass(3_000)
    expect([second.warnings, page.warnings, story.arrived]).toEqual([['storage-busy'], [], ['from the second']])
  })
})

describe('what is found in it', () => {
  const MESSAGE = { v: 1, room: 'room', peer: 'alice', data: '{"note":"kept"}', repeats: false, due: Infinity }
  const KEY = 'message 0000000000000000'

  const found = async (rows: Record<string, unknown>) => {
    const page = story.page()
    for (const [key, value] of Object.entries(rows)) page.device.storage.rows.set(key, value)
    await page.connect()
    await story.world.pass(3_000)
    return page
  }

  test.each([
    ['no object', 5],
    ['null', null],
    ['no version', { data: 'x', repeats: false, due: 1 }],
    ['a version that never was', { ...MESSAGE, v: 0 }],
    ['no number for a time', { ...MESSAGE, due: 'soon' }],
    ['no text', { ...MESSAGE, data: 7 }],
    ['another policy', { ...MESSAGE, repeats: 'yes' }],
    ['no room', { ...MESSAGE, room: undefined }],
  ])('a damaged message is removed and reported, the others are sent: %s', async (_, value) => {
    const page = await found({ [KEY]: value, 'message 0000000000000001': MESSAGE })
    expect([page.warnings, story.arrived, story.kept]).toEqual([['storage-unreadable'], ['kept'], ['session']])
  })

  test.each([
    ['a key of nobody', { stray: MESSAGE }],
    ['a session without its members', { session: { v: 1 } }],
    ['a session with a receiver that is none', { session: { v: 1, receivers: [{ id: 'x' }] } }],
  ])('%s is removed and reported', async (_, rows) => {
    const page = await found(rows)
    expect([page.warnings, page.restored, story.kept]).toEqual([['storage-unreadable'], [], ['session']])
  })

  test('what a later version wrote is left as it is', async () => {
    const rows = { [KEY]: MESSAGE, session: { v: 2, anything: true } }
    const page = await found(rows)
    page.note('new', ONCE)
    await story.world.pass(2_000)
    expect([page.warnings, story.arrived, Object.fromEntries(page.device.storage.rows)]).toEqual([
      ['storage-unreadable'],
      ['new'],
      rows,
    ])
  })

  test('what was said elsewhere, or by somebody else, is not heard here', async () => {
    const page = await found({
      [KEY]: { ...MESSAGE, room: 'another' },
      'message 0000000000000001': { ...MESSAGE, peer: 'eve' },
      'message 0000000000000002': MESSAGE,
    })
    expect([story.arrived, page.restored[0]?.expired, page.warnings]).toEqual([['kept'], 2, []])
  })

  test('bytes are sent as bytes', async () => {
    const data = new TextEncoder().encode('{"note":"bytes"}')
    await found({ [KEY]: { ...MESSAGE, data } })
    expect([story.arrived, story.kept]).toEqual([['bytes'], ['session']])
  })

  test('a thousand messages, in order', async () => {
    const count = 1_000
    const rows = Array.from({ length: count }, (_, at) => [
      `message ${String(at).padStart(16, '0')}`,
      { ...MESSAGE, data: `{"note":"${at}"}`, repeats: at % 2 === 1 },
    ])
    await found(Object.fromEntries(rows.toReversed()))
    await story.world.pass(10_000)
    expect([story.arrived, story.kept]).toEqual([rows.map((_, at) => String(at)), ['session']])
  })
})
