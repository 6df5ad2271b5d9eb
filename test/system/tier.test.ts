import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMMANDS } from '../../system/commands.js'
import { tableOf } from '../../system/report.js'
import { DEEP, nameOf, runTier, secondsOf, tierOf, TIERS, tiersPass, type TierResult } from '../../system/tiers.js'

const LONG = 600

test.each([
  { commands: 4, faults: 0 },
  { commands: 2, faults: 1 },
])('all within $commands commands and $faults faults is seen, and no rule is broken', (budget) => {
  const { states, edges, exhausted, violations } = runTier(budget, LONG)
  expect({ exhausted, violations }).toEqual({ exhausted: true, violations: [] })
  expect(states).toBeGreaterThan(2_000)
  expect(edges).toBeGreaterThan(states)
})

test('what is found does not depend on the run', () => {
  const run = () => {
    const { states, edges, entered } = runTier({ commands: 2, faults: 0 }, LONG)
    return { states, edges, entered }
  }
  expect(run()).toEqual(run())
})

test('a tier that is given up does not pass', () => {
  const result = runTier({ commands: 3, faults: 1 }, 0)
  expect(result.exhausted).toBe(false)
  expect(tiersPass([result], true)).toBe(false)
})

test('more than eight kinds of commands are there', () => {
  expect(Object.keys(COMMANDS).length).toBeGreaterThanOrEqual(8)
})

test('tiers are named by their budgets', () => {
  expect(TIERS.map(nameOf)).toEqual(['6+0', '4+1', '2+2'])
  expect([...TIERS, ...DEEP].map((tier) => tierOf(nameOf(tier)))).toEqual([...TIERS, ...DEEP])
  expect(tierOf('many')).toBeUndefined()
})

const result: TierResult = {
  commands: 6,
  faults: 0,
  states: 1_200,
  edges: 5_000,
  entered: 1_200,
  exhausted: true,
  violations: [],
  ms: 900,
  processorMs: 800,
}

test('two cores have 180 seconds', () => {
  const slow = { ...result, processorMs: 181_000 }
  expect([secondsOf([result]), secondsOf([result, slow])]).toEqual([0.8, 181])
  expect([tiersPass([result], false), tiersPass([slow], false), tiersPass([slow], true)]).toEqual([true, false, true])
})

test('the documentation shows the figures that were kept', () => {
  const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  const { tiers } = JSON.parse(read('visualizations/system.json')) as { tiers: Record<string, TierResult> }
  const rows = Object.entries(tiers).map(([name, { states, edges, processorMs, exhausted, violations }]) => {
    const cells = [states, edges, Math.round(processorMs / 1_000)].map((number) => number.toLocaleString('en'))
    return `| ${[name, ...cells, exhausted ? 'yes' : 'no', violations].join(' | ')} |`
  })
  const shown = read('docs/testing.md').split('\n')
  expect(shown.filter((line) => /^\| \d+\+\d+ \|/.test(line))).toEqual(rows)
})

test('a table tells of each tier, and of the shortest way to a violation', () => {
  const broken = {
    ...result,
    violations: [{ invariant: 'all is well', complaint: 'it is not', path: ['start', 'close'] }],
  }
  expect(tableOf([broken], false)).toBe(
    [
      'tier  states  edges   ms  processor ms  exhausted  violations',
      ' 6+0   1,200  5,000  900           800        yes           1',
      '  VIOLATION in 6+0: all is well: it is not',
      '    1. start',
      '    2. close',
      '0.8 s of two cores, the bar is 180 s',
    ].join('\n'),
  )
})
