import { afterAll, expect, test } from 'vitest'
import { compare } from '../../interop/compare.js'
import { readObservations } from '../../interop/observations.js'
import { runScenario } from '../../interop/scenario.js'
import { scenarios } from '../../interop/scenarios/index.js'
import { simulatedTarget } from '../../interop/simulated-lab.js'

// What the real server was seen to do in each scenario (`npm run interop -- --only real --slow --save`) is what the
// simulated gateway does; differences that are meant are listed in interop/exceptions.ts.
const seen = await readObservations()
const target = simulatedTarget()

afterAll(() => target.close())

test('every scenario was seen on the real server', () => {
  expect(scenarios.map(({ name }) => name).filter((name) => !(name in seen))).toEqual([])
})

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (name, scenario) => {
  const { observation, error } = await runScenario(scenario, target)
  expect(error).toBeUndefined()
  const differences = compare(name, 'simulated', seen[name] ?? null, observation ?? null)
  expect(differences.filter(({ reason }) => !reason)).toEqual([])
})
