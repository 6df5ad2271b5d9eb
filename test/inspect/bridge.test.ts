import { once } from 'node:events'
import { WebSocket } from 'ws'
import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from 'vitest'
import type { AnyActorRef, InspectionEvent } from 'xstate'
import { StreamKinds } from '../../src/index.js'
import { dotted } from '../../src/watch.js'
import { bridgeToXState4, serveXState4Inspector } from '../../visualizations/xstate-4/src/index.js'
import { nameIn4 } from '../../visualizations/xstate-4/src/names.js'
import { createDevTools, Receiver, type ParsedReceiverEvent } from '../../visualizations/xstate-4/test/receiver.js'
import { Simulated } from './support/simulated.js'

type Served = Awaited<ReturnType<typeof serveXState4Inspector>>
type Told<Type extends ParsedReceiverEvent['type']> = ParsedReceiverEvent & { type: Type }

let session: Simulated
let served: Served
let receiver: Receiver
let said: MockInstance[]

const registered = (told: readonly ParsedReceiverEvent[]) =>
  told.filter((event): event is Told<'service.register'> => event.type === 'service.register')

/** Session id of a chart in the inspector. */
const idOf = (chart: string): string => {
  const { sessionId } = registered(receiver.told).find(({ machine }) => machine.id === chart) ?? {}
  if (!sessionId) throw new Error(`nobody has registered ${chart}`)
  return sessionId
}

beforeEach(async () => {
  said = (['warn', 'error'] as const).map((level) => vi.spyOn(console, level).mockReturnValue())
  session = new Simulated()
  served = await serveXState4Inspector(session.socket)
  // So that something is seen, and the inspector has something to say when it is there.
  session.socket.createReceiverTrack('view', StreamKinds.VIDEO)
  receiver = new Receiver(served.url)
  await receiver.until((told) => registered(told).length === 6)
})

afterEach(async () => {
  await served.close()
  expect(await session.dispose()).toEqual(session.world.nothingLeft)
  const complaints = said.flatMap((spy) => spy.mock.calls.map(([text]) => String(text)))
  vi.restoreAllMocks()
  // XState 4 does not like to read what it has written itself.
  expect(complaints.filter((text) => !/Empty string transition configs|predictableActionArguments/.test(text))).toEqual(
    [],
  )
})

type Row = readonly [what: 'event' | 'state', session: string, of: unknown]

/** What an observer of version 5 sees of the charts from now on. */
const observed = (): Row[] => {
  const rows: Row[] = []
  const over = new Set<unknown>()
  session.socket.inspect((event: InspectionEvent) => {
    if (!('event' in event) || event.event.type === 'xstate.init') return
    const actor = event.actorRef as AnyActorRef
    const { value, status } = (actor.getSnapshot() ?? {}) as { value?: unknown; status?: string }
    if (value === undefined || over.has(actor)) return
    if (event.type === '@xstate.event') rows.push(['event', actor.sessionId, nameIn4(event.event.type)])
    if (event.type !== '@xstate.snapshot') return
    rows.push(['state', actor.sessionId, value])
    if (status !== 'active') over.add(actor)
  })
  return rows
}

/** The same of what the inspector of version 4 is told; what registering says is left out. */
const rowsOf = (told: readonly ParsedReceiverEvent[]): Row[] =>
  told.flatMap((event): Row[] => {
    const own = event.sessionId.split('/')[1] ?? ''
    if (event.type === 'service.event')
      return event.event.name === 'xstate.init' ? [] : [['event', own, event.event.name]]
    if (event.type !== 'service.state' || event.state.event.type === 'xstate.init') return []
    return [['state', own, event.state.value]]
  })

const call = async () => {
  const { device, socket, world } = session
  await session.connect({
    senders: [{ name: 'camera', kind: StreamKinds.VIDEO, stream: device.stream('video') }],
    receivers: { video: 1 },
  })
  device.network.blackHole(4_000)
  await world.pass(10_000)
  return socket.getSnapshot()
}

test('the charts are registered, children included, with machines and states that XState 4 can read', async () => {
  const { charts } = await call()
  await receiver.until((told) => registered(told).length === 7)
  const all = registered(receiver.told)
  expect(all.map(({ machine }) => machine.id).toSorted()).toEqual([
    ...['channel', 'connection', 'negotiation', 'page', 'receiver', 'sender', 'session'],
  ])
  const connection = all.find(({ machine }) => machine.id === 'connection')
  expect(connection?.state.value).toBe('new')
  // What only a live machine knows: its states, and what may happen in each.
  expect(connection?.machine.getStateNodeById('connection.reconnecting.reviving').path).toEqual([
    'reconnecting',
    'reviving',
  ])
  expect(connection?.machine.initialState.nextEvents).toContain('connect')
  const late = new Receiver(served.url)
  await late.until((told) => registered(told).length === 7)
  const states = registered(late.told).map(({ machine, state }) => [machine.id, dotted(state.value as never)])
  expect(Object.fromEntries(states)).toMatchObject(charts)
})

test('every event and every state is told, in order, up to the end of each chart', async () => {
  const before = receiver.told.length
  const expected = observed()
  await call()
  await session.dispose()
  const count = (type: string) => receiver.told.filter((event) => event.type === type).length
  await receiver.until(() => count('service.stop') === count('service.register'))
  const told = receiver.told.slice(before)
  expect(rowsOf(told)).toEqual(expected)
  expect(expected.length).toBeGreaterThan(100)
  expect(expected.map(([, , of]) => of)).toEqual(
    expect.arrayContaining([
      'done.invoke.0.connection.connecting.selectingGateway',
      { reconnecting: 'reviving' },
      expect.stringMatching(/^xstate\.after\(.+\)#/),
    ]),
  )
  // Each that came later says itself what it begins with.
  for (const [at, event] of told.entries())
    if (event.type === 'service.register')
      expect(told.slice(at + 1, at + 3).map(({ type, sessionId }) => [type, sessionId])).toEqual([
        ['service.event', event.sessionId],
        ['service.state', event.sessionId],
      ])
})

test('what the inspector sends reaches the chart, and is told once', async () => {
  const expected = observed()
  const page = idOf('page')
  receiver.send(page, 'page.hidden')
  const hidden = { view: 'hidden', network: 'online' }
  await receiver.until((told) => told.some((event) => event.type === 'service.state' && event.sessionId === page))
  expect(expected.filter(([, id]) => id === page.split('/')[1])).toEqual([
    ['event', page.split('/')[1], 'page.hidden'],
    ['state', page.split('/')[1], hidden],
  ])
  expect(rowsOf(receiver.told)).toEqual(expected)
})

test('context and events are shown as in a recording', async () => {
  class Foreign {
    readonly inside = 'secret-field'
  }
  session.socket.createSenderTrack({ name: 'mic', kind: StreamKinds.AUDIO, label: new Foreign() as never })
  await receiver.until((told) => registered(told).some(({ machine }) => machine.id === 'sender'))
  const text = JSON.stringify(receiver.told)
  expect([text.includes('"label":{}'), text.includes('secret-field')]).toEqual([true, false])
})

test("development tools of one's own find services of version 4, up to the end", async () => {
  const devTools = createDevTools()
  const end = bridgeToXState4(session.socket, devTools)
  session.socket.createReceiverTrack('other', StreamKinds.VIDEO)
  const of = (id: string) => {
    const found = [...devTools.services].find((service) => service.id === id)
    if (!found) throw new Error(`there is no ${id}`)
    return found
  }
  const { parent, initialState, children } = of('connection')
  expect([parent === of('session'), initialState.value, children.size]).toEqual([true, 'new', 0])
  expect([...of('session').children.keys()]).toContain('connection')
  const seen: unknown[] = []
  of('connection').onTransition((state, event) =>
    seen.push([state.value, event.type, state.changed, state.matches('new')]),
  )
  await session.connect()
  expect(seen.slice(0, 2)).toEqual([
    ['new', 'xstate.init', undefined, true],
    [{ connecting: 'selectingGateway' }, 'connect', true, false],
  ])
  expect(of('connection').state.value).toEqual({ connected: 'stable' })
  const stopped: string[] = []
  for (const service of devTools.services) service.onStop(() => stopped.push(service.id))
  end()
  expect([devTools.services.size, stopped.length]).toEqual([0, 7])
})

describe('the server', () => {
  const statusFor = async (url: string, origin: string | undefined): Promise<unknown> => {
    const wire = new WebSocket(url, origin === undefined ? {} : { origin })
    const status = await Promise.race([
      once(wire, 'open').then(() => 'open'),
      once(wire, 'unexpected-response').then(([, { statusCode }]) => statusCode as number),
    ])
    wire.on('error', () => {}).terminate()
    return status
  }

  test('lets only the pages in that it was told of', async () => {
    const open = await serveXState4Inspector(session.socket, { origins: ['https://stately.ai'] })
    expect(
      await Promise.all([
        statusFor(served.url, 'https://stately.ai'),
        statusFor(open.url, 'https://stately.ai'),
        statusFor(open.url, 'https://elsewhere.example'),
        statusFor(open.url, undefined),
      ]),
    ).toEqual([401, 'open', 401, 'open'])
    await open.close()
  })

  const event = (of: unknown) => JSON.stringify({ type: 'xstate.event', event: of })

  test.each([
    'rubbish{',
    'null',
    '5',
    '{}',
    '{"type":"unload"}',
    event(undefined),
    event('no JSON'),
    event('null'),
    event('{"$$type":"scxml","data":null}'),
    event('{"$$type":"scxml","data":{"type":5}}'),
    event('{"type":"page.hidden"}'),
    Buffer.from('{"type":"xstate.inspecting"}'),
  ])('closes on who sends %s, and goes on for the others', async (message) => {
    const wire = new WebSocket(served.url)
    await once(wire, 'open')
    wire.send(message)
    expect((await once(wire, 'close'))[0]).toBe(1007)
    receiver.send(idOf('page'), 'page.hidden')
    await receiver.until((told) =>
      told.some(({ type, sessionId }) => type === 'service.state' && sessionId === idOf('page')),
    )
  })

  test('rejects where its port is taken', async () => {
    const port = Number(new URL(served.url).port)
    await expect(serveXState4Inspector(session.socket, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
