import { describe, expect, test } from 'vitest'
import type { AnyActorRef, AnyMachineSnapshot, InspectionEvent } from 'xstate'
import { MediaGatewayConnector, RealtimeSocket } from '../../src/index.js'
import { activeIn, edgeBetween, edgeOf } from '../../src/inspect/pictures.js'
import { kindOf, saidOf, type Step } from '../../src/inspect/step.js'
import { stepsOf } from '../../src/inspect/tap.js'
import { CHARTS, edgeId, edgesOf } from '../../src/testing/explore/index.js'
import { SimulatedWorld } from '../../src/testing/index.js'
import { dotted } from '../../src/watch.js'
import { Simulated } from './support/simulated.js'

/** A session with tracks whose path is cut and healed, watched from its first actor on. */
const watched = async () => {
  const world = new SimulatedWorld()
  const { environment, network } = world.device()
  const steps: Step[] = []
  const states: { chart: string; state: string; nodes: string[] }[] = []
  const inspect = ({ actorRef, ...event }: InspectionEvent) => {
    if (event.type !== '@xstate.snapshot') return
    const { value, _nodes } = event.snapshot as AnyMachineSnapshot
    const chart = (actorRef as AnyActorRef).id
    if (value) states.push({ chart, state: dotted(value), nodes: _nodes.map(({ id }) => id).sort() })
  }
  const socket = new RealtimeSocket(world.gateway.url, { environment, inspect })
  const end = stepsOf(socket, (step) => steps.push(step))
  socket.createSenderTrack({ name: 'camera', kind: 'video' })
  socket.createReceiverTrack('view', 'video').attach({ peer: 'bob', stream: 'camera' })
  const connector = new MediaGatewayConnector(undefined, { environment })
  const token = world.gateway.token('room', 'alice')
  await world.until(socket.connect(connector, { roomId: 'room', peerId: 'alice', token }))
  network.blackHole(4_000)
  await world.pass(20_000)
  const seen = steps.length
  end()
  const snapshot = socket.getSnapshot()
  socket.close()
  await world.pass(10_000)
  return { steps, seen, states, snapshot }
}

describe('a session whose path is cut and healed', async () => {
  const { steps, seen, states, snapshot } = await watched()

  test('has the states lit that its charts are in, at every step', () => {
    expect(states.length).toBeGreaterThan(50)
    for (const { chart, state, nodes } of states) expect([...activeIn(kindOf(chart), state)].sort()).toEqual(nodes)
  })

  test('ends where its snapshot is', () => {
    const last = (chart: string) => steps.findLast((step) => step.chart === chart)?.to
    expect({
      connection: last('connection'),
      negotiation: last('negotiation'),
      channel: last('channel'),
      tracks: [...snapshot.senders, ...snapshot.receivers].map(({ id }) => last(id)),
    }).toEqual({
      ...snapshot.charts,
      tracks: [...snapshot.senders, ...snapshot.receivers].map(({ state }) => state),
    })
    expect(snapshot.charts.connection).toBe('connected.stable')
    expect(steps.map(({ to }) => to)).toContain('reconnecting.reviving')
  })

  test('follows step on step: each begins where the one before it ended', () => {
    const at = new Map<string, string>()
    for (const { chart, from, to } of steps) {
      expect([chart, from]).toEqual([chart, at.get(chart) ?? ''])
      at.set(chart, to)
    }
  })

  test('has edges only that its pictures have', () => {
    const known = new Set(CHARTS.flatMap(({ machine }) => edgesOf(machine).map(edgeId)))
    const taken = steps.flatMap(({ edges }) => edges)
    expect(taken.filter((edge) => !known.has(edge))).toEqual([])
    expect(taken).toContain('connection.connected.stable:path.silent:0')
  })

  test('is not looked at any more after the end', () => expect(steps.length).toBe(seen))
})

test.each(CHARTS.map(({ name, machine }) => [name, machine] as const))(
  'the edges of %s have their names',
  (_, machine) => {
    expect(edgesOf(machine).map(edgeOf)).toEqual(edgesOf(machine).map(edgeId))
  },
)

test('an edge is found by the states that it leads between', () => {
  expect(edgeBetween('channel', 'present.opening', 'present.open.flushing', 'channel.open')).toBe(
    'channel.present.opening:channel.open:0',
  )
  expect(edgeBetween('channel', 'absent', 'closed', 'close')).toBe('channel:close:0')
  expect(edgeBetween('channel', 'absent', 'closed', 'nothing')).toBe(undefined)
})

test('events are said in the words of the charts', () => {
  expect(
    [
      'xstate.after.connect deadline.connection.connecting',
      'xstate.done.actor.0.connection.connecting.negotiating',
      'xstate.error.actor.connection',
      'xstate.init',
      'peer.state',
    ].map(saidOf),
  ).toEqual([
    'after connect deadline',
    'done connection.connecting.negotiating',
    'error connection',
    'init',
    'peer.state',
  ])
})

test.each([
  ['at rest', async () => {}],
  ['after a connect with tracks', (session: Simulated) => session.connect({ receivers: { video: 1 } })],
])('every chart is there from the first look on: %s', async (_, before) => {
  const session = new Simulated()
  await before(session)
  const steps: Step[] = []
  const end = stepsOf(session.socket, (step) => steps.push(step))
  const seen = steps.map(({ chart, from, to }) => [chart, from, to])
  expect(seen.slice(0, 4).map(([chart]) => chart)).toEqual(['session', 'connection', 'negotiation', 'channel'])
  expect(seen.at(-1)).toEqual(['page', '', expect.any(String)])
  session.socket.close()
  await session.world.pass(10_000)
  expect(steps.filter(({ chart, from }) => chart === 'page' && from === '').length).toBe(1)
  end()
  await session.dispose()
})
