import { beforeEach, describe, expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../../src/index.js'
import { SimulatedWorld, type Device } from '../../src/testing/index.js'

interface Inbound {
  readonly type: string
  readonly packetsLost: number
  readonly packetsReceived: number
  readonly jitter: number
  readonly frameWidth: number
}

describe('what statistics say of a bad network', () => {
  let world: SimulatedWorld
  let viewer: RealtimeSocket
  let publisher: RealtimeSocket
  let bob: Device

  const join = async (device: Device, peerId: string, prepare: (socket: RealtimeSocket) => void) => {
    const { environment } = device
    const socket = new RealtimeSocket(world.gateway.url, { environment })
    prepare(socket)
    const token = world.gateway.token('room', peerId)
    const connector = new MediaGatewayConnector(undefined, { environment })
    await world.until(socket.connect(connector, { roomId: 'room', peerId, token }))
    return socket
  }
  const inbound = async (): Promise<Inbound> => {
    const report = await world.until(viewer.getStats())
    return [...(report.values() as Iterable<Inbound>)].find(({ type }) => type === 'inbound-rtp') as Inbound
  }

  beforeEach(async () => {
    world = new SimulatedWorld()
    bob = world.device()
    const alice = world.device()
    publisher = await join(alice, 'alice', (socket) => {
      for (const name of ['camera', 'screen'])
        socket.createSenderTrack({ name, kind: StreamKinds.VIDEO, stream: alice.stream('video') })
    })
    viewer = await join(bob, 'bob', (socket) => {
      socket.createReceiverTrack('view', StreamKinds.VIDEO).attach({ peer: 'alice', stream: 'camera' })
    })
    await world.pass(5_000)
  })

  test('nothing is lost on a calm one', async () => {
    const { packetsLost, jitter, frameWidth } = await inbound()
    expect([packetsLost, jitter, frameWidth]).toEqual([0, 0, 640])
    expect(await world.dispose(publisher, viewer)).toEqual(world.nothingLeft)
  })

  test('loss and jitter are counted as they are', async () => {
    const before = await inbound()
    bob.network.set({ loss: 0.3, jitter: 60 }, 'down')
    await world.pass(60_000)
    const after = await inbound()
    const lost = after.packetsLost - before.packetsLost
    const share = lost / (lost + after.packetsReceived - before.packetsReceived)
    expect([Math.abs(share - 0.3) < 0.05, after.jitter > 0.01 && after.jitter < 0.04]).toEqual([true, true])
    expect(await world.dispose(publisher, viewer)).toEqual(world.nothingLeft)
  })

  test('another source on the same line is no loss', async () => {
    viewer.receivers[0]?.attach({ peer: 'alice', stream: 'screen' })
    await world.pass(5_000)
    expect((await inbound()).packetsLost).toBe(0)
    expect(await world.dispose(publisher, viewer)).toEqual(world.nothingLeft)
  })
})
