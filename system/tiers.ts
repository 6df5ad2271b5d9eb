import { LADDER, type Rung } from '../src/recovery/ladder.js'
import { BOUNDS } from './commands.js'
import { INVARIANTS } from './invariants.js'
import { Search, type Budget, type Found } from './search.js'
import { System } from './system.js'

/** What was found within one budget. */
export interface TierResult extends Budget, Found {
  /** Milliseconds by the clock, and of processor time: on a busy machine the first is more. */
  readonly ms: number
  readonly processorMs: number
}

/** Must be exhausted, always. */
export const TIERS: readonly Budget[] = [
  { commands: 6, faults: 0 },
  { commands: 4, faults: 1 },
  { commands: 2, faults: 2 },
]

/** Looked at by `--deep`. */
export const DEEP: readonly Budget[] = [
  { commands: 8, faults: 0 },
  { commands: 5, faults: 1 },
  { commands: 3, faults: 2 },
]

/** Each way to recover, once: what more tries do is a matter of numbers. */
export const SHORT_LADDER: readonly Rung[] = LADDER.slice(0, 3).map((rung) => ({ ...rung, tries: 1 }))

/** Seconds for which two cores may be busy with the tiers. */
export const BAR = 180

export const nameOf = ({ commands, faults }: Budget): string => `${commands}+${faults}`

/** `6+0`: six commands and no fault; `undefined` for what is none. */
export const tierOf = (name: string): Budget | undefined => {
  const [, commands, faults] = /^(\d+)\+(\d+)$/.exec(name) ?? []
  return commands === undefined ? undefined : { commands: Number(commands), faults: Number(faults) }
}

/** Explores all within a budget; gives up after so many seconds of processor time. */
export const runTier = (budget: Budget, seconds: number): TierResult => {
  const start = performance.now()
  const { user, system: kernel } = process.cpuUsage()
  const processorMs = () => {
    const used = process.cpuUsage({ user, system: kernel })
    return Math.round((used.user + used.system) / 1_000)
  }
  const search = new Search(new System({ ladder: SHORT_LADDER }), {
    ...budget,
    bounds: BOUNDS,
    invariants: INVARIANTS,
    enough: () => processorMs() > seconds * 1_000,
  })
  const found = search.run()
  return { ...budget, ...found, ms: Math.round(performance.now() - start), processorMs: processorMs() }
}

/** Seconds that two cores would be busy if nobody else used them. */
export const secondsOf = (results: readonly TierResult[]): number => {
  const each = results.map(({ processorMs }) => processorMs)
  return Math.round(Math.max(...each, each.reduce((sum, ms) => sum + ms, 0) / 2)) / 1_000
}

/** Whether all was seen, in time, and no rule was broken. `deep`: however long it took. */
export const tiersPass = (results: readonly TierResult[], deep: boolean): boolean =>
  results.every(({ exhausted, violations }) => exhausted && violations.length === 0) &&
  (deep || secondsOf(results) <= BAR)
