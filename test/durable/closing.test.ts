import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AGAIN, ONCE, Story } from './page.js'

let story: Story

beforeEach(() => {
  story = new Story()
})
afterEach(() => story.end())

/** A page behind which something is left. */
const leftBehind = async () => {
  const page = await story.page().connect()
  page.device.network.blackHole(600_000)
  await story.world.holds(() => page.socket.peerState === 'disconnected', 60_000)
  page.note('left', ONCE)
  await story.world.pass(100)
  const device = page.device.restart()
  device.network.heal()
  return device
}

describe.each([0, 1, 5, 20])('close() %i ms after a connect that finds something', (ms) => {
  test('ends with `closed`, lets go of the store, and leaves what it did not take up to the next', async () => {
    const device = await leftBehind()
    const page = story.page(device)
    const heard: string[] = []
    page.socket.on('peer_state', (state) => heard.push(state))
    page.socket.on('restored', () => heard.push('restored'))
    const connecting = page.begin().catch(() => {})
    await story.world.pass(ms)
    const taken = page.restored.length
    page.socket.close()
    await story.world.until(connecting)
    await story.world.until(page.socket[Symbol.asyncDispose]())
    await story.world.pass(5_000)
    expect([heard.at(-1), page.restored.length, device.storage.held]).toEqual(['closed', taken, false])
    const next = await story.page(device).connect()
    await story.world.pass(3_000)
    expect([next.warnings, story.arrived]).toEqual([[], taken ? [] : ['left']])
  })
})

test('what is disposed of has written all that it had to, however slow the store is', async () => {
  const page = await story.page().connect()
  page.note('one', AGAIN)
  const { storage } = page.device
  const open = storage.open.bind(storage)
  expect(storage.held).toBe(true)
  await story.world.until(page.socket[Symbol.asyncDispose]())
  expect([storage.held, story.kept]).toEqual([false, []])
  ;(await open()).close()
})

test('bytes that the application changes after it sent them are kept as they were', async () => {
  const device = await leftBehind()
  const page = story.page(device)
  const bytes = new TextEncoder().encode('{"note":"as it was"}')
  page.socket.send(bytes, AGAIN)
  bytes.fill(0)
  void page.begin().catch(() => {})
  await story.world.pass(3)
  const next = story.page(device.restart())
  await next.connect()
  await story.world.pass(3_000)
  const kept = next.restored[0]?.messages.map(({ data }) =>
    typeof data === 'string' ? data : new TextDecoder().decode(data),
  )
  expect(kept?.every((text) => !text.includes('\0'))).toBe(true)
})

test('two reloads right after each other: nobody is left out', async () => {
  const page = await story.page().connect()
  page.device.network.blackHole(600_000)
  await story.world.holds(() => page.socket.peerState === 'disconnected', 60_000)
  page.note('left', ONCE)
  await story.world.pass(100)
  const second = story.page(page.device.reload())
  second.device.network.heal()
  void second.begin().catch(() => {})
  await story.world.pass(7)
  const third = await story.page(second.device.reload()).connect()
  await story.world.pass(3_000)
  expect([third.warnings, story.arrived]).toEqual([[], ['left']])
})
