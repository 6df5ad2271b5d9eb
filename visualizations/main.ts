// `npm run diagrams`: draws every chart into visualizations/diagrams; with `--check` it only says what is stale.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ended } from '../tools/command.js'
import { drawAll, type Drawn } from './src/files.js'
import { fill, staleIn } from './src/folder.js'
import { moduleOf } from './src/render/module.js'

const FOLDER = fileURLToPath(new URL('diagrams', import.meta.url))
/** What the inspector shows: `src` imports nothing from here. */
const MODULE = fileURLToPath(new URL('../src/inspect/generated', import.meta.url))

const HELP = `npm run diagrams

  Draws every chart, and the whole, into visualizations/diagrams: SVG, Mermaid, a table in Markdown, SCXML; and what
  the inspector shows of them into src/inspect/generated.

  --check      writes nothing; exit code 1 when a file is stale
  --json       data instead of text
`

const sizes = ({ files }: Drawn): Record<string, number> =>
  Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name.split('.').at(-1) ?? name, Buffer.byteLength(text)]),
  )

const line = (first: unknown, ...cells: unknown[]): string =>
  `${String(first).padEnd(14)}${cells.map((cell) => String(cell).padStart(8)).join('')}\n`

const report = (drawn: readonly Drawn[]): string =>
  line('chart', 'states', 'edges', 'svg', 'mmd', 'md', 'scxml') +
  drawn.map((one) => line(one.chart, one.states, one.edges, ...Object.values(sizes(one)))).join('')

const main = async (): Promise<boolean> => {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return true
  }
  const drawn = await drawAll()
  const files = Object.assign({}, ...drawn.map((one) => one.files)) as Record<string, string>
  const module = { 'pictures.ts': moduleOf(files) }
  const stale = [...staleIn(FOLDER, files), ...staleIn(MODULE, module)]
  if (!values.check) {
    fill(FOLDER, files)
    fill(MODULE, module)
  }
  const failed = values.check && stale.length > 0
  if (values.json) {
    const charts = drawn.map((one) => ({ chart: one.chart, states: one.states, edges: one.edges, bytes: sizes(one) }))
    process.stdout.write(`${JSON.stringify({ passed: !failed, charts, stale })}\n`)
    return !failed
  }
  process.stdout.write(report(drawn))
  for (const { name, why } of stale) process.stdout.write(`${values.check ? 'STALE' : 'written'}  ${name} (${why})\n`)
  if (failed) process.stdout.write('FAILED: npm run diagrams, and look at what it draws\n')
  return !failed
}

process.exitCode = await ended(HELP, main)
