import { expect, test } from 'vitest'
import { compare, type Verdict } from './compare.js'
import { EXCEPTIONS, type Exception, type RealStack } from './exceptions.js'
import { sequenceOf } from './generate.js'
import { run, type Entry } from './run.js'
import { simulatedStack } from './simulated.js'
import type { Stack } from './stack.js'

/** Sequences that are run: the seeds 1 to this, none left out. */
const SEEDS = 240
/** So many of them must be the same to the last call; the others up to a listed difference. */
const LEAST = 200

interface Run {
  readonly seed: number
  readonly real: readonly Entry[]
  readonly simulated: readonly Entry[]
}

const runOf = async (seed: number, name: RealStack, make: () => Stack): Promise<Run> => {
  const steps = sequenceOf(seed)
  const simulated = await run(simulatedStack(name), steps)
  return { seed, simulated, real: await run(make(), steps) }
}

/** Runs all of them, so many at the same time: most of it is waiting. */
export const runAll = async (name: RealStack, make: () => Stack, lanes: number): Promise<Run[]> => {
  const runs: Run[] = []
  let seed = 0
  const lane = async () => {
    while (seed < SEEDS) runs.push(await runOf((seed += 1), name, make))
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return runs
}

const judged = (name: RealStack, runs: readonly Run[], listed: readonly Exception[] = EXCEPTIONS) =>
  runs.map(({ seed, real, simulated }) => ({ seed, verdict: compare(name, real, simulated, listed) }))

const count = (all: readonly { verdict: Verdict }[], is: Verdict['is']): number =>
  all.filter(({ verdict }) => verdict.is === is).length

/** What must hold of the runs on a real stack. */
export const holds = (name: RealStack, runs: () => readonly Run[]): void => {
  test('every sequence comes to the same on both, but for what is listed', () => {
    expect(judged(name, runs()).filter(({ verdict }) => verdict.is === 'different')).toEqual([])
  })

  test(`at least ${LEAST} sequences are the same to the last call`, () => {
    expect(count(judged(name, runs()), 'equal')).toBeGreaterThanOrEqual(LEAST)
  })

  test.each(EXCEPTIONS.filter(({ stacks }) => stacks.includes(name)).map(({ id }) => id))(
    'the listed difference %s is needed',
    (id) => {
      const others = EXCEPTIONS.filter((one) => one.id !== id)
      expect(count(judged(name, runs(), others), 'different')).toBeGreaterThan(0)
    },
  )
}
