import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket, RPC, StreamKinds, type ISessionConfig } from '../../src/index.js'
import { NeverSettles, SimulatedWorld, type Device } from '../../src/testing/index.js'
import { differences } from '../support/replayed.js'

const NOTHING = { timers: 0, requests: 0, peerConnections: 0, pageListeners: 0, serverSessions: [] as string[] }

describe('a world', () => {
  let world: SimulatedWorld
  let sockets: RealtimeSocket[]

  const socketOn = ({ environment }: Device, urls: string | string[] = world.gateway.url) => {
    const socket = new RealtimeSocket(urls, { environment })
    sockets.push(socket)
    return socket
  }
  const connecting = (socket: RealtimeSocket, device: Device, peerId: string, more: Partial<ISessionConfig> = {}) =>
    socket.connect(new MediaGatewayConnector(undefined, { environment: device.environment }), {
      roomId: 'room',
      peerId,
      token: world.gateway.token('room', peerId),
      ...more,
    })
  const connected = async (device: Device, peerId: string, more: Partial<ISessionConfig> = {}) => {
    const socket = socketOn(device)
    await world.until(connecting(socket, device, peerId, more))
    return socket
  }
  /** A publisher and a viewer who sees it. */
  const call = async () => {
    const [alice, bob] = [world.device(), world.device()]
    const publisher = await connected(alice, 'alice', {
      senders: [{ name: 'camera', kind: StreamKinds.VIDEO, stream: alice.stream('video') }],
    })
    const viewer = await connected(bob, 'bob')
    const view = viewer.createReceiverTrack('view', StreamKinds.VIDEO)
    view.attach({ peer: 'alice', stream: 'camera' })
    const frames = () => {
      const track = view.getTrack()
      return track ? (bob.received(track)?.frames ?? 0) : 0
    }
    const flows = async (ms: number) => {
      const before = frames()
      await world.pass(ms)
      return frames() > before
    }
    await world.holds(() => frames() > 0)
    return { alice, bob, publisher, viewer, view, flows }
  }

  beforeEach(() => {
    world = new SimulatedWorld()
    sockets = []
  })

  afterEach(async () => {
    for (const socket of sockets) await world.until(socket[Symbol.asyncDispose]())
    expect([world.leftovers, await differences(sockets)]).toEqual([NOTHING, []])
  })

  test('a call: media arrives, requests are answered, and a minute takes no time', async () => {
    const { viewer, bob, flows, view } = await call()
    const rpc = new RPC(viewer, bob)
    expect(await world.until(rpc.request('room.unsubscribe', { peer: 'x' }))).toEqual({
      status: false,
      error: 'refused',
    })
    await world.pass(60_000)
    expect([await flows(1_000), view.state, world.now > 60_000]).toEqual([
      true,
      'live.media.flowing+playback.playing+subscription.attached',
      true,
    ])
  })

  test('the same seed is the same run, another one is another', async () => {
    const run = async (seed: number) => {
      const log: string[] = []
      const own = new SimulatedWorld({ seed, afterStep: ({ source, at }) => log.push(`${at} ${source}`) })
      const device = own.device()
      device.network.set({ loss: 0.2, jitter: 20 })
      const socket = new RealtimeSocket(own.gateway.url, { environment: device.environment })
      await own.until(
        socket.connect(new MediaGatewayConnector(undefined, { environment: device.environment }), {
          roomId: 'room',
          peerId: 'alice',
          token: own.gateway.token('room', 'alice'),
        }),
      )
      await own.pass(5_000)
      await own.until(socket[Symbol.asyncDispose]())
      return log
    }
    const first = await run(1)
    expect(first.length).toBeGreaterThan(50)
    expect(await run(1)).toEqual(first)
    expect(await run(2)).not.toEqual(first)
  })

  test('a plain wait would be for ever, and is told as such', async () => {
    const device = world.device()
    const socket = socketOn(device)
    device.http.faults.set('connect', { kind: 'hang' })
    const forever = new Promise(() => {})
    await expect(world.until(forever, 1_000)).rejects.toThrow(NeverSettles)
    await expect(world.until(connecting(socket, device, 'alice'))).rejects.toMatchObject({ code: 'timeout' })
  })

  test('a frozen tab is alive to the far side, and catches up when it wakes', async () => {
    const { bob, viewer } = await call()
    bob.page.freeze()
    await world.pass(30_000)
    expect([world.gateway.peers.length, viewer.peerState]).toEqual([2, 'connected'])
    bob.page.wake()
    await world.pass(1_000)
    expect(viewer.peerState).toBe('connected')
  })

  test('a machine that sleeps is gone to the server after its time', async () => {
    const { bob } = await call()
    bob.page.suspend()
    await world.pass(60_000)
    expect(world.gateway.peers).toEqual([{ room: 'room', peer: 'alice' }])
    bob.page.wake()
    await world.pass(1_000)
  })

  test('a page that leaves deletes its session by a request that outlives it', async () => {
    const { bob, viewer } = await call()
    bob.page.leave()
    expect(viewer.reason).toBe('page-left')
    await world.pass(100)
    expect(world.gateway.peers).toEqual([{ room: 'room', peer: 'alice' }])
    // Nobody is there any more who could be asked.
    sockets = sockets.filter((socket) => socket !== viewer)
  })

  test('a page that is loaded again comes back as the same machine, while its old session goes', async () => {
    const device = world.device()
    const before = await connected(device, 'alice')
    const again = device.reload()
    sockets = sockets.filter((socket) => socket !== before)
    await connected(again, 'alice')
    expect([world.gateway.peers, again.network === device.network]).toEqual([[{ room: 'room', peer: 'alice' }], true])
  })

  test('a page that is loaded again while the machine is offline is offline', async () => {
    const device = world.device()
    device.page.offline()
    const again = device.reload()
    const connect = () => world.until(connecting(socketOn(again), again, 'alice'))
    await expect(connect()).rejects.toMatchObject({ code: 'gateway-unreachable' })
    again.page.online()
    await connect()
  })

  test('a page out of the back/forward cache goes on where it was', async () => {
    const { bob, viewer, flows } = await call()
    bob.page.cache()
    await world.pass(4_000)
    bob.page.restore()
    await world.pass(3_000)
    expect([viewer.peerState, await flows(1_000)]).toEqual(['connected', true])
  })

  test('of a page that crashes the server knows nothing until it is silent for long', async () => {
    const { bob, viewer } = await call()
    bob.page.crash()
    await world.pass(50_000)
    expect(world.gateway.peers.length).toBe(2)
    await world.pass(5_000)
    expect(world.gateway.peers.length).toBe(1)
    sockets = sockets.filter((socket) => socket !== viewer)
  })

  test('offline nothing comes through, and a request fails at once', async () => {
    const device = world.device()
    device.page.offline()
    const socket = socketOn(device)
    await expect(world.until(connecting(socket, device, 'alice'))).rejects.toMatchObject({
      code: 'gateway-unreachable',
    })
    expect(world.now).toBeLessThan(50)
    device.page.online()
    await world.until(connecting(socket, device, 'alice'))
  })

  test('a killed gateway refuses, a restarted one counts its connections anew', async () => {
    const device = world.device()
    const socket = await connected(device, 'alice')
    const [before] = world.gateway.sessions
    world.gateway.kill()
    await expect(world.until(connecting(socketOn(device), device, 'bob'))).rejects.toMatchObject({
      code: 'gateway-unreachable',
    })
    world.gateway.restart()
    await connected(device, 'carol')
    expect(world.gateway.sessions).toEqual([before])
    socket.close()
  })

  test('a frozen gateway answers late, what was under way included', async () => {
    const device = world.device()
    const socket = await connected(device, 'alice')
    world.gateway.freeze()
    const rpc = new RPC(socket, device)
    const asked = rpc.request('room.unsubscribe', { peer: 'x' }, { timeoutMs: 10_000 })
    await world.pass(4_000)
    world.gateway.thaw()
    expect(await world.until(asked)).toEqual({ status: false, error: 'refused' })
    expect([world.now > 4_000, world.now < 5_500, socket.peerState]).toEqual([true, true, 'disconnected'])
    expect(await world.holds(() => socket.peerState === 'connected', 1_000)).toBe(true)
  })

  test('of several gateways the living one is taken', async () => {
    const other = world.addGateway('https://two.example')
    world.gateway.kill()
    const device = world.device()
    const socket = socketOn(device, [world.gateway.url, other.url])
    await world.until(connecting(socket, device, 'alice', { token: other.token('room', 'alice') }))
    expect(other.peers).toEqual([{ room: 'room', peer: 'alice' }])
  })

  test('one device has a bad network, the other does not', async () => {
    const { alice, bob, flows } = await call()
    bob.network.blackHole()
    expect(await flows(1_000)).toBe(false)
    bob.network.heal()
    await world.pass(1_000)
    expect(await flows(1_000)).toBe(true)
    alice.network.blackHole(3_000, 'up')
    await world.pass(100)
    expect(await flows(1_000)).toBe(false)
  })

  test('choosing another order at each moment changes nothing that a user sees', async () => {
    const random = (() => {
      let state = 7
      return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
    })()
    world = new SimulatedWorld({ choose: (ready) => Math.floor(random() * ready.length) })
    const { flows, publisher, viewer } = await call()
    expect([await flows(1_000), publisher.peerState, viewer.peerState]).toEqual([true, 'connected', 'connected'])
  })
})
