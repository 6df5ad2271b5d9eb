import { parseArgs } from 'node:util'
import { Failure, messageOf } from './failure.js'
import { targetNames, type TargetName } from './targets.js'

export const help = `Runs the same scenarios against the real media server, the embedded and the simulated gateway and compares what
they saw.

  npm run interop -- install            build the real server (once, 3 to 8 minutes on 2 cores)
  npm run interop                       run the suite, print a table; exit code 0 only when nothing differs
  npm run interop -- capture            take the golden files in test/golden from the real server again

  --only real|embedded|simulated    this target; may be repeated: the others are compared with the first
  --scenario NAME         only scenarios whose name contains NAME; may be repeated
  --runs N                each scenario N times per target; what differs between runs of one target is reported
  --slow                  also the scenarios that wait for the server's long timers (5 minutes more)
  --save                  keep what the first target saw, for the tests of the simulated gateway (with --slow)
  --json                  everything as data on standard output
  --verbose               observations and excepted differences too
  --list                  the names of the scenarios
  --help

Environment: RSE_CACHE (where the server is built and kept), RSE_MEDIA_SERVER (a server built by other means).`

type Command = 'run' | 'install' | 'capture'

const commands: ReadonlySet<string> = new Set(['run', 'install', 'capture'])

const parse = (parameters: string[]) => {
  try {
    return parseArgs({
      args: parameters,
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        scenario: { type: 'string', multiple: true, default: [] },
        runs: { type: 'string', default: '1' },
        save: { type: 'boolean', default: false },
        slow: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new Failure(`${messageOf(error)}\n\n${help}`)
  }
}

export const readOptions = (parameters: string[]) => {
  const { values, positionals } = parse(parameters)
  const [command = 'run', ...surplus] = positionals
  if (!commands.has(command) || surplus.length > 0)
    throw new Failure(`Unknown command: ${positionals.join(' ')}\n\n${help}`)
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1) throw new Failure(`--runs takes a number from 1, not ${values.runs}`)
  for (const name of values.only)
    if (!targetNames.includes(name as TargetName))
      throw new Failure(`--only takes ${targetNames.join(' or ')}, not ${name}`)
  const targets = values.only.length > 0 ? (values.only as TargetName[]) : targetNames
  return { ...values, command: command as Command, runs, targets }
}

export type Options = ReturnType<typeof readOptions>
