import { afterEach, describe, expect, test } from 'vitest'
import { Call } from './call.js'

let call: Call

afterEach(() => call.end())

describe('a black hole', () => {
  test('of a second is not worth a word', async () => {
    call = await Call.begin()
    call.alice.device.network.blackHole(1_000)
    await call.world.pass(10_000)
    expect([call.alice.states, call.bob.states, await call.flows()]).toEqual([[], [], true])
    expect(call.alice.path.every((state) => state.startsWith('connected'))).toBe(true)
  })

  test.each([4, 8, 12, 17, 25, 45])('of %d seconds: the same session goes on', async (seconds) => {
    call = await Call.begin()
    const { alice, world } = call
    const { stream } = alice.view
    alice.device.network.blackHole(seconds * 1_000)
    await world.pass(seconds * 1_000)
    expect(alice.states).toEqual(['disconnected'])
    expect(await world.holds(() => alice.socket.peerState === 'connected', 500)).toBe(true)
    expect([await call.flows(800), await alice.answers()]).toEqual([true, true])
    expect([alice.states, alice.generation, alice.view.stream === stream]).toEqual([
      ['disconnected', 'connected'],
      1,
      true,
    ])
  })

  test('of a minute: the server has dropped the session, and another is begun as soon as there is a way', async () => {
    call = await Call.begin()
    const { alice, world } = call
    const { stream, serverId } = alice.view
    alice.device.network.blackHole(60_000)
    await world.pass(60_000)
    expect(await world.holds(() => alice.socket.peerState === 'connected', 15_000)).toBe(true)
    expect([await call.flows(3_000), await alice.answers()]).toEqual([true, true])
    expect([alice.states, alice.view.stream === stream, alice.view.serverId]).toEqual([
      ['disconnected', 'reconnecting', 'connected'],
      true,
      serverId,
    ])
  })

  test.each([
    ['where the application wants no pings', { pingMs: false as const }, false],
    ['in a hidden page that expects nothing', {}, true],
  ])('long after the last look, %s: the same session goes on', async (_, options, idle) => {
    call = await Call.begin({ alice: options })
    const { alice, world } = call
    if (idle) {
      alice.device.page.hide()
      for (const track of [...alice.socket.senders, alice.view]) track.stop()
    }
    await world.pass(180_000)
    alice.device.network.blackHole(14_000)
    await world.pass(14_000)
    expect(alice.states).toEqual(['disconnected'])
    expect(await world.holds(() => alice.socket.peerState === 'connected', 1_000)).toBe(true)
    expect([alice.states, alice.generation, await alice.answers()]).toEqual([['disconnected', 'connected'], 1, true])
  })

  test('for HTTP too, as where there is no coverage: it waits, and is the same session', async () => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.network.blackHole(25_000)
    alice.device.http.faults.set('all', { kind: 'hang' })
    await world.pass(25_000)
    alice.device.http.faults.clear()
    expect(await world.holds(() => alice.socket.peerState === 'connected', 1_000)).toBe(true)
    expect([alice.states, alice.generation, await call.flows()]).toEqual([['disconnected', 'connected'], 1, true])
  })

  test('again and again: the budget of a flapping path ends it in a new session', async () => {
    call = await Call.begin()
    const { alice, world } = call
    for (let hole = 0; hole < 6; hole += 1) {
      alice.device.network.blackHole(6_000)
      await world.pass(6_000)
      expect(await world.holds(() => alice.socket.peerState === 'connected', 10_000)).toBe(true)
      await world.pass(1_000)
    }
    expect([alice.generation, alice.states.filter((state) => state === 'reconnecting')]).toEqual([2, ['reconnecting']])
  })
})

describe('Firefox, which does not check again', () => {
  test('goes on by itself after eight seconds', async () => {
    call = await Call.begin({ alice: { device: { browser: 'firefox' } } })
    const { alice, world } = call
    alice.device.network.blackHole(8_000)
    await world.pass(8_000)
    expect(await world.holds(() => alice.socket.peerState === 'connected', 8_000)).toBe(true)
    expect([alice.states, alice.generation, await call.flows()]).toEqual([['disconnected', 'connected'], 1, true])
  })

  test('is joined again once it has failed, as soon as there is a way', async () => {
    call = await Call.begin({ alice: { device: { browser: 'firefox' } } })
    const { alice, world } = call
    alice.device.network.blackHole(40_000)
    await world.holds(() => alice.states.includes('reconnecting'), 60_000)
    expect(world.now).toBeLessThan(35_000)
    await world.holds(() => alice.socket.peerState === 'connected', 60_000)
    expect([alice.states, await call.flows(3_000)]).toEqual([['disconnected', 'reconnecting', 'connected'], true])
  })
})

describe('a bad network is no dead one', () => {
  test.each([1, 2, 3])('a loss of a fifth each way at 200 ms for ten minutes leads nowhere (seed %d)', async (seed) => {
    call = await Call.begin({ seed })
    const { alice, world } = call
    alice.device.network.set({ latency: 100, loss: 0.2 })
    await world.pass(600_000)
    expect(alice.path.filter((state) => !state.startsWith('connected'))).toEqual([])
    expect(alice.path.length).toBeGreaterThan(0)
    alice.device.network.heal()
  })

  test.each(['up', 'down'] as const)('four seconds in which nothing gets %s', async (direction) => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.network.blackHole(4_000, direction)
    await world.pass(5_000)
    expect([alice.socket.peerState, alice.generation, await call.flows()]).toEqual(['connected', 1, true])
  })

  test('another address behind the NAT', async () => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.network.rebind()
    await world.pass(15_000)
    expect([alice.socket.peerState, alice.generation, await call.flows()]).toEqual(['connected', 1, true])
  })
})
