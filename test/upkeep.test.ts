import { inflateSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const UPKEEP = '../src/upkeep/upkeep.js'
const TEXT = 'a'.repeat(5_000)

let loads = 0

/** The library as it is before anything was loaded. */
const fresh = async () => {
  const { deflated } = await import('../src/protocol/framing.js')
  const { withUpkeep } = await import('../src/adapters/upkeep.js')
  const warnings: string[] = []
  const load = () => withUpkeep({ warn: ({ code }: { code: string }) => warnings.push(code) } as never, () => {})
  const { RealtimeSocket } = await import('../src/index.js')
  const { Stage } = await import('./doubles/stage.js')
  const size = () => deflated(TEXT).length
  const readBack = () => inflateSync(deflated(TEXT) as Uint8Array).toString()
  return { load, warnings, RealtimeSocket, Stage, size, readBack }
}

/** Loads come after this. */
const loading = (load: () => object | Promise<object>) =>
  vi.doMock(UPKEEP, () => {
    loads += 1
    return load()
  })

beforeEach(() => {
  vi.resetModules()
  loads = 0
})

afterEach(() => {
  vi.doUnmock(UPKEEP)
})

test('frames are stored until it is there, and smaller from then on', async () => {
  const { load, size, readBack } = await fresh()
  expect([size(), readBack()]).toEqual([5_011, TEXT])
  load()
  expect(size()).toBe(5_011)
  await vi.waitFor(() => expect(size()).toBeLessThan(100))
  expect(readBack()).toBe(TEXT)
})

test('where it cannot be loaded that is reported, and frames stay stored; it is tried again', async () => {
  loading(() => Promise.reject(new Error('offline')))
  const { load, warnings, size, readBack } = await fresh()
  load()
  await vi.waitFor(() => expect(warnings).toEqual(['unsupported']))
  expect([size(), readBack()]).toEqual([5_011, TEXT])
  vi.doUnmock(UPKEEP)
  load()
  await vi.waitFor(() => expect(size()).toBeLessThan(100))
})

test('it is loaded by a connect, and neither by importing nor by constructing nor by sending', async () => {
  loading(() => vi.importActual(UPKEEP))
  const { Stage, size } = await fresh()
  const stage = new Stage()
  const socket = stage.socket()
  socket.send(TEXT)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect([loads, size()]).toEqual([0, 5_011])
  const connecting = socket.connect(stage.gateway, stage.config())
  await stage.clock.quiet()
  await connecting
  await vi.waitFor(() => expect(size()).toBeLessThan(100))
  expect(loads).toBe(1)
  await stage.dispose()
})

test('a connect does not wait for it: one that never comes', async () => {
  loading(() => new Promise(() => {}))
  const { Stage } = await fresh()
  const stage = new Stage()
  const socket = await stage.connected()
  expect([socket.peerState, loads]).toEqual(['connected', 1])
  const frames: (string | Uint8Array)[] = []
  stage.gateway.receive = (frame) => frames.push(frame)
  socket.send(TEXT)
  expect(frames.map((frame) => inflateSync(frame as Uint8Array).toString())).toEqual([TEXT])
  await stage.dispose()
})

test('without it a path that the peer connection gives up is joined anew', async () => {
  loading(() => Promise.reject(new Error('offline')))
  const { Stage } = await fresh()
  const { LADDER } = await import('../src/index.js')
  const stage = new Stage()
  const socket = await stage.connected({}, { ladder: LADDER })
  const states: string[] = []
  socket.on('peer_state', (state) => states.push(state))
  stage.peers[0]?.transport('failed')
  await stage.clock.pass(1_000)
  expect([states, stage.peers.length]).toEqual([['disconnected', 'reconnecting', 'connected'], 2])
  expect(loads).toBeGreaterThan(0)
  await stage.dispose()
})

test('in a simulated world it is there before the first socket', async () => {
  const { size } = await fresh()
  const { SimulatedWorld } = await import('../src/testing/index.js')
  expect(size()).toBe(5_011)
  expect(new SimulatedWorld().now).toBe(0)
  expect(size()).toBeLessThan(100)
})
