import { inChild } from './child.js'
import type { ChildOrder } from './inspector-child.js'
import type { Inspected, Shown } from './inspector-page.js'
import { median, quantile, rounded } from './statistics.js'

/**
 * Time of a connect with the inspector by time without; transitions that came alone and were not shown with the next
 * frame; milliseconds that a picture is behind in a burst, nineteen times of twenty. The last is no promise to follow
 * each step: a burst is painted every 100 ms, and a connection needs two of them and a frame to be shown at rest.
 */
const BARS = { ratio: 1.1, late: 0, behindMs: 250, control: 0.05 }
const NAMES: Record<Shown, string> = {
  on: 'inspector attached',
  off: 'nothing attached',
  again: 'nothing attached, again',
  square: 'a square instead',
}
/** A page slows down with the connections that it has had. */
const CHILD = { rounds: 20, warmUp: 4 }

interface Options {
  readonly rounds: number
  readonly json: boolean
}

/** What the attached inspector costs a connect in a page of Chromium, and whether it shows each state with the next frame. */
export const inspectorBench = async ({ rounds, json }: Options): Promise<boolean> => {
  const all: Record<Shown, Inspected>[] = []
  while (all.length < rounds) {
    const asked: ChildOrder = { ...CHILD, rounds: Math.min(CHILD.rounds, rounds - all.length) }
    all.push(...(await inChild<ChildOrder, typeof all>('inspector-child.ts', asked)))
    if (!json) process.stderr.write(`${all.length} of ${rounds} rounds\n`)
  }
  const times = (who: Shown) => all.map((round) => round[who].connect)
  const ratios = (of: Shown, by: readonly Shown[]) =>
    all.map(
      (round) =>
        round[of].connect / Math.exp(by.reduce((sum, who) => sum + Math.log(round[who].connect), 0) / by.length),
    )
  const ratio = median(ratios('on', ['off', 'again']))
  const square = median(ratios('square', ['off', 'again']))
  const control = median(ratios('again', ['off']))
  const sum = (what: 'transitions' | 'alone' | 'late') => all.reduce((total, { on }) => total + on[what], 0)
  const [transitions, alone, late] = [sum('transitions'), sum('alone'), sum('late')]
  const behindMs = quantile(
    all.map(({ on }) => on.behind),
    0.95,
  )
  const valid = Math.abs(control - 1) <= BARS.control
  const follows = alone >= rounds && late <= BARS.late && behindMs <= BARS.behindMs
  const passed = valid && ratio <= BARS.ratio && follows
  const table = Object.entries(NAMES).map(([who, name]) => ({
    connect: name,
    medianMs: rounded(median(times(who as Shown)), 1),
    p90Ms: rounded(quantile(times(who as Shown), 0.9), 1),
  }))
  const figures = {
    ratio: rounded(ratio, 3),
    square: rounded(square, 3),
    control: rounded(control, 3),
    transitions,
    alone,
    late,
    behindMs: rounded(behindMs, 0),
  }
  if (json) process.stdout.write(`${JSON.stringify({ rounds, bars: BARS, passed, ...figures, table })}\n`)
  else {
    console.table(table)
    console.log(
      `a connect with the inspector takes ${figures.ratio} times as long, bar <= ${BARS.ratio} (median of the ratios round by round)`,
    )
    console.log(`with a square of nine pixels that follows each transition ${figures.square} times: frames alone`)
    console.log(`control, detached by detached: ${figures.control}, void from ${BARS.control} off 1`)
    console.log(
      `${transitions} transitions; of the ${alone} that came alone not shown with the next frame: ${late}, bar ${BARS.late}`,
    )
    console.log(`in a burst the picture is behind by ${figures.behindMs} ms, bar <= ${BARS.behindMs}`)
    console.log(passed ? 'passed' : valid ? 'FAILED' : 'VOID, the machine is too noisy')
  }
  return passed
}
