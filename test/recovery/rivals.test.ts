import { expect, test } from 'vitest'
import { LADDER, MediaGatewayConnector, RealtimeSocket } from '../../src/index.js'
import { SimulatedWorld } from '../../src/testing/index.js'
import { differences } from '../support/replayed.js'

/** A socket of the one peer, with what became of it. */
const rivalIn = (world: SimulatedWorld) => {
  const { environment } = world.device()
  const socket = new RealtimeSocket(world.gateway.url, { environment })
  const config = { roomId: 'room', peerId: 'alice', token: () => world.gateway.token('room', 'alice') }
  const connector = new MediaGatewayConnector(undefined, { environment })
  // A gateway that lets in one session of a peer: whoever comes ends the others. The real one forgets every second.
  const connect = connector.connect.bind(connector)
  connector.connect = (...args) => {
    for (const connId of world.gateway.sessions) world.gateway.end(connId)
    return connect(...args)
  }
  let rejoins = 0
  socket.on('transition', ({ to }) => {
    if (to === 'reconnecting.rejoining.attempting.selectingGateway') rejoins += 1
  })
  return { socket, connecting: () => socket.connect(connector, config), rejoins: () => rejoins }
}

test('two sockets of one peer that end each other in turn do so as often as the ladder allows, and one stays', async () => {
  const world = new SimulatedWorld()
  const [first, second] = [rivalIn(world), rivalIn(world)]
  await world.until(first.connecting())
  await world.until(second.connecting())
  const budget = LADDER.reduce((all, { way, tries }) => all + (way === 'rejoin' ? tries : 0), 0)
  expect(await world.holds(() => first.socket.peerState === 'failed', 240_000)).toBe(true)
  expect(first.socket.getSnapshot().lastError).toMatchObject({ code: 'transport-failed', retryable: true })
  // Who is left is ended by nobody any more.
  await world.pass(600_000)
  expect([first, second].map(({ socket, rejoins }) => [socket.peerState, rejoins()])).toEqual([
    ['failed', budget],
    ['connected', budget],
  ])
  const sockets = [first.socket, second.socket]
  const left = await world.dispose(...sockets)
  expect([left, await differences(sockets)]).toEqual([world.nothingLeft, []])
})
