import { afterEach, describe, expect, test } from 'vitest'
import { LADDER } from '../../src/index.js'
import type { DeviceEnvironment } from '../../src/testing/index.js'
import { RestartingConnector } from '../support/restarting.js'
import { Call } from './call.js'

let call: Call
let connector: RestartingConnector

afterEach(() => call.end())

const restarting = (environment: DeviceEnvironment) =>
  (connector = new RestartingConnector(environment.fetch, { environment }))

/** Without the rung above: as where a browser does not check again. */
const ladder = LADDER.filter(({ way }) => way !== 'revive')

const begin = async (browser: 'chromium' | 'firefox' = 'firefox', restarts = true) => {
  call = await Call.begin({
    gateway: { restarts },
    alice: { device: { browser }, connector: restarting, ...(browser === 'chromium' && { ladder }) },
  })
}

/** What the ladder did. */
const rungs = () => call.alice.path.map((state) => /^reconnecting\.(\w+)/.exec(state)?.[1]).filter(Boolean)

describe('a hole on the way of somebody whose browser does not check again', () => {
  test.each([
    ['chromium', 8_000, 1],
    ['chromium', 25_000, 2],
    ['chromium', 45_000, 3],
    ['firefox', 40_000, 1],
  ] as const)(
    '%s, %i ms: the same session goes on after %i restarts, with all that was sent meanwhile',
    async (browser, ms, restarts) => {
      await begin(browser)
      const { alice, world } = call
      const arrived: unknown[] = []
      alice.socket.on('fate', ({ fate, ids }) => fate === 'delivered' && arrived.push(...ids))
      alice.device.network.blackHole(ms)
      alice.device.http.breakAll()
      await world.holds(() => alice.state.startsWith('reconnecting'), 30_000)
      const sent = ['one', 'two'].map((text) => alice.socket.send(text))
      expect(await world.holds(() => alice.states.at(-1) === 'connected', 90_000)).toBe(true)
      expect(await call.flows(5_000)).toBe(true)
      await world.pass(2_000)
      expect([alice.generation, connector.restarts, arrived]).toEqual([1, restarts, sent])
      expect(rungs().includes('resuming') && !rungs().includes('rejoining')).toBe(true)
      // And the session is whole: a new track is negotiated over its channel.
      const screen = alice.socket.createSenderTrack({
        name: 'screen',
        kind: 'video',
        stream: alice.device.stream('video'),
      })
      expect(await world.holds(() => screen.state === 'live.source.flowing+server.shown', 5_000)).toBe(true)
    },
  )
})

test('a gateway that takes no restart: the session is joined anew', async () => {
  await begin('firefox', false)
  const { alice, world } = call
  alice.device.network.blackHole(40_000)
  expect(await world.holds(() => alice.states.at(-1) === 'connected' && alice.generation > 1, 90_000)).toBe(true)
  expect([connector.restarts, await call.flows(5_000)]).toEqual([1, true])
})

test('a gateway that has restarted is not asked: our number may be a stranger’s', async () => {
  await begin()
  const { alice, bob, world } = call
  world.gateway.kill()
  await world.pass(3_000)
  world.gateway.restart()
  const both = () => [alice, bob].every(({ states }) => states.at(-1) === 'connected')
  expect(await world.holds(both, 90_000)).toBe(true)
  expect([connector.restarts, await call.flows(5_000)]).toEqual([0, true])
})

test('a connector without it never comes to that rung', async () => {
  call = await Call.begin({ alice: { device: { browser: 'firefox' } } })
  call.alice.device.network.blackHole(40_000)
  const { alice, world } = call
  expect(await world.holds(() => alice.generation > 1 && alice.states.at(-1) === 'connected', 90_000)).toBe(true)
  expect(rungs().includes('resuming')).toBe(false)
  expect(await call.flows(10_000)).toBe(true)
})

test('close() in the middle of it leaves nothing', async () => {
  await begin()
  const { alice, world } = call
  alice.device.network.blackHole(60_000)
  alice.device.http.breakAll()
  expect(await world.holds(() => alice.state === 'reconnecting.resuming', 60_000)).toBe(true)
  alice.socket.close()
  expect(alice.states.at(-1)).toBe('closed')
})
