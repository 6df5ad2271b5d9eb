import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket, type MessageFate } from '../../src/index.js'
import { NOTHING_SENT } from '../../src/adapters/outbox.js'
import { SimulatedWorld, type Device } from '../../src/testing/index.js'
import { AGAIN, codeOf, PortStage, within } from '../support/port-stage.js'
import { differences } from '../support/replayed.js'

describe('the outbox of a port', () => {
  let stage: PortStage

  beforeEach(() => {
    stage = new PortStage(10)
  })

  test('ids count from 1, and what throws has none', () => {
    const taken = [stage.port.send('one'), codeOf(() => stage.port.send('too long')), stage.port.send('two')]
    expect([taken, stage.port.counts]).toEqual([[1, 'outbox-full', 2], { ...NOTHING_SENT, waiting: 2 }])
  })

  test('wrong options are a typed error at the call', () => {
    const wrong = [
      { policy: 'exactlyOnce' },
      { policy: null },
      { wait: 'forever' },
      { wait: {} },
      { wait: { acrossReconnect: {} } },
      within(-1),
      within(NaN),
      { wait: { acrossReconnect: { ttlMs: '5' } } },
    ]
    const codes = wrong.map((options) => codeOf(() => stage.port.send('one', options as never)))
    expect([codes, stage.port.counts]).toEqual([wrong.map(() => 'invalid-config'), NOTHING_SENT])
  })

  test('fates come in batches, after send returned, in order', async () => {
    stage.port.send('one')
    stage.open()
    stage.port.send('two')
    stage.port.send('three')
    expect(stage.fates).toEqual([])
    expect(await stage.told()).toEqual(['sent 1,2,3'])
    await stage.confirmed()
    stage.port.send('four')
    stage.end()
    expect(await stage.told()).toEqual(['delivered 1,2,3', 'sent 4', 'unconfirmed 4'])
  })

  test('who listens late hears of what was sent before', async () => {
    stage.listens = false
    stage.open()
    for (const text of ['one', 'two']) stage.port.send(text)
    stage.listens = true
    await stage.confirmed()
    expect(await stage.told()).toEqual(['delivered 1,2'])
  })

  test('at most once: what is unconfirmed is reported and not repeated', async () => {
    stage.open()
    stage.port.send('one')
    expect([stage.end(), stage.open().seen, await stage.told(), stage.port.counts]).toEqual([
      1,
      [],
      ['sent 1', 'unconfirmed 1'],
      { ...NOTHING_SENT, sent: 1, unconfirmed: 1 },
    ])
  })

  test('at least once: back to the front, in the old order, until it is delivered', async () => {
    stage.open()
    stage.port.send('a', AGAIN)
    stage.port.send('b')
    stage.port.send('c', AGAIN)
    const unconfirmed = stage.end()
    stage.port.send('d')
    const between = stage.port.counts
    const again = stage.open().seen
    await stage.confirmed()
    stage.end()
    expect([unconfirmed, between, again, stage.open().seen, await stage.told(), stage.port.counts]).toEqual([
      1,
      { ...NOTHING_SENT, waiting: 1, sent: 3, unconfirmed: 1 },
      ['a', 'c', 'd'],
      [],
      ['sent 1,2,3', 'unconfirmed 2', 'sent 1,3,4', 'delivered 1,3,4'],
      { ...NOTHING_SENT, sent: 4, repeated: 2, unconfirmed: 1, delivered: 3 },
    ])
  })

  test('at least once: no more than the bound is kept until it is delivered', async () => {
    stage.open()
    stage.port.send('12345678', AGAIN)
    const full = codeOf(() => stage.port.send('12345678', AGAIN))
    const other = stage.port.send('12345678')
    await stage.confirmed()
    expect([full, other, stage.port.send('12345678', AGAIN)]).toEqual(['outbox-full', 2, 3])
  })

  test('an expired message is never sent; its timer is there only while it waits', async () => {
    stage.port.send('one', within(1_000))
    stage.port.send('two')
    const timers = [stage.time.timers]
    stage.time.pass(1_000)
    timers.push(stage.time.timers)
    expect([timers, stage.port.bufferedAmount, await stage.told(), stage.port.counts, stage.open().seen]).toEqual([
      [1, 0],
      3,
      ['expired 1'],
      { ...NOTHING_SENT, waiting: 1, expired: 1 },
      ['two'],
    ])
  })

  test('the room of an expired message is there for the next', () => {
    stage.port.send('0123456789', within(10))
    stage.time.pass(10)
    expect(stage.port.send('0123456789')).toBe(2)
  })

  test('what is sent in time needs no timer any more', () => {
    stage.port.send('one', within(1_000))
    const { seen } = stage.open()
    expect([seen, stage.time.timers]).toEqual([['one'], 0])
  })

  test('a message that was sent once and waits too long to be sent again is unconfirmed', async () => {
    stage.open()
    stage.port.send('one', { ...AGAIN, ...within(100) })
    stage.end()
    stage.time.pass(100)
    expect([await stage.told(), stage.port.counts, stage.time.timers]).toEqual([
      ['sent 1', 'unconfirmed 1'],
      { ...NOTHING_SENT, sent: 1, unconfirmed: 1 },
      0,
    ])
  })

  test('while the path is dead send keeps; on release it goes out in order', async () => {
    const { seen: before } = stage.open()
    const release = stage.port.hold()
    stage.port.send('one')
    stage.port.send('two', AGAIN)
    const held = [before, stage.port.counts.waiting]
    release()
    stage.port.send('three')
    expect([held, stage.channel.seen, await stage.told()]).toEqual([[[], 2], ['one', 'two', 'three'], ['sent 1,2,3']])
  })

  test('a channel that is over takes nothing: what was kept goes over the next', () => {
    stage.open()
    const release = stage.port.hold()
    stage.port.send('one')
    stage.channel.readyState = 'closed'
    release()
    const over = stage.channel.seen
    stage.end()
    expect([over, stage.open().seen, stage.warned]).toEqual([[], ['one'], []])
  })

  test('of a session that is over nothing goes out, also while its channel says that it is open', () => {
    stage.open()
    const release = stage.port.hold()
    stage.port.send('one')
    release(false)
    const over = stage.channel.seen
    stage.end()
    expect([over, stage.open().seen, stage.port.counts.unconfirmed]).toEqual([[], ['one'], 0])
  })

  test('what a listener sends while the outbox goes out comes behind it', () => {
    stage.port.send('one')
    stage.port.send('two')
    stage.port.onOwed = () => void stage.port.send('three')
    expect(stage.open().seen).toEqual(['one', 'two', 'three'])
  })

  test('the end tells every fate at once', () => {
    stage.open()
    stage.port.send('a', AGAIN)
    stage.port.send('b')
    stage.end()
    stage.port.send('c', within(1_000))
    stage.port.end()
    expect([stage.fates, stage.port.counts, stage.time.timers]).toEqual([
      [
        { fate: 'sent', ids: [1, 2] },
        { fate: 'unconfirmed', ids: [2, 1] },
        { fate: 'expired', ids: [3] },
      ],
      { ...NOTHING_SENT, sent: 2, unconfirmed: 2, expired: 1 },
      0,
    ])
  })
})

describe('messages across a recovery', () => {
  let world: SimulatedWorld
  let device: Device
  let socket: RealtimeSocket
  let fates: MessageFate[]

  beforeEach(async () => {
    world = new SimulatedWorld()
    device = world.device()
    const { environment } = device
    socket = new RealtimeSocket(world.gateway.url, { environment })
    fates = []
    socket.on('fate', (fate) => fates.push(fate))
    const token = () => world.gateway.token('room', 'alice')
    const connector = new MediaGatewayConnector(undefined, { environment })
    await world.until(socket.connect(connector, { roomId: 'room', peerId: 'alice', token }))
  })

  afterEach(async () => {
    await world.until(socket[Symbol.asyncDispose]())
    await world.pass(60_000)
    expect([await differences([socket]), world.leftovers.timers, world.leftovers.peerConnections]).toEqual([[], 0, 0])
  })

  const rejoined = async () => {
    const { generation } = socket.getSnapshot()
    world.gateway.kill()
    await world.holds(() => socket.peerState === 'reconnecting', 60_000)
    const during = socket.send('during')
    const expires = socket.send('expires', within(1_000))
    await world.pass(2_000)
    world.gateway.restart()
    await world.holds(() => socket.peerState === 'connected', 60_000)
    await world.pass(2_000)
    return { during, expires, generations: socket.getSnapshot().generation > generation }
  }

  test('a rejoin: at most once is reported, at least once repeated, what waited goes out, and what is too old does not', async () => {
    const once = socket.send('once')
    const again = socket.send('again', AGAIN)
    const { during, expires, generations } = await rejoined()
    expect([once, again, during, expires, generations, fates, socket.messages]).toEqual([
      1,
      2,
      3,
      4,
      true,
      [
        { fate: 'sent', ids: [1, 2] },
        { fate: 'unconfirmed', ids: [1] },
        { fate: 'expired', ids: [4] },
        { fate: 'sent', ids: [2, 3] },
        { fate: 'delivered', ids: [2, 3] },
      ],
      { ...NOTHING_SENT, sent: 3, repeated: 1, delivered: 2, unconfirmed: 1, expired: 1, received: 0, dropped: 0 },
    ])
  })

  test('a path that lives again: what was kept goes out over the same channel, nothing is repeated', async () => {
    const { generation } = socket.getSnapshot()
    device.network.blackHole(20_000)
    socket.send('before', AGAIN)
    await world.holds(() => socket.peerState === 'disconnected', 60_000)
    socket.send('one')
    socket.send('two')
    const kept = socket.messages.waiting
    await world.holds(() => socket.peerState === 'connected', 60_000)
    await world.pass(3_000)
    expect([kept, socket.getSnapshot().generation, fates, socket.messages]).toEqual([
      2,
      generation,
      [
        { fate: 'sent', ids: [1] },
        { fate: 'sent', ids: [2, 3] },
        { fate: 'delivered', ids: [1, 2, 3] },
      ],
      { ...NOTHING_SENT, sent: 3, delivered: 3, received: 0, dropped: 0 },
    ])
  })

  test('close tells the fates before the last event', async () => {
    const heard: unknown[] = []
    socket.on('fate', ({ fate, ids }) => heard.push([fate, ...ids]))
    socket.on('peer_state', (state) => heard.push(state))
    socket.send('one')
    socket.close()
    expect(heard).toEqual([['sent', 1], ['unconfirmed', 1], 'closed'])
  })
})
