import { fork } from 'node:child_process'
import type { Budget } from './search.js'
import { nameOf, runTier, type TierResult } from './tiers.js'

const PROCESSES = 2
/** Megabytes that a process may take: larger budgets have millions of states. */
const MEMORY = 8_000

/** Runs each tier in a process of its own, two at a time; `args`: what makes this program serve one. */
export const runTiers = async (
  tiers: readonly Budget[],
  args: (tier: string) => readonly string[],
  told: (result: TierResult) => void,
): Promise<TierResult[]> => {
  const waiting = [...tiers.entries()]
  const results: TierResult[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [at, tier] = next
      results[at] = await inProcess(args(nameOf(tier)))
      told(results[at])
    }
  }
  await Promise.all(Array.from({ length: PROCESSES }, work))
  return results
}

const inProcess = (args: readonly string[]): Promise<TierResult> =>
  new Promise((resolve, reject) => {
    const child = fork(process.argv[1] as string, args, {
      execArgv: [...process.execArgv, `--max-old-space-size=${MEMORY}`],
      serialization: 'advanced',
    })
    let result: TierResult | undefined
    child.on('message', (message) => {
      result = message as TierResult
    })
    child.on('exit', (code) =>
      result ? resolve(result) : reject(new Error(`a worker ended with ${String(code)}, and without a result`)),
    )
  })

/** Runs a tier for the process that forked this one. */
export const serveTier = (tier: Budget, seconds: number): void => {
  process.send?.(runTier(tier, seconds), undefined, {}, () => process.disconnect?.())
}
