import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect'
import { WebSocketServer, type WebSocket } from 'ws'
import type { AnyActorRef, InspectionEvent } from 'xstate'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StreamKinds } from '../../src/index.js'
import { introducing } from '../../src/inspect/index.js'
import { inspectedByStately } from '../../visualizations/stately/inspected.js'
import { Simulated } from './support/simulated.js'

let session: Simulated

beforeEach(() => {
  session = new Simulated()
})

afterEach(async () => {
  expect(await session.dispose()).toEqual(session.world.nothingLeft)
})

/** A call with tracks, a cut, and its end. */
const call = async () => {
  const { device, socket, world } = session
  await session.connect({
    senders: [{ name: 'camera', kind: StreamKinds.VIDEO, stream: device.stream('video') }],
    receivers: { video: 1 },
  })
  socket.createReceiverTrack('view', StreamKinds.VIDEO)
  device.network.blackHole(4_000)
  await world.pass(10_000)
  await session.dispose()
}

type Row = readonly unknown[]

/** What an inspection event says, when it is said. */
const rowOf = (event: InspectionEvent): Row[] => {
  const { sessionId, id, _parent } = event.actorRef as AnyActorRef
  const rows: Partial<Record<InspectionEvent['type'], () => Row>> = {
    '@xstate.actor': () => [id, _parent?.sessionId],
    '@xstate.event': () => [(event as { event: { type: string } }).event.type],
    '@xstate.snapshot': () => {
      const { event: cause, snapshot } = event as InspectionEvent & { type: '@xstate.snapshot' }
      return [cause.type, (snapshot as { value?: unknown }).value, snapshot.status]
    },
  }
  const row = rows[event.type]
  return row ? [[event.type, sessionId, ...row()]] : []
}

/** The same of what the inspector of Stately makes of it. */
const told = (event: StatelyInspectionEvent): Row => {
  const { type, sessionId } = event
  if (type === '@xstate.actor') return [type, sessionId, event.name, event.parentId]
  if (type === '@xstate.event') return [type, sessionId, event.event.type]
  const { value, status } = event.snapshot as { value?: unknown; status: string }
  return [type, sessionId, event.event.type, value, status]
}

/** The inspector works when there is nothing else to do; one turn of timers is behind all of it. */
const idle = () => new Promise((resolve) => setTimeout(resolve))

test('its observer is taken as it is, and sees actors, events and snapshots in order, children included', async () => {
  const expected: Row[] = []
  const received: StatelyInspectionEvent[] = []
  const inspector = createInspector({ send: (event) => received.push(event) })
  session.socket.inspect(inspector.inspect)
  session.socket.inspect((event) => expected.push(...rowOf(event)))
  await call()
  await idle()
  expect(received.map(told)).toEqual(expected)
  const names = received.flatMap((event) => (event.type === '@xstate.actor' ? [event.name] : []))
  expect(names).toEqual(expect.arrayContaining(['sender-1', 'receiver-2', 'peer-1', 'farewell-1']))
})

test('over its WebSocket the charts that were there before are introduced, each behind its parent', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const expected: Row[] = []
  const received: StatelyInspectionEvent[] = []
  server.on('connection', (wire: WebSocket) =>
    wire.on('message', (data: Buffer) => {
      received.push(JSON.parse(data.toString()) as StatelyInspectionEvent)
      server.emit('told')
    }),
  )
  const end = inspectedByStately(session.socket, `ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  session.socket.inspect(introducing((event) => expected.push(...rowOf(event))))
  await call()
  while (received.length < expected.length) await once(server, 'told')
  expect(received.map(told)).toEqual(expected)
  const actors = received.filter((event) => event.type === '@xstate.actor')
  const before = actors.slice(0, 6).map(({ name }) => name)
  expect(before.toSorted()).toEqual(['0.page', 'channel', 'connection', 'negotiation', 'page', 'session'])
  const met = new Set<string | undefined>([undefined])
  for (const { sessionId, parentId } of actors) {
    expect(met.has(parentId)).toBe(true)
    met.add(sessionId)
  }
  for (const { sessionId } of received) expect(met.has(sessionId)).toBe(true)
  const { definition } = actors.find(({ name }) => name === 'connection') ?? {}
  expect(JSON.parse(definition ?? '')).toMatchObject({ id: 'connection', initial: 'new' })
  end()
  server.close()
  await once(server, 'close')
})
