import { EdgeCounter } from './edges.js'
import { runSeed, type Verdict } from './run.js'

/** Sums of some runs, and those that failed. */
export interface Totals {
  runs: number
  steps: number
  /** Events that charts took. */
  events: number
  /** Virtual milliseconds. */
  ms: number
  promises: number
  messages: number
  /** How often sessions were found so in the end, by outward state. */
  readonly ends: Record<string, number>
  readonly failures: { readonly seed: number; readonly verdict: Verdict }[]
  /** See `EdgeCounter.counts`. */
  edges: readonly number[]
  /** Milliseconds of the processor: what others do on the machine does not count. */
  cpu: number
}

export const noTotals = (): Totals => ({
  runs: 0,
  steps: 0,
  events: 0,
  ms: 0,
  promises: 0,
  messages: 0,
  ends: {},
  failures: [],
  edges: new EdgeCounter().counts,
  cpu: 0,
})

/** Both together. */
export const added = (one: Totals, other: Totals): Totals => {
  const ends = { ...one.ends }
  for (const [state, count] of Object.entries(other.ends)) ends[state] = (ends[state] ?? 0) + count
  return {
    runs: one.runs + other.runs,
    steps: one.steps + other.steps,
    events: one.events + other.events,
    ms: one.ms + other.ms,
    promises: one.promises + other.promises,
    messages: one.messages + other.messages,
    ends,
    failures: [...one.failures, ...other.failures],
    edges: one.edges.map((count, at) => count + (other.edges[at] ?? 0)),
    cpu: one.cpu + other.cpu,
  }
}

const count = (totals: Totals, seed: number, verdict: Verdict): void => {
  totals.runs += 1
  for (const sum of ['steps', 'events', 'ms', 'promises', 'messages'] as const) totals[sum] += verdict[sum]
  for (const line of verdict.rest) {
    const state = /: (\w+)/.exec(line)?.[1] ?? ''
    totals.ends[state] = (totals.ends[state] ?? 0) + 1
  }
  if (verdict.violation) totals.failures.push({ seed, verdict })
}

/** Runs these seeds, one after the other; `tell` hears of each, and may end it. */
export const runBatch = async (
  seeds: Iterable<number>,
  tell: (totals: Totals) => 'go on' | 'stop' = () => 'go on',
): Promise<Totals> => {
  const totals = noTotals()
  const edges = new EdgeCounter()
  totals.edges = edges.counts
  const began = process.cpuUsage()
  for (const seed of seeds) {
    count(totals, seed, await runSeed(seed, { edges }))
    const { user, system } = process.cpuUsage(began)
    totals.cpu = (user + system) / 1_000
    if (tell(totals) === 'stop') break
  }
  return totals
}
