import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RTCDtlsTransport } from 'werift'
import { steerByRemb } from '../src/workarounds/steer-by-remb.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a new source is told its rate at once, all of them again every 200 ms, and none once it is stopped', () => {
  const ssrcs: number[] = []
  const sendRtcp = vi.fn(() => Promise.resolve())
  const stop = steerByRemb({ state: 'connected', sendRtcp } as unknown as RTCDtlsTransport, 1_000, () => ssrcs)
  const after = (ms: number) => {
    vi.advanceTimersByTime(ms)
    return sendRtcp.mock.calls.length
  }
  expect(after(1_000)).toBe(0)
  ssrcs.push(1)
  expect(after(20)).toBe(1)
  expect(after(180)).toBe(1)
  expect(after(20)).toBe(2)
  ssrcs.push(2)
  expect(after(20)).toBe(3)
  stop()
  expect(after(1_000)).toBe(3)
})
