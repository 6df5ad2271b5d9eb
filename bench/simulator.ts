import { MediaGatewayConnector, RealtimeSocket, RealtimeSocketState as State, StreamKinds } from '../src/index.js'
import { SimulatedWorld, type Device } from '../src/testing/index.js'
import { rounded } from './statistics.js'

/** Steps a second of whole sessions, invariants included, on one core. */
const BAR = 5_000

interface Options {
  readonly rounds: number
  readonly json: boolean
}

/** Looked at after every step. */
const invariants = (sockets: readonly RealtimeSocket[]) => {
  const ended = new Set<RealtimeSocket>()
  return () => {
    for (const socket of sockets) {
      const { peerState, dcState, charts, reason } = socket.getSnapshot()
      const closed = peerState === State.Closed
      if (ended.has(socket) && !closed) throw new Error(`closed became ${peerState}`)
      if (closed) ended.add(socket)
      if (closed !== (reason !== undefined)) throw new Error(`${peerState} with the reason ${reason}`)
      if (closed && dcState !== State.Closed) throw new Error(`the channel is ${dcState} after the end`)
      if (dcState === State.Connected && peerState === State.Created) throw new Error('a channel before a connection')
      if (charts.negotiation === 'dormant' && peerState === State.Connected)
        throw new Error('connected, not negotiable')
    }
  }
}

/** A publisher and a viewer for a minute, with messages, tracks that come and go, and a hole now and then. */
const session = async (seed: number): Promise<number> => {
  const sockets: RealtimeSocket[] = []
  const world = new SimulatedWorld({ seed, afterStep: invariants(sockets) })
  const join = async (device: Device, peerId: string, senders: boolean) => {
    const { environment } = device
    const socket = new RealtimeSocket(world.gateway.url, { environment })
    sockets.push(socket)
    await world.until(
      socket.connect(new MediaGatewayConnector(undefined, { environment }), {
        roomId: 'room',
        peerId,
        token: world.gateway.token('room', peerId),
        ...(senders && {
          senders: [
            { name: 'audio_main', kind: StreamKinds.AUDIO, stream: device.stream('audio') },
            { name: 'video_main', kind: StreamKinds.VIDEO, stream: device.stream('video') },
          ],
        }),
      }),
    )
    return socket
  }
  const [alice, bob] = [world.device(), world.device()]
  const publisher = await join(alice, 'alice', true)
  const viewer = await join(bob, 'bob', false)
  const view = viewer.createReceiverTrack('view', StreamKinds.VIDEO)
  view.attach({ peer: 'alice', stream: 'video_main' })
  for (let second = 0; second < 60; second += 1) {
    publisher.send(`message ${second}`)
    viewer.send('x'.repeat(2_000))
    if (second % 10 === 5) publisher.createSenderTrack({ name: `screen_${second}`, kind: StreamKinds.VIDEO })
    if (second % 20 === 10) bob.network.blackHole(2_000)
    await world.pass(1_000)
  }
  for (const socket of sockets) await world.until(socket[Symbol.asyncDispose]())
  return world.scheduler.steps
}

/** Whole sessions on the simulated stack, one after the other. */
export const simulatorBench = async ({ rounds, json }: Options): Promise<boolean> => {
  await session(0)
  const table: { seed: number; steps: number; stepsPerSecond: number }[] = []
  for (let seed = 1; seed <= rounds; seed += 1) {
    const began = performance.now()
    const steps = await session(seed)
    table.push({ seed, steps, stepsPerSecond: Math.round((steps * 1_000) / (performance.now() - began)) })
  }
  const steps = table.reduce((sum, row) => sum + row.steps, 0)
  const seconds = table.reduce((sum, row) => sum + row.steps / row.stepsPerSecond, 0)
  const stepsPerSecond = Math.round(steps / seconds)
  const passed = stepsPerSecond >= BAR
  if (json) process.stdout.write(`${JSON.stringify({ stepsPerSecond, bar: BAR, passed, table })}\n`)
  else {
    console.table(table)
    console.log(`${rounds} sessions of a minute, ${steps} steps in ${rounded(seconds)} s`)
    console.log(`${stepsPerSecond} steps a second, bar ${BAR}: ${passed ? 'passed' : 'FAILED'}`)
  }
  return passed
}
