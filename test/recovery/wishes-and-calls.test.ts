import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket, RPC, StreamKinds, type ReceiverTrack } from '../../src/index.js'
import { SimulatedWorld, type Device } from '../../src/testing/index.js'
import { bound, to } from '../support/port-stage.js'
import { differences } from '../support/replayed.js'

describe('raw requests and the calls of the facade, in a simulated world', () => {
  let world: SimulatedWorld
  let bob: RealtimeSocket
  let device: Device
  let rpc: RPC
  let view: ReceiverTrack

  const join = async (on: Device, peerId: string, prepare: (socket: RealtimeSocket) => void) => {
    const { environment } = on
    const socket = new RealtimeSocket(world.gateway.url, { environment })
    prepare(socket)
    const connector = new MediaGatewayConnector(undefined, { environment })
    const token = () => world.gateway.token('room', peerId)
    await world.until(socket.connect(connector, { roomId: 'room', peerId, token }))
    return socket
  }
  const decodes = async () => {
    const frames = () => device.received(view.getTrack())?.frames ?? 0
    await world.pass(2_000)
    const before = frames()
    await world.pass(1_000)
    return frames() > before
  }
  const rejoined = async () => {
    const { generation } = bob.getSnapshot()
    const [session] = world.gateway.peers.flatMap(({ peer }, at) =>
      peer === 'bob' ? [world.gateway.sessions[at]] : [],
    )
    world.gateway.end(session ?? '')
    await world.holds(() => bob.getSnapshot().generation > generation && bob.peerState === 'connected', 60_000)
  }
  const raw = (name: string, data: object) => world.until(rpc.request(name, data))
  let alice: RealtimeSocket

  beforeEach(async () => {
    world = new SimulatedWorld()
    const publisher = world.device()
    alice = await join(publisher, 'alice', (socket) => {
      for (const name of ['camera', 'screen'])
        socket.createSenderTrack({ name, kind: StreamKinds.VIDEO, stream: publisher.stream('video') })
    })
    device = world.device()
    bob = await join(device, 'bob', (socket) => {
      rpc = new RPC(socket)
      view = socket.createReceiverTrack('view', StreamKinds.VIDEO)
    })
  })

  afterEach(async () => {
    for (const socket of [alice, bob]) await world.until(socket[Symbol.asyncDispose]())
    await world.pass(60_000)
    expect([await differences([alice, bob]), world.leftovers.timers]).toEqual([[], 0])
  })

  test('a raw switch survives a rejoin', async () => {
    const answer = await raw('receiver.switch', to('video_0', 'alice'))
    const before = await decodes()
    await rejoined()
    expect([answer.status, before, await decodes(), view.state]).toEqual([
      true,
      true,
      true,
      'live.media.flowing+playback.playing+subscription.detached',
    ])
  })

  test('a raw switch makes a receiver forget what it was attached to; without a word to the server', async () => {
    view.attach({ peer: 'alice', stream: 'camera' })
    await world.pass(1_000)
    const attached = view.state
    await raw('receiver.switch', to('video_0', 'alice', 'screen'))
    const overruled = view.state
    await rejoined()
    expect([attached, overruled, await decodes(), view.state]).toEqual([
      'live.media.flowing+playback.playing+subscription.attached',
      'live.media.flowing+playback.playing+subscription.detached',
      true,
      'live.media.flowing+playback.playing+subscription.detached',
    ])
  })

  test('a raw disconnect ends an attachment, after a rejoin too', async () => {
    view.attach({ peer: 'alice', stream: 'camera' })
    await world.pass(1_000)
    const answer = await raw('receiver.disconnect', { id: 'video_0' })
    const after = await decodes()
    await rejoined()
    expect([answer.status, after, await decodes()]).toEqual([true, false, false])
  })

  test('a raw limit is taken over by an attachment: it comes after the switch in the next session', async () => {
    view.attach({ peer: 'alice', stream: 'camera' })
    await world.pass(1_000)
    const limited: string[] = []
    bob.on('transition', ({ chart, to: state }) => {
      const said = /(limiting|attached)$/.exec(state)?.[1]
      if (chart === 'receiver:view' && said && limited.at(-1) !== said) limited.push(said)
    })
    await raw('receiver.limit', bound('video_0', 0))
    const without = [...limited]
    await rejoined()
    expect([without, await decodes(), limited]).toEqual([['attached'], true, ['attached', 'limiting', 'attached']])
  })

  test('attach after a raw switch wins', async () => {
    await raw('receiver.switch', to('video_0', 'alice', 'screen'))
    view.attach({ peer: 'alice', stream: 'camera' })
    await world.pass(1_000)
    const attached = view.state
    await rejoined()
    expect([attached, await decodes(), view.state]).toEqual([
      'live.media.flowing+playback.playing+subscription.attached',
      true,
      'live.media.flowing+playback.playing+subscription.attached',
    ])
  })

  test('a request that was sent over a dead path is answered after the rejoin', async () => {
    device.network.blackHole(8_000)
    world.gateway.end(world.gateway.sessions[1] ?? '')
    const patient = new RPC(bob, { timeoutMs: 60_000 })
    const answer = await world.until(patient.request('receiver.switch', to('video_0', 'alice')))
    expect([answer.status, await decodes()]).toEqual([true, true])
  })
})
