import { expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket } from '../../src/index.js'
import { SimulatedWorld, type Device } from '../../src/testing/index.js'
import { to } from '../support/port-stage.js'
import { differences } from '../support/replayed.js'

const join = async (world: SimulatedWorld, { environment }: Device, socket: RealtimeSocket, peerId: string) => {
  const connector = new MediaGatewayConnector(undefined, { environment })
  await world.until(socket.connect(connector, { roomId: 'room', peerId, token: world.gateway.token('room', peerId) }))
}

/** The last call wins, whichever way it takes: what a track wished for before goes out before what a listener then sends. */
test('a raw request out of a listener of `dc_state` comes after what the tracks ask for', async () => {
  const world = new SimulatedWorld()
  const [publisher, viewer] = [world.device(), world.device()]
  const alice = new RealtimeSocket(world.gateway.url, publisher)
  alice.createSenderTrack({ name: 'screen', kind: 'video', stream: publisher.stream('video') })
  await join(world, publisher, alice, 'alice')

  const bob = new RealtimeSocket(world.gateway.url, viewer)
  const view = bob.createReceiverTrack('view', 'video')
  view.attach({ peer: 'nobody', stream: 'camera' })
  const data = to('video_0', 'alice', 'screen')
  const raw = JSON.stringify({ type: 'request', req_id: 1, request: 'receiver.switch', data })
  bob.on('dc_state', (state) => {
    if (state === 'connected') bob.send(raw)
  })
  await join(world, viewer, bob, 'bob')
  const shown = () => (viewer.received(view.getTrack())?.frames ?? 0) > 0
  expect([await world.holds(shown, 5_000), view.state]).toEqual([
    true,
    expect.stringMatching(/subscription\.detached$/),
  ])
  expect([await world.dispose(alice, bob), await differences([alice, bob])]).toEqual([world.nothingLeft, []])
})
