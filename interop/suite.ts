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

/** Each scenario, so many times, against each target: all at the same time, or one after the other. */
const outcomesOf = async (scenarios: readonly Scenario[], targets: readonly RunningTarget[], runs: number) => {
  const all = scenarios.map((): Record<string, Outcome[]> => Object.fromEntries(targets.map(({ name }) => [name, []])))
  for (let run = 0; run < runs; run++)
    for (const target of targets) {
      const one = async (scenario: Scenario, index: number) =>
        void all[index]?.[target.name]?.push(await runScenario(scenario, target))
      if (target.lab.virtual) for (const [index, scenario] of scenarios.entries()) await one(scenario, index)
      else await Promise.all(scenarios.map(one))
    }
  return all
}

/**
 * One after the other, since a scenario that measures must not be slowed by its neighbours; but for those that wait most
 * of the time, which would take too long.
 */
export const runSuite = async (
  scenarios: readonly Scenario[],
  targets: readonly RunningTarget[],
  options: SuiteOptions,
) => {
  const together = scenarios.filter((one) => one.together)
  const groups = [...scenarios.filter((one) => !one.together).map((one) => [one]), together]
  const rows: Row[] = []
  for (const group of groups) {
    const outcomes = await outcomesOf(group, targets, options.runs)
    for (const [index, scenario] of group.entries()) {
      const row = judge(scenario.name, outcomes[index] ?? {})
      rows.push(row)
      options.onRow(row)
    }
  }
  return rows
}
