// `npm run explore`: every reachable state of the charts, and whether it is as it should be; exit code 1 when it is not.
import { parseArgs } from 'node:util'
import { exploreSystem, SYSTEM_HELP } from '../system/main.js'
import { ended } from './command.js'
import { CHARTS, explore, passes, reportOf } from '../src/testing/explore/index.js'

const HELP = `npm run explore -- [CHART...]

  Explores the charts (default: all of ${CHARTS.map(({ name }) => name).join(', ')}) breadth-first, each alone
  in an environment that may do whatever its ports allow. Fails on an unreachable state, a dead end, and a violated
  invariant, with a shortest path to it.

${SYSTEM_HELP}
  --json       data instead of text
`

const main = async (): Promise<boolean> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      system: { type: 'boolean', default: false },
      deep: { type: 'boolean', default: false },
      tier: { type: 'string' },
      serve: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return true
  }
  const unknown = positionals.filter((name) => !CHARTS.some((chart) => chart.name === name))
  if (unknown.length > 0) throw new RangeError(`no chart ${unknown.join(', ')}`)
  const { system, tier, ...rest } = values
  const alone = ['tier', 'deep', 'serve'].find((option) => !system && option in values && values[option as 'tier'])
  if (alone) throw new RangeError(`--${alone} needs --system`)
  if (system) return exploreSystem({ ...rest, tier })
  const results = CHARTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name)).map((chart) => {
    const start = performance.now()
    const found = explore(chart)
    const ms = Math.round(performance.now() - start)
    if (!values.json) process.stdout.write(`${reportOf(found)}\n  ${ms} ms\n\n`)
    return { ...found, passed: passes(found), ms }
  })
  const passed = results.every((result) => result.passed)
  if (values.json) process.stdout.write(`${JSON.stringify({ passed, charts: results })}\n`)
  else {
    const failed = results.filter((result) => !result.passed).map(({ chart }) => chart)
    process.stdout.write(passed ? 'passed\n' : `FAILED: ${failed.join(', ')}\n`)
  }
  return passed
}

process.exitCode = await ended(HELP, main)
