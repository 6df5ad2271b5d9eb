import { fromCallback, type AnyEventObject } from 'xstate'
import type { EnvironmentClock } from '../interfaces/environment.js'
import { backOff, type Rung } from '../recovery/ladder.js'
import { asking, watching } from './upkeep.js'
import { worldOf } from './world.js'

const TICK = 1_000

/** Calls back after so many milliseconds, and again as long as it returns some; returns what ends it. */
const ticking = (clock: EnvironmentClock, first: number | undefined, tick: () => number | undefined): (() => void) => {
  let timer: unknown
  const next = (ms: number | undefined) => {
    if (ms !== undefined) timer = clock.setTimeout(() => next(tick()), ms)
  }
  next(first)
  return () => clock.clearTimeout(timer)
}

export const pathActors = {
  'watch path': watching('watchPath'),
  'probe path': asking('probePath'),
  'revive path': asking('revivePath'),
  'resume path': asking('resumePath'),
  'count awake time': fromCallback<AnyEventObject, { ms: number }>(({ input: { ms }, sendBack, system }) => {
    const { clock, page } = worldOf(system).environment
    let left = ms
    return ticking(clock, Math.min(left, TICK), () => {
      // A tick that came late counts as one: nobody was awake.
      if (page.online?.() !== false) left -= TICK
      if (left > 0) return Math.min(left, TICK)
      sendBack({ type: 'recovery.late' })
      return undefined
    })
  }),
  'back off': fromCallback<AnyEventObject, { attempt: number; backOff: Rung['backOff'] }>(
    ({ input: { attempt, ...rung }, sendBack, system }) => {
      const { clock, random, page } = worldOf(system).environment
      const due = () => {
        if (page.online?.() === false) return TICK
        sendBack({ type: 'attempt.due' })
        return undefined
      }
      const ms = backOff(rung, attempt, random())
      // The first try is not to wait for a timer either.
      return ticking(clock, ms > 0 ? ms : due(), due)
    },
  ),
}
