import type { Timeline } from '../scheduler/lane.js'

interface Stage {
  /** After so many milliseconds of silence. */
  readonly ms: number
  readonly act: () => void
}

/**
 * Acts as silence grows, and once it is over. Looks only when something may be due, so that a session that is well costs
 * next to nothing. Returns what ends it.
 */
export const watchSilence = (
  timeline: Timeline,
  heardAt: () => number,
  stages: readonly Stage[],
  over: () => void,
): (() => void) => {
  let reached = 0
  let timer: unknown
  const look = () => {
    const silent = timeline.now - heardAt()
    if (reached > 0 && silent < stages[0]!.ms) {
      reached = 0
      over()
    }
    const stage = stages[reached]
    if (stage && silent >= stage.ms) {
      reached += 1
      stage.act()
    }
    const next = stages[reached]
    // While it is silent the end of the silence is looked for, as the server does, once a second.
    if (next)
      // Whole milliseconds: less than time can be told apart by would go round for ever.
      timer = timeline.after(Math.ceil(Math.min(reached > 0 ? 1_000 : Infinity, next.ms - silent)), 'gateway', look)
  }
  timer = timeline.after(stages[0]!.ms, 'gateway', look)
  return () => {
    timeline.cancel(timer)
    reached = stages.length
  }
}
