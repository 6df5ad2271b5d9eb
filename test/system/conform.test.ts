import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { composed } from '../../src/machines/composed.js'
import { LADDER } from '../../src/recovery/ladder.js'
import { conformSystem } from '../../system/conform.js'

const STEPS = 4_000

// XState's development build says so when something is sent to an actor that is over.
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

test.each(['auto', 'manual'] as const)('live sessions do what the system does, step by step: %s', async (mode) => {
  const { steps, commands, faults, mismatches } = await conformSystem({ ladder: LADDER, mode, steps: STEPS, seed: 7 })
  expect({ steps, mismatches }).toEqual({ steps: STEPS, mismatches: [] })
  expect(Math.min(commands, faults)).toBeGreaterThan(STEPS / 20)
})

test('a walk is repeated by its seed', async () => {
  const walk = () => conformSystem({ ladder: LADDER, steps: 300, seed: 2 })
  expect(await walk()).toEqual(await walk())
})

test('a relay that is missing in the live session is noticed', async () => {
  const deaf: typeof composed = (ports) =>
    composed(ports).provide({ actions: { 'tell the tracks which lines are ready': () => {} } })
  const { mismatches } = await conformSystem({ ladder: LADDER, steps: STEPS, seed: 7, live: deaf })
  expect(new Set(mismatches.flatMap(({ differs }) => differs.map((chart) => chart.replace(/-\d/, ''))))).toEqual(
    new Set(['sender', 'receiver']),
  )
})
