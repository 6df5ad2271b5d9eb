// `npm run bench -- NAME`: figures against bars, as a table or with --json as data; exit code 1 when a bar fails.
import { parseArgs } from 'node:util'
import { connectBench } from './connect.js'

const HELP = `npm run bench -- connect    the engine against a minimal client by hand, on the embedded gateway

  --rounds N   paired rounds (default 210)
  --json       data instead of a table
`

const main = async (): Promise<number> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '210' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const [name] = positionals
  if (values.help || name !== 'connect') {
    process.stdout.write(HELP)
    return values.help ? 0 : 1
  }
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number')
  return (await connectBench({ rounds, json: values.json })) ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  },
)
