import { startGateway } from '../gateway/src/index.js'
import { inChild } from './child.js'
import type { ChildOrder, Measured } from './recording-child.js'
import type { Contestant } from './orders.js'
import { median, rounded } from './statistics.js'

/** Time with recording by time without; the control, without against itself, may use up half of what it may cost. */
const BARS = { ratio: 1.05, control: 0.025 }
/** Three connections a round: libwebrtc slows down with those that a process has had. */
const CONNECT = { rounds: 20, warmUp: 10 }
/** Six orders, three rounds each. How fast a connection is differs from process to process: many, with few rounds each. */
const CHANNEL = { rounds: 3, warmUp: 2 }
/** A round of messages takes as long as some connects. */
const CHANNEL_SHARE = 0.4

type Round = Record<Contestant, Measured>

interface Options {
  readonly rounds: number
  readonly json: boolean
}

/** What recording costs: the time of a connect, and messages a second and round trips once connected. */
export const recordingBench = async ({ rounds, json }: Options): Promise<boolean> => {
  const gateway = await startGateway()
  const room = 'bench'
  const order = { url: gateway.url, room, token: gateway.token({ room }) }
  const measure = async (what: ChildOrder['what'], wanted: number, { rounds, warmUp }: typeof CONNECT) => {
    const all: Round[] = []
    for (let child = 0; all.length < wanted; child += 1) {
      const left = Math.min(rounds, wanted - all.length)
      const asked = { ...order, what, warmUp, child, rounds: left }
      all.push(...(await inChild<ChildOrder, Round[]>('recording-child.ts', asked)))
      if (!json) process.stderr.write(`${what}: ${all.length} of ${wanted} rounds\n`)
    }
    return all
  }
  let table: ReturnType<typeof compared>[]
  try {
    const connects = await measure('connect', rounds, CONNECT)
    const messages = await measure('channel', Math.ceil(rounds * CHANNEL_SHARE), CHANNEL)
    table = [compared('connect', connects), compared('batch', messages), compared('trip', messages)]
  } finally {
    await gateway.close()
  }
  const passed = table.every(({ outcome }) => outcome === 'passed')
  if (json) process.stdout.write(`${JSON.stringify({ rounds, bars: BARS, passed, table })}\n`)
  else {
    console.table(table)
    console.log('batch: 800 messages of 100 characters or 60 of 16 KiB, each way, geometric mean; trip: the same sizes')
    console.log(
      `median of the ratios round by round, with recording by without, bar <= ${BARS.ratio}: ${passed ? 'passed' : 'FAILED'}`,
    )
  }
  return passed
}

const compared = (figure: keyof Measured, all: readonly Round[]) => {
  const time = (round: Round, who: Contestant) => round[who][figure] ?? Number.NaN
  // Pair by pair: what the machine does in a round happens to all three.
  const ratio = median(all.map((round) => time(round, 'on') / Math.sqrt(time(round, 'off') * time(round, 'again'))))
  const control = median(all.map((round) => time(round, 'again') / time(round, 'off')))
  const valid = Math.abs(control - 1) <= BARS.control
  const of = (who: Contestant) => rounded(median(all.map((round) => time(round, who))), 3)
  return {
    figure,
    rounds: all.length,
    onMs: of('on'),
    offMs: of('off'),
    ratio: rounded(ratio, 3),
    control: rounded(control, 3),
    bar: `<= ${BARS.ratio}`,
    outcome: ratio <= BARS.ratio && valid ? 'passed' : valid ? 'FAILED' : 'VOID, the machine is too noisy',
  }
}
