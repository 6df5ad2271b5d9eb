import { inChild } from './child.js'
import type { ChildOrder, Contestant } from './channel-child.js'
import { FIGURES, type Measured } from './messages.js'
import { median, rounded } from './statistics.js'

/** Engine against raw; the control, raw against itself, may use up half of what the engine may. */
const BARS = { throughput: 0.95, trip: 1.1, control: { throughput: 0.025, trip: 0.05 } }
const ROUNDS_A_CHILD = 8
const WARM_UP = 5

interface Options {
  readonly rounds: number
  readonly json: boolean
}

/** Throughput in `send` and `message`, and round trips, against two raw peers. */
export const channelBench = async ({ rounds, json }: Options): Promise<boolean> => {
  const all: Record<Contestant, Measured>[] = []
  while (all.length < rounds) {
    const order: ChildOrder = { rounds: Math.min(ROUNDS_A_CHILD, rounds - all.length), warmUp: WARM_UP }
    all.push(...(await inChild<ChildOrder, Record<Contestant, Measured>[]>('channel-child.ts', order)))
    if (!json) process.stderr.write(`${all.length} of ${rounds} rounds\n`)
  }
  const table = FIGURES.map((figure) => {
    const isTrip = figure.startsWith('trip')
    const of = (who: Contestant) => median(all.map((round) => round[who][figure]))
    // Pair by pair: what the machine does in a round happens to all three.
    const against = (who: Contestant) =>
      median(
        all.map((round) => {
          const raw = Math.sqrt(round.raw[figure] * round.control[figure])
          const time = who === 'engine' ? round.engine[figure] / raw : round.control[figure] / round.raw[figure]
          return isTrip ? time : 1 / time
        }),
      )
    const [ratio, control] = [against('engine'), against('control')]
    const valid = Math.abs(control - 1) <= (isTrip ? BARS.control.trip : BARS.control.throughput)
    const passed = valid && (isTrip ? ratio <= BARS.trip : ratio >= BARS.throughput)
    return {
      figure,
      engineMs: rounded(of('engine'), 3),
      rawMs: rounded(of('raw'), 3),
      ratio: rounded(ratio, 3),
      control: rounded(control, 3),
      bar: isTrip ? `<= ${BARS.trip}` : `>= ${BARS.throughput}`,
      outcome: passed ? 'passed' : valid ? 'FAILED' : 'VOID, the machine is too noisy',
    }
  })
  const passed = table.every(({ outcome }) => outcome === 'passed')
  if (json) process.stdout.write(`${JSON.stringify({ rounds, bars: BARS, passed, table })}\n`)
  else {
    console.table(table)
    console.log(
      'small: 100 characters, large: 16 KiB; a batch is 2,000 or 150 of them; ratio: of throughput, or of round trips',
    )
    console.log(passed ? 'passed' : 'FAILED')
  }
  return passed
}
