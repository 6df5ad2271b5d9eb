import { describe, expect, test } from 'vitest'
import { MediaGatewayConnector, RealtimeSocket } from '../../src/index.js'
import { SimulatedWorld } from '../../src/testing/index.js'

const world = () => new SimulatedWorld()
const network = () => world().device().network
const faults = () => world().device().http.faults

describe('what a test hands in is looked at: a misspelt fault must not make it pass', () => {
  test.each<readonly [string, () => unknown]>([
    ['latency(NaN)', () => network().latency(Number.NaN)],
    ['latency(-100)', () => network().latency(-100)],
    ['loss(2)', () => network().loss(2)],
    ['loss(-1)', () => network().loss(-1)],
    ["loss('a')", () => network().loss('a' as never)],
    ['set({ lose: 1 })', () => network().set({ lose: 1 } as never)],
    ['blackHole(-5)', () => network().blackHole(-5)],
    ['blackHole(NaN)', () => network().blackHole(Number.NaN)],
    ["blackHole(1, 'sideways')", () => network().blackHole(1, 'sideways' as never)],
    ['a fault of no route', () => faults().set('conect' as never, { kind: 'drop' })],
    ['a fault of no kind', () => faults().set('connect', { kind: 'hung' as never })],
    ['a fault with another member', () => faults().set('connect', { kind: 'drop', time: 1 } as never)],
    ['a delay of nothing', () => faults().set('connect', { kind: 'delay' })],
    ['a fault that strikes -1 times', () => faults().set('connect', { kind: 'drop', times: -1 })],
    ['an unknown browser', () => world().device({ browser: 'safari' as never })],
    ['a gateway with a path', () => world().addGateway('https://two.example/path')],
    ['a gateway at no URL', () => world().addGateway('two')],
    ['a second gateway at the same place', () => world().addGateway('https://gateway.example/')],
    ['the end of a session that is not there', () => world().gateway.end('nope')],
    ['the seed NaN', () => new SimulatedWorld({ seed: Number.NaN })],
    ['the seed Infinity', () => new SimulatedWorld({ seed: Number.POSITIVE_INFINITY })],
  ])('%s', (_, call) => {
    expect(call).toThrow(/^(Range|Type)?Error|is one of|is a number|has |origin|already|Invalid URL|holds no/)
  })

  test.each<readonly [string, (one: SimulatedWorld) => Promise<unknown>]>([
    ['pass(NaN)', (one) => one.pass(Number.NaN)],
    ['pass()', (one) => one.pass(undefined as never)],
    ["pass('100')", (one) => one.pass('100' as never)],
    ['pass(-1)', (one) => one.pass(-1)],
    ['pass(Infinity)', (one) => one.pass(Number.POSITIVE_INFINITY)],
    ['until(promise, NaN)', (one) => one.until(new Promise(() => {}), Number.NaN)],
    ['holds(condition, -1)', (one) => one.holds(() => false, -1)],
  ])('%s', async (_, call) => {
    const one = world()
    await expect(call(one)).rejects.toThrow(RangeError)
    expect(one.now).toBe(0)
  })

  test.each([99, -1, 0.5, Number.NaN])('a choice of %d', async (index) => {
    const one = new SimulatedWorld({ choose: () => index })
    for (const source of ['a', 'b']) one.scheduler.after(1, source, () => {})
    await expect(one.pass(1)).rejects.toThrow(/choose returned .* of 2 tasks/)
  })
})

describe('who waits for nothing is told why', () => {
  const connected = async () => {
    const one = world()
    const device = one.device({ name: 'laptop' })
    const { environment } = device
    const socket = new RealtimeSocket(one.gateway.url, { environment })
    const token = one.gateway.token('room', 'alice')
    const connector = new MediaGatewayConnector(undefined, { environment })
    await one.until(socket.connect(connector, { roomId: 'room', peerId: 'alice', token }))
    return { one, device, socket }
  }

  test.each([
    ['gone', 'leave'],
    ['gone', 'crash'],
    ['frozen', 'freeze'],
    ['asleep', 'suspend'],
  ] as const)('its page is %s', async (state, act) => {
    const { one, device, socket } = await connected()
    device.page[act]()
    await one.pass(100)
    const disposed = one.until(socket[Symbol.asyncDispose](), 30_000)
    await expect(disposed).rejects.toThrow(`the page of laptop is ${state}. Does it wait for something outside`)
    expect(await one.dispose(socket)).toEqual(one.nothingLeft)
  })

  test.each(['kill', 'freeze'] as const)('its gateway: %s', async (act) => {
    const { one, socket } = await connected()
    one.gateway[act]()
    await expect(one.until(new Promise(() => {}), 1_000)).rejects.toThrow(/https:\/\/gateway.example is (frozen|dead)/)
    expect(await one.dispose(socket)).toEqual(one.nothingLeft)
  })

  test('the end of an offline time and of a hole are two things', async () => {
    const { one, device, socket } = await connected()
    device.network.blackHole()
    device.page.offline()
    device.page.online()
    await one.pass(20_000)
    expect(socket.peerState).not.toBe('connected')
    device.page.offline()
    device.network.heal()
    expect(device.network.up.black).toBe(true)
    device.page.online()
    expect(device.network.up.black).toBe(false)
    expect(await one.dispose(socket)).toEqual(one.nothingLeft)
  })
})

test('a burst of messages takes time in proportion to their number', async () => {
  const burst = async (count: number) => {
    const one = world()
    const { environment } = one.device()
    const socket = new RealtimeSocket(one.gateway.url, { environment })
    const token = one.gateway.token('room', 'alice')
    const connector = new MediaGatewayConnector(undefined, { environment })
    await one.until(socket.connect(connector, { roomId: 'room', peerId: 'alice', token }))
    const began = performance.now()
    for (let message = 0; message < count; message += 1) socket.send(`message ${message}`)
    await one.pass(20_000)
    const took = performance.now() - began
    expect([socket.messages.delivered, await one.dispose(socket)]).toEqual([count, one.nothingLeft])
    return took
  }
  await burst(2_000)
  // A ratio in one run: sixteen times as many took a hundred times as long.
  const large = Math.min(await burst(32_000), await burst(32_000))
  expect(large / (await burst(2_000))).toBeLessThan(60)
})
