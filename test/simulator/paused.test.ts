import { expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../../src/index.js'
import { SimulatedWorld } from '../../src/testing/index.js'

test.each(['audio', 'video'] as const)(
  '%s that is paused before it is connected never leaves the device',
  async (kind) => {
    const world = new SimulatedWorld()
    const join = async (
      peerId: string,
      prepare: (socket: RealtimeSocket, device: ReturnType<typeof world.device>) => void,
    ) => {
      const device = world.device()
      const { environment } = device
      const socket = new RealtimeSocket(world.gateway.url, { environment })
      prepare(socket, device)
      const token = world.gateway.token('room', peerId)
      const connector = new MediaGatewayConnector(undefined, { environment })
      await world.until(socket.connect(connector, { roomId: 'room', peerId, token }))
      return { device, socket }
    }
    const media = kind === 'audio' ? StreamKinds.AUDIO : StreamKinds.VIDEO
    const { socket: publisher } = await join('alice', (socket, device) => {
      socket.createSenderTrack({ name: 'main', kind: media, stream: device.stream(kind) }).pause()
    })
    const { device, socket: viewer } = await join('bob', (socket) => {
      socket.createReceiverTrack('view', media).attach({ peer: 'alice', stream: 'main' })
    })
    const packets = () => device.received(viewer.receivers[0]?.getTrack())?.packets ?? 0
    await world.pass(5_000)
    const paused = packets()
    publisher.senders[0]?.resume()
    await world.pass(5_000)
    expect([paused, packets() > 0]).toEqual([0, true])
    await world.dispose(publisher, viewer)
  },
)

test('one that is paused as soon as it is wished for, in a session that is connected, is on no line at any step', async () => {
  const seen: unknown[] = []
  let look = (): void => {}
  const world = new SimulatedWorld({ afterStep: () => look() })
  const device = world.device()
  const { environment } = device
  const socket = new RealtimeSocket(world.gateway.url, { environment })
  const token = world.gateway.token('room', 'alice')
  await world.until(
    socket.connect(new MediaGatewayConnector(undefined, { environment }), { roomId: 'room', peerId: 'alice', token }),
  )
  const sender = socket.createSenderTrack({ name: 'main', kind: StreamKinds.VIDEO, stream: device.stream('video') })
  sender.pause()
  look = () => seen.push(sender.transceiver?.sender.track)
  await world.pass(5_000)
  expect([sender.state, seen.filter(Boolean)]).toEqual(['live.source.paused+server.informed', []])
  await world.dispose(socket)
})
