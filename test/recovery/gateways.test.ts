import { afterEach, describe, expect, test } from 'vitest'
import { Call, Party } from './call.js'

let call: Call

afterEach(() => call.end())

/** Both were away and are back, or were never away. */
const isBack = async (ms = 30_000) => {
  await call.world.holds(() => call.alice.states.length > 0, 5_000)
  return call.world.holds(
    () => call.alice.socket.peerState === 'connected' && call.bob.socket.peerState === 'connected',
    ms,
  )
}

describe('a gateway that was killed', () => {
  test('and is back: both are joined again, and keep what the application holds', async () => {
    call = await Call.begin()
    const { alice, world } = call
    const { stream, serverId } = alice.view
    world.gateway.kill()
    await world.pass(10_000)
    expect(alice.states).toEqual(['disconnected'])
    world.gateway.restart()
    await world.pass(5_000)
    expect([await isBack(), await call.flows(3_000)]).toEqual([true, true])
    expect([alice.states, alice.view.stream === stream, alice.view.serverId, alice.generation]).toEqual([
      ['disconnected', 'reconnecting', 'connected'],
      true,
      serverId,
      2,
    ])
  })

  // Down for a second: nobody may notice that HTTP failed, and a number of before is somebody else's.
  test.each([1, 5])('for %d s, and counts its connections anew: nobody harms a stranger', async (seconds) => {
    call = await Call.begin()
    const { alice, bob, world } = call
    alice.device.network.blackHole(10_000)
    world.gateway.kill()
    await world.pass(seconds * 1_000)
    world.gateway.restart()
    const strangers = ['carol', 'dave', 'erin'].map((name) => new Party(world, name, 'nobody'))
    await world.until(Promise.all(strangers.map(({ connecting }) => connecting)))
    for (const one of strangers) one.listen()
    expect(await isBack(90_000)).toBe(true)
    await world.pass(20_000)
    expect([strangers.map(({ states }) => states), alice.generation, bob.generation, await call.flows()]).toEqual([
      [[], [], []],
      2,
      2,
      true,
    ])
    await world.dispose(...strangers.map(({ socket }) => socket))
  })
})

test('the first gateway of three is dead, and so is the second: the third is joined', async () => {
  const urls = ['https://gateway.example', 'https://two.example', 'https://three.example']
  call = await Call.begin({ alice: { urls }, bob: { urls } })
  const { alice, world } = call
  const [two, three] = urls.slice(1).map((url) => world.addGateway(url))
  two?.kill()
  world.gateway.kill()
  expect(await isBack(40_000)).toBe(true)
  expect([three?.sessions.length, alice.states, await call.flows(3_000)]).toEqual([
    2,
    ['disconnected', 'reconnecting', 'connected'],
    true,
  ])
})

test('a session that the server drops without a word is noticed in seconds', async () => {
  call = await Call.begin()
  const { alice, world } = call
  const [first = ''] = world.gateway.sessions
  const at = world.now
  world.gateway.end(first)
  expect(await isBack(5_000)).toBe(true)
  expect([world.now - at < 3_000, alice.states, await call.flows(2_000)]).toEqual([
    true,
    ['reconnecting', 'connected'],
    true,
  ])
})

test('a gateway that stands still for 20 seconds goes on with the same sessions', async () => {
  call = await Call.begin()
  const { alice, world } = call
  world.gateway.freeze()
  await world.pass(20_000)
  world.gateway.thaw()
  expect(await isBack(5_000)).toBe(true)
  expect([alice.states, alice.generation, await call.flows(3_000)]).toEqual([['disconnected', 'connected'], 1, true])
})

test('HTTP that is down while media lives is nobody’s concern', async () => {
  call = await Call.begin()
  const { alice, bob, world } = call
  alice.device.http.faults.set('all', { kind: 'drop' })
  await world.pass(60_000)
  expect([alice.states, bob.states, await call.flows()]).toEqual([[], [], true])
  alice.device.http.faults.clear()
})

describe('a token', () => {
  test('is asked for again at each rejoin', async () => {
    let given = 0
    let make = () => ''
    call = await Call.begin({
      alice: {
        token: async () => {
          given += 1
          return make()
        },
      },
      onWorld: (world) => (make = () => world.gateway.token('room', 'alice')),
    })
    const { alice, world } = call
    world.gateway.end(world.gateway.sessions[0] ?? '')
    expect([await isBack(), given, alice.states]).toEqual([true, 2, ['reconnecting', 'connected']])
  })

  test('that is refused ends it, with what was tried', async () => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.http.faults.set('connect', {
      kind: 'fail',
      status: 200,
      body: { status: false, error: 'INVALID_TOKEN' },
    })
    world.gateway.end(world.gateway.sessions[0] ?? '')
    expect(await world.holds(() => alice.socket.peerState === 'failed', 20_000)).toBe(true)
    const { lastError } = alice.socket.getSnapshot()
    expect([alice.states, lastError?.code, lastError?.tried]).toEqual([
      ['reconnecting', 'failed'],
      'token-refused',
      [{ rung: 'rejoin', code: 'token-refused' }],
    ])
    alice.device.http.faults.clear()
    await world.until(alice.socket.retry())
    expect(await call.flows(3_000)).toBe(true)
  })
})

describe('giving up', () => {
  test('comes after two minutes, with a typed reason and what was tried', async () => {
    call = await Call.begin()
    const { alice, world } = call
    const at = world.now
    alice.device.network.blackHole()
    alice.device.http.faults.set('all', { kind: 'drop' })
    expect(await world.holds(() => alice.socket.peerState === 'failed', 300_000)).toBe(true)
    const { lastError } = alice.socket.getSnapshot()
    expect([Math.round((world.now - at) / 10_000), alice.states, lastError?.code]).toEqual([
      12,
      ['disconnected', 'reconnecting', 'failed'],
      'timeout',
    ])
    expect(lastError?.tried?.slice(0, 2)).toEqual([
      { rung: 'revive', code: 'transport-failed' },
      { rung: 'rejoin', code: 'gateway-unreachable' },
    ])
    alice.device.network.heal()
    alice.device.http.faults.clear()
    await world.until(alice.socket.retry())
    expect(await call.flows(3_000)).toBe(true)
  })

  test('does not count the time without a network', async () => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.page.offline()
    await world.pass(600_000)
    expect(alice.states).toEqual(['disconnected', 'reconnecting'])
    alice.device.page.online()
    expect(await isBack(2_000)).toBe(true)
  })

  test('is put off by nobody: retryNow ends a wait', async () => {
    call = await Call.begin()
    const { alice, world } = call
    alice.device.network.blackHole()
    alice.device.http.faults.set('all', { kind: 'drop' })
    await world.pass(100_000)
    await world.holds(() => alice.state === 'reconnecting.rejoining.waiting')
    alice.device.network.heal()
    alice.device.http.faults.clear()
    alice.socket.retryNow()
    expect(await world.holds(() => alice.socket.peerState === 'connected', 400)).toBe(true)
  })
})

describe('close', () => {
  const PLACES = [
    'connected.suspect',
    'reconnecting.reviving',
    'reconnecting.rejoining.parting',
    'reconnecting.rejoining.waiting',
    'reconnecting.rejoining.attempting.selectingGateway',
    'reconnecting.rejoining.attempting.negotiating',
    'reconnecting.rejoining.attempting.establishing.direct',
  ]

  test.each(PLACES)('in %s is the end, and leaves nothing', async (place) => {
    call = await Call.begin()
    const { alice, world } = call
    let closed = false
    alice.socket.on('transition', ({ chart, to }) => {
      if (chart !== 'connection' || to !== place || closed) return
      closed = true
      alice.socket.close()
    })
    if (/suspect|reviving/.test(place)) alice.device.network.blackHole()
    else {
      // The first connect fails, so that there is a wait.
      alice.device.http.faults.set('connect', { kind: 'fail', times: 1 })
      if (/parting|attempting/.test(place)) alice.device.http.faults.clear()
      world.gateway.end(world.gateway.sessions[0] ?? '')
    }
    expect(await world.holds(() => closed, 20_000)).toBe(true)
    await world.pass(60_000)
    expect([alice.states.at(-1), alice.socket.reason]).toEqual(['closed', 'closed-by-application'])
  })
})
