import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../../src/index.js'
import { channelMachine } from '../../src/machines/channel.machine.js'
import { shadow, SimulatedWorld } from '../../src/testing/index.js'
import { differences } from '../support/replayed.js'

// XState's development build says so when something is sent to an actor that has ended.
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const NOTHING = { timers: 0, requests: 0, peerConnections: 0, pageListeners: 0, serverSessions: [] }

/** Sessions with tracks that come and go, messages and faults, by seed, each held against the pure functions. */
const sessions = async (seed: number, shadows: ReturnType<typeof shadow>[]): Promise<void> => {
  const world = new SimulatedWorld({ seed })
  const { random } = world
  const sockets: RealtimeSocket[] = []
  for (const peerId of ['alice', 'bob']) {
    const device = world.device()
    const { environment, network, http } = device
    const watched = shadow()
    shadows.push(watched)
    const socket = new RealtimeSocket(world.gateway.url, { environment, inspect: watched.inspect })
    sockets.push(socket)
    const connect = () =>
      socket
        .connect(new MediaGatewayConnector(undefined, { environment }), {
          roomId: 'room',
          peerId,
          token: world.gateway.token('room', peerId),
        })
        .catch(() => {})
    const acts: (() => void)[] = [
      () => network.blackHole(random() * 30_000),
      () => network.loss(random() / 2),
      () => network.heal(),
      () => network.rebind(),
      () => http.faults.set('connect', { kind: random() < 0.5 ? 'hang' : 'drop', times: 1 }),
      () => world.gateway.restart(),
      () => void connect(),
      () => void connect(),
      () => socket.send(`message at ${world.now}`),
      () => socket.send(`another at ${world.now}`),
      () => {
        const name = `sender_${Math.floor(random() * 4)}`
        if (!socket.senders.some(({ info }) => info.name === name))
          socket.createSenderTrack({ name, kind: StreamKinds.VIDEO, stream: device.stream('video') })
      },
      () => socket.senders[Math.floor(random() * socket.senders.length)]?.stop(),
      () => socket.senders[0]?.replaceStream(random() < 0.5 ? null : device.stream('video')),
      () => {
        const receiver = socket.createReceiverTrack(`view at ${world.now} ${random()}`, StreamKinds.VIDEO)
        receiver.attach({ peer: 'alice', stream: 'sender_0' })
      },
      () => socket.receivers[Math.floor(random() * socket.receivers.length)]?.stop(),
      () => socket.receivers[0]?.pause(),
      () => void socket.generateOffer().catch(() => {}),
    ]
    void connect()
    for (let act = 0; act < 60; act += 1) {
      acts[Math.floor(random() * acts.length)]?.()
      await world.pass(random() * 2_000)
    }
  }
  for (const socket of sockets) await world.until(socket[Symbol.asyncDispose]())
  // A farewell that did not get through leaves a session to the server's own time-outs.
  await world.pass(60_000)
  expect([await differences(sockets), world.leftovers, world.scheduler.waiting()]).toEqual([[], NOTHING, 0])
}

test('ten thousand steps of whole sessions, under one scheduler, are those of the pure functions', async () => {
  const shadows: ReturnType<typeof shadow>[] = []
  const steps = () => shadows.reduce((sum, { found }) => sum + found.steps, 0)
  let seeds = 0
  while (steps() < 10_000) await sessions((seeds += 1), shadows)
  expect(shadows.flatMap(({ found }) => found.mismatches)).toEqual([])
  // Each of them makes some hundred.
  expect(seeds).toBeLessThan(40)
})

test('a chart with another guard is noticed, with the step', async () => {
  const changed = channelMachine.provide({ guards: { 'more was sent': () => true } })
  const { inspect, found } = shadow({ channel: changed as never })
  const world = new SimulatedWorld()
  const { environment } = world.device()
  const socket = new RealtimeSocket(world.gateway.url, { environment, inspect })
  await world.until(
    socket.connect(new MediaGatewayConnector(undefined, { environment }), {
      roomId: 'room',
      peerId: 'alice',
      token: world.gateway.token('room', 'alice'),
    }),
  )
  socket.send('one')
  await world.pass(3_000)
  await world.until(socket[Symbol.asyncDispose]())
  expect(found.mismatches.map(({ chart }) => chart)).toContain('channel')
})
