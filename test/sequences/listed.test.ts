import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { QUIRKS, type StackName } from '../../src/testing/webrtc/quirks.js'
import { compare } from './compare.js'
import { EXCEPTIONS } from './exceptions.js'
import { sequenceOf } from './generate.js'
import { run } from './run.js'
import { simulatedStack } from './simulated.js'

const page = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8')

const seeds = Array.from({ length: 40 }, (_, at) => at + 1)

test('docs/simulator.md names every listed difference', () => {
  expect(EXCEPTIONS.map(({ id }) => id).filter((id) => !page.includes(`\`${id}\``))).toEqual([])
})

test('docs/simulator.md names every difference that is imitated', () => {
  expect(Object.keys(QUIRKS.spec).filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

test('every difference that is imitated is one of a stack from the specification', () => {
  const names = Object.keys(QUIRKS.spec) as (keyof typeof QUIRKS.spec)[]
  const same = (name: keyof typeof QUIRKS.spec, stack: StackName) =>
    JSON.stringify(QUIRKS[stack][name]) === JSON.stringify(QUIRKS.spec[name])
  expect(names.filter((name) => same(name, 'chromium') && same(name, 'node'))).toEqual([])
})

test('a seed gives the same calls, and the same trace, every time', async () => {
  expect(sequenceOf(7)).toEqual(sequenceOf(7))
  expect(await run(simulatedStack('spec'), sequenceOf(7))).toEqual(await run(simulatedStack('spec'), sequenceOf(7)))
})

test.each(['chromium', 'node'] as const)('a simulator without the differences of %s is noticed', async (name) => {
  const verdicts = await Promise.all(
    seeds.map(async (seed) => {
      const [mine, its] = [
        await run(simulatedStack('spec'), sequenceOf(seed)),
        await run(simulatedStack(name), sequenceOf(seed)),
      ]
      return compare(name, its, mine, EXCEPTIONS).is
    }),
  )
  expect(verdicts.filter((is) => is === 'different').length).toBeGreaterThan(10)
})
