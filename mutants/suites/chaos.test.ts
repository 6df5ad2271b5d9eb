// Whole sessions by seed, with the mutant in them. Not part of `npm test`: the stage `chaos` of `npm run mutants` runs it.
import { beforeEach, expect, test, vi } from 'vitest'
import { runSeed } from '../../chaos/run.js'

// XState's development build says so when something is sent to an actor that has ended.
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

const SEEDS = 12

test.each(Array.from({ length: SEEDS }, (_, at) => at + 1))('seed %i', async (seed) => {
  expect((await runSeed(seed)).violation).toBeUndefined()
})
