import { compare, type Difference } from './compare.js'
import { runScenario, type Json, type Outcome, type Scenario } from './scenario.js'
import type { RunningTarget } from './targets.js'

export interface Row {
  scenario: string
  /** One outcome per run, by target. */
  outcomes: Record<string, Outcome[]>
  /** Undefined where only one target ran. */
  same?: boolean
  differences: Difference[]
  /** A target that did not see the same in each of its runs. */
  unstable: string[]
}

const failed = (row: Row) => Object.values(row.outcomes).some((outcomes) => outcomes.some(({ error }) => error))

export const isGood = (row: Row) => row.same !== false && row.unstable.length === 0 && !failed(row)

const isUnstable = (outcomes: Outcome[]) =>
  new Set(outcomes.map(({ observation, error }) => JSON.stringify(observation ?? { error }))).size > 1

const merge = (differences: Difference[]) => [
  ...new Map(differences.map((difference) => [JSON.stringify(difference), difference])).values(),
]

const judge = (scenario: string, outcomes: Record<string, Outcome[]>): Row => {
  const unstable = Object.keys(outcomes).filter((name) => isUnstable(outcomes[name] ?? []))
  const [[, first = []] = [], ...others] = Object.entries(outcomes)
  if (others.length === 0) return { scenario, outcomes, differences: [], unstable }
  const seen = (outcome: Outcome | undefined): Json => outcome?.observation ?? { error: outcome?.error ?? 'no run' }
  const differences = merge(
    others.flatMap(([target, second]) =>
      first.flatMap((outcome, n) => compare(scenario, target, seen(outcome), seen(second[n]))),
    ),
  )
  return { scenario, outcomes, differences, unstable, same: differences.every(({ reason }) => reason !== undefined) }
}

interface SuiteOptions {
  runs: number
  onRow(row: Row): void
}

/** One after the other: a scenario that waits must not be slowed by its neighbours. */
export const runSuite = async (
  scenarios: readonly Scenario[],
  targets: readonly RunningTarget[],
  options: SuiteOptions,
) => {
  const rows: Row[] = []
  for (const scenario of scenarios) {
    const outcomes: Record<string, Outcome[]> = Object.fromEntries(targets.map(({ name }) => [name, []]))
    for (let run = 0; run < options.runs; run++)
      for (const target of targets) outcomes[target.name]?.push(await runScenario(scenario, target))
    const row = judge(scenario.name, outcomes)
    rows.push(row)
    options.onRow(row)
  }
  return rows
}
