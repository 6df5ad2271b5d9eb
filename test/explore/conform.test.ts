import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { channelMachine } from '../../src/machines/channel.machine.js'
import { negotiationMachine } from '../../src/machines/negotiation.machine.js'
import { CHARTS, conform, type Subject } from '../../src/testing/explore/index.js'

const STEPS = 2_000

// XState's development build says so when something is sent to an actor that has failed.
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const chart = (name: string): Subject => CHARTS.find((subject) => subject.name === name) as Subject

test.each(CHARTS.map((subject) => [subject.name, subject] as const))(
  '%s: live actors do what the pure functions say, step by step',
  async (_, subject) => {
    const { steps, mismatches } = await conform(subject, { steps: STEPS, seed: 20_260_101 })
    expect({ steps, mismatches }).toEqual({ steps: STEPS, mismatches: [] })
  },
)

test('ten thousand steps and more are compared', () => {
  expect(CHARTS.length * STEPS).toBeGreaterThanOrEqual(10_000)
})

test('a walk is repeated by its seed', async () => {
  const walk = (seed: number) => conform(chart('sender'), { steps: 500, seed })
  expect(await walk(1)).toEqual(await walk(1))
})

test('a guard that was changed on one side is noticed, with the way to it', async () => {
  const live = channelMachine.provide({ guards: { 'more was sent': () => false } })
  const { mismatches } = await conform(chart('channel'), { steps: 20 * STEPS, seed: 3, live })
  expect(mismatches.length).toBeGreaterThan(0)
  expect(mismatches.map(({ path }) => path.at(-1))).toEqual(mismatches.map(() => '"confirm messages" done true'))
  expect(mismatches[0]?.differs).toContain('value')
})

test('an action that was changed on one side is noticed', async () => {
  const live = negotiationMachine.provide({ actions: { 'forget the offer': () => {} } })
  const { mismatches } = await conform(chart('negotiation'), { steps: STEPS, seed: 3, live })
  expect(mismatches[0]?.differs).toEqual(['context'])
})
