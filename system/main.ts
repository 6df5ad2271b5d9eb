import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { prose } from '../src/testing/explore/types.js'
import { COMMANDS } from './commands.js'
import { INVARIANTS } from './invariants.js'
import { LISTENED } from './listening.js'
import { tableOf } from './report.js'
import { BAR, DEEP, nameOf, secondsOf, tierOf, TIERS, tiersPass, type TierResult } from './tiers.js'
import { runTiers, serveTier } from './workers.js'

export const SYSTEM_HELP = `  --system     all charts together instead, with mailboxes, timers, running operations and the application's calls, within
               budgets of commands and faults: ${TIERS.map(nameOf).join(', ')}. Fails on a violation, on a budget that was
               not exhausted, and above ${BAR} s of two cores. Keeps the figures in visualizations/system.json.
  --deep       with it: ${DEEP.map(nameOf).join(', ')} as well, however long that takes
  --tier 6+0   with it: this budget alone, and nothing is kept
`

export interface SystemArguments {
  readonly deep: boolean
  readonly json: boolean
  readonly tier: string | undefined
  /** This process works for another one. */
  readonly serve: boolean
}

const FIGURES = new URL('../visualizations/system.json', import.meta.url)
/** Seconds after which a tier of `--deep` is given up. */
const DEEP_SECONDS = 3_600

/** The figures of tiers, in their order; those that were not run this time stay. */
const keep = (results: readonly TierResult[]): void => {
  const before = existsSync(FIGURES) ? (JSON.parse(readFileSync(FIGURES, 'utf8')) as { tiers: object }).tiers : {}
  const figures = results.map(({ states, entered, edges, ms, processorMs, exhausted, violations, ...budget }) => {
    const found = { states, entered, edges, ms, processorMs, exhausted, violations: violations.length }
    return [nameOf(budget), found]
  })
  const tiers = { ...before, ...Object.fromEntries(figures) }
  const invariants = [...Object.values(LISTENED), ...INVARIANTS.map(({ name }) => prose(name))]
  writeFileSync(FIGURES, `${JSON.stringify({ tiers, commands: Object.keys(COMMANDS), invariants }, undefined, 2)}\n`)
}

/** `npm run explore -- --system`; returns the exit code. */
export const exploreSystem = async ({ deep, json, tier, serve }: SystemArguments): Promise<boolean> => {
  const alone = tier === undefined ? undefined : tierOf(tier)
  if (tier !== undefined && !alone) throw new RangeError(`no tier ${tier}`)
  if (serve && alone) {
    serveTier(alone, deep ? DEEP_SECONDS : BAR)
    return true
  }
  const tiers = alone ? [alone] : deep ? [...TIERS, ...DEEP] : TIERS
  const args = (name: string) => ['--system', '--serve', '--tier', name, ...(deep ? ['--deep'] : [])]
  const told = (result: TierResult) => {
    if (!json) process.stderr.write(`${nameOf(result)}: ${result.states} states, ${result.edges} edges\n`)
  }
  const results = await runTiers(tiers, args, told)
  if (!alone) keep(results)
  const passed = tiersPass(results, deep)
  if (json) process.stdout.write(`${JSON.stringify({ passed, seconds: secondsOf(results), tiers: results })}\n`)
  else process.stdout.write(`${tableOf(results, deep)}\n${passed ? 'passed' : 'FAILED'}\n`)
  return passed
}
