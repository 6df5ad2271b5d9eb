import type { AnyActorRef, AnyMachineSnapshot, InspectionEvent } from 'xstate'
import { expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../../src/index.js'
import { SimulatedWorld } from '../../src/testing/index.js'

test('who has ended is kept nowhere: fifty tracks that came and went, and five farewells', async () => {
  const world = new SimulatedWorld()
  const { environment, http, stream } = ((device) => ({ ...device, stream: () => device.stream('video') }))(
    world.device(),
  )
  let session: AnyActorRef | undefined
  const inspect = ({ rootId, actorRef }: InspectionEvent): void => {
    const actor = actorRef as AnyActorRef
    if (actor.sessionId === rootId) session = actor
  }
  const socket = new RealtimeSocket(world.gateway.url, { environment, inspect })
  const connect = () =>
    world.until(
      socket.connect(new MediaGatewayConnector(undefined, { environment }), {
        roomId: 'room',
        peerId: 'alice',
        token: world.gateway.token('room', 'alice'),
      }),
    )
  const children = () => {
    const snapshot = session?.getSnapshot() as AnyMachineSnapshot | undefined
    return Object.keys(snapshot?.children ?? {}).sort()
  }
  http.faults.set('connect', { kind: 'fail', times: 5 })
  for (let attempt = 0; attempt < 5; attempt += 1)
    await expect(connect()).rejects.toMatchObject({ code: 'gateway-refused' })
  await connect()
  await world.pass(10_000)
  const always = ['channel', 'connection', 'negotiation', 'page']
  expect(children()).toEqual(always)
  for (let round = 0; round < 25; round += 1) {
    const receiver = socket.createReceiverTrack(`view-${round}`, StreamKinds.VIDEO)
    const sender = socket.createSenderTrack({ name: 'camera', kind: StreamKinds.VIDEO, stream: stream() })
    await world.pass(500)
    receiver.stop()
    sender.stop()
    await world.pass(500)
  }
  expect(children()).toEqual(always)
  await world.until(socket[Symbol.asyncDispose]())
})
