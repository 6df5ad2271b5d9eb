// A bad path that is alive, in virtual time: minutes of it in seconds.
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../src/index.js'
import { SimulatedWorld } from '../src/testing/index.js'
import { alarms } from './recovery-core.js'

/** One session with media both ways, 20 % lost each way, 200 ms there and back: what the engine made of it. */
export const badInVirtualTime = async (seed: number, ms: number): Promise<ReturnType<typeof alarms>> => {
  const world = new SimulatedWorld({ seed })
  const device = world.device()
  const { environment, network } = device
  const socket = new RealtimeSocket(world.gateway.url, { environment })
  const connector = new MediaGatewayConnector(undefined, { environment })
  socket.createSenderTrack({ name: 'camera', kind: StreamKinds.VIDEO, stream: device.stream('video') })
  socket.createReceiverTrack('view', StreamKinds.VIDEO).attach({ peer: 'peer', stream: 'camera' })
  const went: { from: string; to: string }[] = []
  socket.on('transition', ({ chart, from, to }) => chart === 'connection' && went.push({ from, to }))
  const token = world.gateway.token('room', 'peer')
  await world.until(socket.connect(connector, { roomId: 'room', peerId: 'peer', token }))
  network.loss(0.2)
  network.latency(100)
  await world.pass(ms)
  const told = alarms(went)
  await world.dispose(socket)
  return told
}
