import { Failure } from './failure.js'
import { install, isInstalled, notInstalled } from './install.js'
import { insideNamespace } from './namespace.js'
import { help, readOptions, type Options } from './options.js'
import { asJson, header, rowLines, summaryLine } from './report.js'
import { saveObservations } from './observations.js'
import { isGood, runSuite } from './suite.js'
import { startTarget, type RunningTarget } from './targets.js'

const print = (text: string) => new Promise<void>((resolve) => process.stdout.write(`${text}\n`, () => resolve()))

const select = async ({ scenario: wanted, slow, list }: Options) => {
  const { scenarios } = await import('./scenarios/index.js')
  const selected = scenarios.filter((one) =>
    wanted.length === 0 ? slow || list || !one.slow : wanted.some((part) => one.name.includes(part)),
  )
  if (selected.length === 0) throw new Failure(`No scenario is called ${wanted.join(' or ')}. See --list.`)
  return selected
}

const run = async (options: Options) => {
  const scenarios = await select(options)
  const names = options.targets
  const targets: RunningTarget[] = []
  for (const name of names) targets.push(await startTarget(name))
  try {
    const started = performance.now()
    if (!options.json) await print(header(names))
    const rows = await runSuite(scenarios, targets, {
      runs: options.runs,
      onRow: (row) => void (options.json || print(rowLines(row, options.verbose).join('\n'))),
    })
    const elapsedMs = performance.now() - started
    await print(options.json ? asJson(rows, names, elapsedMs) : summaryLine(rows, elapsedMs))
    if (options.save) await saveObservations(rows)
    return rows.every(isGood) ? 0 : 1
  } finally {
    for (const target of targets) await target.close()
  }
}

const main = async () => {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return print(help).then(() => 0)
  if (options.list) {
    for (const { name } of await select(options)) await print(name)
    return 0
  }
  if (options.command === 'install') return install().then(() => 0)
  const needsReal = options.command === 'capture' || options.targets.includes('real')
  if (needsReal && !isInstalled()) throw notInstalled()
  const code = await insideNamespace()
  if (code !== undefined) return code
  if (options.command === 'capture') {
    const { capture } = await import('./capture/index.js')
    return capture()
  }
  return run(options)
}

const fail = (error: unknown) => {
  process.stderr.write(
    `${error instanceof Failure ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  )
  return 2
}

// libwebrtc's threads keep a process alive that had media sources or sinks, so it is ended rather than left to end.
process.exit(await main().catch(fail))
