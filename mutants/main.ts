// `npm run mutants`: every mutant of the charts, until something notices it; exit code 1 when too many survive, or one unexplained.
import { parseArgs } from 'node:util'
import { ended } from '../tools/command.js'
import { CHARTS } from '../src/testing/explore/index.js'
import { seeded } from '../src/testing/scheduler/random.js'
import { explained } from './explained.js'
import type { Verdict } from './judge.js'
import { MUTANTS } from './mutants.js'
import { passes, reportOf, summaryOf } from './report.js'
import { drawn, drawnOfEach } from './sample.js'
import { STAGES } from './stages/stages.js'
import { judgeAll, serve } from './workers.js'

const HELP = `npm run mutants -- [OPTIONS]

  Makes a mutant at every site of every chart (${MUTANTS.length}), and shows each to
  ${STAGES.map(({ name }) => name).join(', ')}
  in turn, until one notices it.

  --only CHART   those of one chart: ${CHARTS.map(({ name }) => name).join(', ')}
  --match TEXT   those whose id has this in it
  --sample N     so many of them, drawn
  --each N       so many of each chart, drawn
  --seed S       by this seed (1)
  --by STAGES    only these look, with commas between them
  --workers W    processes (2)
  --list         names them, and runs nothing
  --json         data instead of text; a line each, then the sums
`

const options = () =>
  parseArgs({
    options: {
      only: { type: 'string' },
      match: { type: 'string', default: '' },
      sample: { type: 'string' },
      each: { type: 'string' },
      seed: { type: 'string', default: '1' },
      by: { type: 'string', default: STAGES.map(({ name }) => name).join() },
      workers: { type: 'string', default: '2' },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      worker: { type: 'boolean', default: false },
    },
  }).values

/** A number of an option; a `RangeError` says what it takes. */
const number = (option: string, text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`--${option} takes a whole number from 1, not ${text}`)
  return value
}

const stagesOf = (list: string): string[] => {
  const names = list.split(',')
  const unknown = names.find((name) => !STAGES.some((stage) => stage.name === name))
  if (unknown !== undefined) throw new RangeError(`no stage ${unknown}`)
  return names
}

const progress = (all: number): ((verdict: Verdict) => void) => {
  const began = performance.now()
  let judged = 0
  let survived = 0
  let told = 0
  return ({ caught }) => {
    judged += 1
    if (!caught) survived += 1
    const now = performance.now()
    if (judged < all && now - told < 5_000) return
    told = now
    const left = ((now - began) / judged) * (all - judged)
    process.stderr.write(
      `${judged} of ${all} mutants, ${survived} survive so far, about ${Math.ceil(left / 60_000)} minutes left\n`,
    )
  }
}

const main = async (): Promise<boolean> => {
  const values = options()
  // XState's development build says so when something is sent to an actor that has ended.
  console.warn = () => {}
  if (values.worker) {
    await serve()
    return true
  }
  if (values.help) {
    process.stdout.write(HELP)
    return true
  }
  const { only, match, json } = values
  if (only !== undefined && !CHARTS.some(({ name }) => name === only)) throw new RangeError(`no chart ${only}`)
  const wanted = MUTANTS.filter(
    ({ id, subject: { name } }) => (only === undefined || name === only) && id.includes(match),
  )
  const chance = seeded(number('seed', values.seed))
  const each =
    values.each === undefined
      ? wanted
      : drawnOfEach(wanted, ({ subject }) => subject.name, number('each', values.each), chance)
  const ids = (values.sample === undefined ? each : drawn(each, number('sample', values.sample), chance)).map(
    ({ id }) => id,
  )
  if (values.list) {
    process.stdout.write(json ? `${JSON.stringify(ids)}\n` : ids.map((id) => `${id}\n`).join(''))
    return true
  }
  const shown = progress(ids.length)
  const bounds = { workers: number('workers', values.workers), stages: stagesOf(values.by) }
  const verdicts = await judgeAll(ids, bounds, (verdict) => {
    if (json) process.stdout.write(`${JSON.stringify(verdict)}\n`)
    shown(verdict)
  })
  const summary = summaryOf(verdicts, explained())
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : `${reportOf(summary)}\n`)
  return passes(summary)
}

process.exitCode = await ended(HELP, main)
