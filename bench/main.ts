// `npm run bench -- NAME`: figures against bars, as a table or with --json as data; exit code 1 when a bar fails.
import { parseArgs } from 'node:util'
import { ended } from '../tools/command.js'
import { channelBench } from './channel.js'
import { connectBench } from './connect.js'
import { inspectorBench } from './inspector.js'
import { recordingBench } from './recording.js'
import { IN_CHROMIUM, PARTS, recoveryBench } from './recovery.js'
import { sessionsBench } from './sessions.js'
import { simulatorBench } from './simulator.js'

interface BenchOptions {
  readonly rounds: number
  readonly json: boolean
  /** Names of the parts that are to run; all where it is absent. */
  readonly only: readonly string[] | undefined
  /** In a page of Chromium instead of Node. */
  readonly chromium: boolean
}

const BENCHES: Record<string, { rounds: number; run(options: BenchOptions): Promise<boolean> }> = {
  connect: { rounds: 210, run: connectBench },
  channel: { rounds: 96, run: channelBench },
  sessions: { rounds: 50, run: sessionsBench },
  recording: { rounds: 180, run: recordingBench },
  inspector: { rounds: 60, run: inspectorBench },
  simulator: { rounds: 20, run: simulatorBench },
  recovery: { rounds: 10, run: recoveryBench },
}

const HELP = `npm run bench -- NAME

  connect      time to open channel and first frame, against a minimal client by hand, on the embedded gateway
  channel      messages a second and round trips, against two raw peer connections
  sessions     heap of idle connected sessions beyond their peer connections, in one process
  recording    what the flight recorder costs a connect, messages and round trips
  inspector    what the attached inspector costs a connect in Chromium, and whether it follows frame by frame (2 minutes)
  simulator    steps a second of whole simulated sessions, invariants included
  recovery     cuts, dead gateways and silent ends on real WebRTC: when it is noticed, when media is back (4 minutes)

  --rounds N   paired rounds, or sessions (default ${Object.values(BENCHES)
    .map(({ rounds }) => rounds)
    .join(', ')})
  --only NAME  recovery: this part alone, may be given again: ${[...Object.keys(PARTS), ...Object.keys(IN_CHROMIUM)].join(', ')}
  --chromium   recovery: cuts alone, in a page of Chromium instead of libwebrtc in Node (2 minutes)
  --json       data instead of a table
`

const main = async (): Promise<boolean> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      only: { type: 'string', multiple: true },
      chromium: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return true
  }
  const bench = BENCHES[positionals[0] ?? '']
  if (!bench) throw new RangeError(positionals.length > 0 ? `no bench ${positionals[0]}` : 'which one?')
  const rounds = Number(values.rounds ?? bench.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds takes a whole number')
  const { json, only, chromium } = values
  return bench.run({ rounds, json, only, chromium })
}

// libwebrtc's threads may keep a process alive, so it is ended rather than left to end.
process.exit(await ended(HELP, main))
