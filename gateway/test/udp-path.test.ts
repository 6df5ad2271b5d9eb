import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { udpPath } from '../src/faults/udp-path.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A path and the numbers of the packets that came out of it. */
const watched = () => {
  const path = udpPath()
  const arrived: number[] = []
  return {
    path,
    arrived,
    take: (...numbers: number[]) => {
      for (const number of numbers) path.take(() => arrived.push(number))
    },
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

test('a healthy path passes at once, a dead one nothing', () => {
  const { path, arrived, take } = watched()
  take(1, 2)
  path.set('drop')
  take(3)
  path.set('pass')
  take(4)
  expect({ arrived, counts: path.counts() }).toEqual({ arrived: [1, 2, 4], counts: { passed: 3, dropped: 1 } })
})

test('equal seeds lose the same packets, other seeds others, and about as many as were asked for', () => {
  const survivors = (seed: number) => {
    const { path, arrived, take } = watched()
    path.set({ loss: 0.2, seed })
    take(...upTo(1_000))
    return arrived
  }
  expect(survivors(7)).toEqual(survivors(7))
  expect(survivors(8)).not.toEqual(survivors(7))
  for (const seed of [0, 1, 7, 0xffff_ffff]) expect(Math.abs(survivors(seed).length - 800)).toBeLessThan(50)
})

test('a delay holds each packet as long, and jitter longer but never out of order', () => {
  const { path, arrived, take } = watched()
  path.set({ delayMs: 100 })
  take(1)
  vi.advanceTimersByTime(50)
  take(2)
  vi.advanceTimersByTime(49)
  expect(arrived).toEqual([])
  vi.advanceTimersByTime(1)
  expect(arrived).toEqual([1])
  vi.advanceTimersByTime(50)
  expect(arrived).toEqual([1, 2])

  path.set({ jitterMs: 100, seed: 3 })
  take(...upTo(50))
  vi.advanceTimersByTime(60)
  const early = arrived.length
  expect(early).toBeLessThan(52)
  vi.advanceTimersByTime(60)
  expect({ arrived, counts: path.counts() }).toEqual({
    arrived: [1, 2, ...upTo(50)],
    counts: { passed: 52, dropped: 0 },
  })
})

test('what is held goes at once when the path heals, and is lost when it dies or ends', () => {
  const { path, arrived, take } = watched()
  path.set({ delayMs: 100 })
  take(1, 2)
  path.set('pass')
  take(3)
  expect(arrived).toEqual([1, 2, 3])
  path.set({ delayMs: 100 })
  take(4)
  path.set('drop')
  path.set({ delayMs: 100 })
  take(5)
  path.stop()
  vi.advanceTimersByTime(1_000)
  expect({ arrived, counts: path.counts(), timers: vi.getTimerCount() }).toEqual({
    arrived: [1, 2, 3],
    counts: { passed: 3, dropped: 2 },
    timers: 0,
  })
})

test('a fault out of its bounds is refused', () => {
  const { path } = watched()
  for (const fault of [{ loss: 1.1 }, { loss: -1 }, { delayMs: 60_001 }, { jitterMs: Number.NaN }, { seed: -1 }])
    expect(() => path.set(fault)).toThrow(RangeError)
  expect(path.fault()).toBe('pass')
})
