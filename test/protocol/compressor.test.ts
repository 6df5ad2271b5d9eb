import { inflateSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const COMPRESSOR = '../../src/protocol/compressor.js'
const TEXT = 'a'.repeat(5_000)

let loads = 0

/** The library as it is before anything was loaded. */
const fresh = async () => {
  const { deflated, loadCompressor } = await import('../../src/protocol/framing.js')
  const { RealtimeSocket } = await import('../../src/index.js')
  const { Stage } = await import('../doubles/stage.js')
  const size = () => deflated(TEXT).length
  const readBack = () => inflateSync(deflated(TEXT) as Uint8Array).toString()
  return { loadCompressor, RealtimeSocket, Stage, size, readBack }
}

/** Loads come after this. */
const loading = (load: () => object | Promise<object>) =>
  vi.doMock(COMPRESSOR, () => {
    loads += 1
    return load()
  })

beforeEach(() => {
  vi.resetModules()
  loads = 0
})

afterEach(() => {
  vi.doUnmock(COMPRESSOR)
})

test('frames are stored until the compressor is there, and smaller from then on', async () => {
  const { loadCompressor, size, readBack } = await fresh()
  expect([size(), readBack()]).toEqual([5_011, TEXT])
  loadCompressor()
  expect(size()).toBe(5_011)
  await vi.waitFor(() => expect(size()).toBeLessThan(100))
  expect(readBack()).toBe(TEXT)
})

test('a compressor that cannot be loaded leaves stored frames; it is tried again', async () => {
  loading(() => Promise.reject(new Error('offline')))
  const { loadCompressor, size, readBack } = await fresh()
  loadCompressor()
  await vi.waitFor(() => expect(loads).toBe(1))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect([size(), readBack()]).toEqual([5_011, TEXT])
  vi.doUnmock(COMPRESSOR)
  loadCompressor()
  await vi.waitFor(() => expect(size()).toBeLessThan(100))
})

test('it is loaded by a connect, and neither by importing nor by constructing nor by sending', async () => {
  loading(() => vi.importActual(COMPRESSOR))
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

test('a connect waits for no compressor: one that never comes', async () => {
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

test('in a simulated world it is there before the first socket', async () => {
  loading(() => new Promise(() => {}))
  const { size } = await fresh()
  const { SimulatedWorld } = await import('../../src/testing/index.js')
  expect(size()).toBe(5_011)
  expect(new SimulatedWorld().now).toBe(0)
  expect(size()).toBeLessThan(100)
})
