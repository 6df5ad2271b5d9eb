// `npm run chaos`: whole sessions on the simulated stack, by seed; exit code 1 when an invariant breaks or it is too slow.
import { parseArgs } from 'node:util'
import { ended } from '../tools/command.js'
import type { Totals } from './batch.js'
import type { Choices } from './choices.js'
import { readyTest } from './ready-test.js'
import { BAR, coverageOf, edgeReport, edgesOf, passes, stepsPerSecond, totalsReport, verdictReport } from './report.js'
import { runChoices, runSeed, type Verdict } from './run.js'
import { shrink } from './shrink.js'
import { testedEdges } from './tested.js'
import { runShared, serve, type Share } from './workers.js'

const HELP = `npm run chaos -- [OPTIONS]

  Runs whole sessions on the simulated stack. Each seed draws application calls, faults and interleavings; every
  invariant is held at each step, and once faults stop the sessions must live again.

  --seeds N        how many (500)
  --from SEED      the first (1)
  --seed S         this one alone, told in words
  --choices LIST   a run by its numbers, as JSON, told in words
  --shrink         with one of these: the smallest list that fails the same way
  --edges          every edge of every chart, and how often it was taken
  --tests          and by the sessions of the tests
  --minutes M      no new seed after so long
  --workers W      processes (1)
  --json           data instead of text
`

/** So many failures are made small, each of another invariant; the others are named. */
const SHRUNK = 3
/** Runs that a failure may take to become small. */
const RUNS = 800

const smallest = async (choices: Choices, invariant: string): Promise<Verdict> => {
  const fails = async (list: Choices) => (await runChoices(list)).violation?.invariant === invariant
  return runChoices((await shrink(choices, fails, RUNS)).choices)
}

const progress = (seeds: number): ((totals: Totals) => void) => {
  const { isTTY } = process.stderr
  let last = Date.now()
  return ({ runs, steps, failures }) => {
    if (!isTTY && Date.now() - last < 5_000) return
    last = Date.now()
    process.stderr.write(
      `${isTTY ? '\r' : ''}${runs} of ${seeds} seeds, ${steps} steps, ${failures.length} violations${isTTY ? ' ' : '\n'}`,
    )
  }
}

const one = async (verdict: Verdict, { json, small }: { json: boolean; small: boolean }): Promise<boolean> => {
  const { violation } = verdict
  const told = small && violation ? await smallest(verdict.choices, violation.invariant) : verdict
  if (json) process.stdout.write(`${JSON.stringify({ passed: !violation, ...told })}\n`)
  else process.stdout.write(`${verdictReport(told)}\n${violation ? `\n${readyTest(told)}` : ''}`)
  return !violation
}

const many = async (share: Share, { json, edges, tests }: Record<string, boolean>): Promise<boolean> => {
  const totals = await runShared(share, progress(share.seeds))
  if (tests) totals.edges = (await testedEdges()).map((count, at) => count + (totals.edges[at] ?? 0))
  if (process.stderr.isTTY) process.stderr.write('\n')
  const passed = passes(totals)
  const kinds = new Map(totals.failures.map((failure) => [failure.verdict.violation?.invariant ?? '', failure]))
  const small: Verdict[] = []
  for (const [invariant, { verdict }] of [...kinds].slice(0, SHRUNK))
    small.push(await smallest(verdict.choices, invariant))
  if (json) {
    const { failures, edges: _, ...sums } = totals
    const counted = edgesOf(totals)
    const data = { passed, bar: BAR, stepsPerSecond: stepsPerSecond(totals), ...sums, coverage: coverageOf(counted) }
    process.stdout.write(`${JSON.stringify({ ...data, failures, small, ...(edges && { edges: counted }) })}\n`)
    return passed
  }
  for (const { seed, verdict } of totals.failures)
    process.stdout.write(`seed ${seed}: ${verdict.violation?.invariant}: ${verdict.violation?.complaint}\n`)
  for (const verdict of small) process.stdout.write(`\n${readyTest(verdict)}`)
  if (edges) process.stdout.write(`${edgeReport(edgesOf(totals))}\n\n`)
  process.stdout.write(`${totalsReport(totals)}\n`)
  return passed
}

/** A number of an option; a `RangeError` says what it takes. */
const number = (option: string, text: string, { least, whole = true }: { least: number; whole?: boolean }): number => {
  const value = Number(text)
  if (!(value >= least) || (whole && !Number.isInteger(value)))
    throw new RangeError(`--${option} takes a ${whole ? 'whole ' : ''}number from ${least}, not ${text}`)
  return value
}

const list = (text: string): number[] => {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value) || !value.every((one) => Number.isInteger(one) && one >= 0))
    throw new RangeError('--choices takes a list of whole numbers from 0, as JSON')
  return value as number[]
}

const options = () =>
  parseArgs({
    options: {
      seeds: { type: 'string', default: '500' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      choices: { type: 'string' },
      shrink: { type: 'boolean', default: false },
      edges: { type: 'boolean', default: false },
      tests: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      workers: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      share: { type: 'string' },
    },
  }).values

const main = async (): Promise<boolean> => {
  const { json, edges, tests, share, shrink: small, ...values } = options()
  // XState's development build says so when something is sent to an actor that has ended.
  console.warn = () => {}
  if (share) {
    await serve(JSON.parse(share) as Share)
    return true
  }
  if (values.help) {
    process.stdout.write(HELP)
    return true
  }
  if (values.choices) return one(await runChoices(list(values.choices)), { json, small })
  if (values.seed) return one(await runSeed(number('seed', values.seed, { least: 0 })), { json, small })
  const shared: Share = {
    from: number('from', values.from, { least: 0 }),
    seeds: number('seeds', values.seeds, { least: 1 }),
    workers: number('workers', values.workers, { least: 1 }),
    minutes: values.minutes === undefined ? undefined : number('minutes', values.minutes, { least: 0, whole: false }),
  }
  return many(shared, { json, edges, tests })
}

process.exitCode = await ended(HELP, main)
