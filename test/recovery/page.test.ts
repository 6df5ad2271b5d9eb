import { afterEach, describe, expect, test } from 'vitest'
import { environmentWith } from '../../src/adapters/environment.js'
import { Call } from './call.js'

describe('a page', () => {
  let call: Call

  afterEach(() => call.end())

  test('whose JavaScript stood still for a minute probes, and stays: the browser kept the path alive', async () => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.page.freeze()
    await world.pass(60_000)
    alice.device.page.wake()
    await world.pass(5_000)
    expect([alice.states, alice.generation, await call.flows()]).toEqual([[], 1, true])
    expect(alice.path).toContain('connected.suspect')
  })

  test.each([4, 12, 40])('whose process stood still for %d s goes on with the same session', async (seconds) => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.page.suspend()
    await world.pass(seconds * 1_000)
    alice.device.page.wake()
    await world.pass(10_000)
    expect([alice.socket.peerState, alice.generation, await call.flows()]).toEqual(['connected', 1, true])
  })

  test('whose process stood still for two minutes is joined again', async () => {
    call = await Call.begin()
    const { alice, world } = call
    const { stream } = alice.view
    alice.device.page.suspend()
    await world.pass(120_000)
    alice.device.page.wake()
    await world.holds(() => alice.states.includes('connected'), 10_000)
    expect([alice.states.at(-1), alice.generation, alice.view.stream === stream, await call.flows(3_000)]).toEqual([
      'connected',
      2,
      true,
      true,
    ])
  })

  test('that is hidden and expects media goes on to look after the path', async () => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.page.hide()
    alice.device.network.blackHole(5_000)
    await world.pass(4_000)
    expect(alice.states).toEqual(['disconnected'])
    await world.pass(3_000)
    expect([alice.states, alice.generation]).toEqual([['disconnected', 'connected'], 1])
  })

  test('without a network waits for one, and is back at once', async () => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.page.offline()
    await world.pass(70_000)
    expect(alice.states).toEqual(['disconnected', 'reconnecting'])
    alice.device.page.online()
    expect(await world.holds(() => alice.socket.peerState === 'connected', 1_000)).toBe(true)
    expect(await call.flows(3_000)).toBe(true)
  })

  test('that is out of the back/forward cache after ten seconds goes on', async () => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.page.cache()
    await world.pass(10_000)
    alice.device.page.restore()
    await world.pass(5_000)
    expect([alice.socket.peerState, alice.generation, await call.flows()]).toEqual(['connected', 1, true])
  })
})

describe('what becomes of it can be read off its chart', () => {
  let call: Call

  afterEach(() => call.end())

  test('as it happens', async () => {
    call = await Call.begin()
    const { alice, world } = call
    const { page } = alice.device
    const seen: string[] = []
    alice.socket.on('transition', ({ chart, to }) => chart === 'page' && seen.push(to))
    for (const happen of [
      () => page.hide(),
      () => page.freeze(),
      () => page.wake(),
      () => page.show(),
      () => page.cache(),
      () => page.restore(),
      () => page.offline(),
      () => page.online(),
    ]) {
      happen()
      await world.pass(1_000)
    }
    expect(seen).toEqual([
      'view.hidden+network.online',
      'view.frozen+network.online',
      'view.hidden+network.online',
      'view.visible+network.online',
      'view.cached+network.online',
      'view.visible+network.online',
      'view.visible+network.offline',
      'view.visible+network.online',
    ])
    expect(await call.flows(5_000)).toBe(true)
  })

  test('another network: the path is looked at, and the session stays', async () => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.page.change()
    await world.pass(3_000)
    expect([alice.path, alice.states]).toEqual([['connected.suspect', 'connected.stable'], []])
  })

  test('hidden and offline from the beginning', async () => {
    call = await Call.begin()
    const { world } = call
    const device = world.device()
    device.page.hide()
    device.page.offline()
    const { RealtimeSocket } = await import('../../src/index.js')
    const socket = new RealtimeSocket(world.gateway.url, { environment: device.environment })
    const seen: string[] = []
    socket.on('transition', ({ chart, to }) => chart === 'page' && seen.push(to))
    socket.subscribe(() => {})
    socket.createReceiverTrack('view', 'video')
    await world.pass(100)
    expect(seen.at(-1)).toBe('view.hidden+network.offline')
    await world.until(socket[Symbol.asyncDispose]())
  })
})

test('without a DOM there is nothing to hear, and a network', () => {
  const { page } = environmentWith()
  const ends = [page.onLeave(() => {}), page.onView?.(() => {}), page.onNetwork?.(() => {})]
  for (const end of ends) end?.()
  expect([page.hidden?.(), page.online?.()]).toEqual([false, true])
})
