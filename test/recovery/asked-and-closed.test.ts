import { expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket } from '../../src/index.js'
import { SimulatedWorld } from '../../src/testing/index.js'
import { Call } from './call.js'

test('a question to the gateway that hangs ends with the doubt that asked it: a close soon after leaves nothing', async () => {
  const call = await Call.begin()
  const { world, alice, bob } = call
  alice.device.http.faults.set('ice_remote', { kind: 'hang', times: 1 })
  alice.device.network.blackHole(2_000)
  expect(await world.holds(() => alice.state === 'connected.suspect', 3_000)).toBe(true)
  expect(await world.holds(() => alice.state === 'connected.stable', 3_000)).toBe(true)
  await world.pass(20)
  expect(alice.device.leftovers.requests).toBe(0)
  await world.until(Promise.all([alice.socket[Symbol.asyncDispose](), bob.socket[Symbol.asyncDispose]()]))
  expect(world.leftovers).toEqual(world.nothingLeft)
})

test('and it does not count as a gateway that cannot be reached: the next time the path dies the session is revived', async () => {
  const call = await Call.begin()
  const { world, alice } = call
  alice.device.http.faults.set('ice_remote', { kind: 'hang', times: 1 })
  alice.device.network.blackHole(2_000)
  expect(await world.holds(() => alice.state === 'connected.suspect', 3_000)).toBe(true)
  expect(await world.holds(() => alice.state === 'connected.stable', 3_000)).toBe(true)
  alice.device.network.blackHole(8_000)
  expect(await world.holds(() => alice.state === 'reconnecting.reviving', 5_000)).toBe(true)
  expect(await world.holds(() => alice.state === 'connected.stable', 20_000)).toBe(true)
  expect(alice.generation).toBe(1)
  await call.end()
})

test('a candidate whose request hangs ends when it is of no use any more', async () => {
  const world = new SimulatedWorld()
  const { environment, http, network } = world.device()
  const socket = new RealtimeSocket(world.gateway.url, { environment })
  const token = world.gateway.token('room', 'alice')
  http.faults.set('ice_remote', { kind: 'hang' })
  network.blackHole(1_200)
  const connecting = socket.connect(new MediaGatewayConnector(undefined, { environment }), {
    roomId: 'room',
    peerId: 'alice',
    token,
  })
  expect(
    await world.holds(() => http.open > 0 && socket.getSnapshot().charts.connection.endsWith('trickling'), 2_000),
  ).toBe(true)
  const warnings: string[] = []
  socket.on('warning', ({ code }) => warnings.push(code))
  await world.until(connecting)
  await world.pass(20)
  expect([http.open, warnings]).toEqual([0, []])
  await world.until(socket[Symbol.asyncDispose]())
  expect(world.leftovers).toEqual(world.nothingLeft)
})
