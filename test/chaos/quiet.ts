import { afterEach, beforeEach, vi } from 'vitest'

// XState's development build says so when something is sent to an actor that has ended.
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})
