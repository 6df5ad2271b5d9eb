import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EdgeCounter, edgeName } from '../../chaos/edges.js'
import { coverageOf } from '../../chaos/report.js'
import { CHARTS, SimulatedWorld } from '../../src/testing/index.js'
import { MediaGatewayConnector, RealtimeSocket } from '../../src/index.js'
import { nodesOf, transitionsOf } from '../../src/testing/explore/chart.js'
import './quiet.js'

test('the edges are all transitions of all charts, each with a name of its own place', () => {
  const { edges } = new EdgeCounter()
  const expected = CHARTS.map(({ name, machine }) => ({
    chart: name,
    edges: nodesOf(machine.root).flatMap(transitionsOf).length,
    taken: 0,
  }))
  expect(coverageOf(edges)).toEqual(expected)
})

test('a session that connects, sends and closes takes the edges that lead there, each once', async () => {
  const counter = new EdgeCounter()
  const world = new SimulatedWorld()
  const { environment } = world.device()
  const socket = new RealtimeSocket(world.gateway.url, { environment, inspect: counter.inspect })
  const token = world.gateway.token('room', 'alice')
  await world.until(
    socket.connect(new MediaGatewayConnector(undefined, { environment }), { roomId: 'room', peerId: 'alice', token }),
  )
  socket.send('one')
  await world.pass(1_500)
  expect(await world.dispose(socket)).toEqual(world.nothingLeft)
  const taken = (chart: string) =>
    counter.edges.flatMap((edge) =>
      edge.chart === chart && edge.taken > 0 ? [`${edge.taken} x ${edgeName(edge)}`] : [],
    )
  expect(taken('channel')).toEqual([
    '1 x anywhere: close -> closed',
    '1 x anywhere: generation.opened -> present',
    '1 x present.opening: channel.open [belongs to this generation] -> present.open',
    '1 x present.open.flushing: always -> present.open.flowing',
    '1 x present.open.flowing.confirmed: messages.sent -> present.open.flowing.unconfirmed',
    '1 x present.open.flowing.unconfirmed: after "confirmation is due" -> present.open.flowing.confirming',
    '1 x present.open.flowing.confirming: "confirm messages" done -> present.open.flowing.confirmed',
    '1 x closed: generation.ended',
  ])
  expect(taken('farewell')).toEqual([
    '1 x awaitingSession: "await server session" done -> deleting',
    '1 x deleting: "delete server session" done -> done',
  ])
})

test('two counters together have counted what both have', () => {
  const [one, other] = [new EdgeCounter(), new EdgeCounter()]
  one.counts[3] = 2
  other.counts[3] = 5
  one.add(other.counts)
  expect(one.edges[3]?.taken).toBe(7)
})

test('every edge that is said to be taken by no session is an edge', () => {
  const names = new Set(new EdgeCounter().edges.map((edge) => `${edge.chart} ${edgeName(edge)}`))
  const [, table = ''] = readFileSync('docs/testing.md', 'utf8').split('| edge | why no session comes to it |')
  const [rows = ''] = table.split('\n\n')
  const said = [...rows.matchAll(/^\| `([^`]+)` \| \S/gm)].map(([, name]) => name ?? '')
  expect(said.length).toBeGreaterThan(0)
  expect(said.filter((name) => !names.has(name))).toEqual([])
})
