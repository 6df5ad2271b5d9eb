import { fromCallback, type AnyEventObject } from 'xstate'
import { backOff, type Rung } from '../recovery/ladder.js'
import { asking, watching } from './upkeep.js'
import { worldOf } from './world.js'

/** How often it is looked whether there is a network. */
const TICK = 1_000

export const pathActors = {
  'watch path': watching('watchPath'),
  'probe path': asking('probePath'),
  'revive path': asking('revivePath'),
  'resume path': asking('resumePath'),
  'count awake time': watching('countAwakeTime'),
  'back off': fromCallback<AnyEventObject, { attempt: number; backOff: Rung['backOff'] }>(
    ({ input: { attempt, ...rung }, sendBack, system }) => {
      const { clock, random, page } = worldOf(system).environment
      let timer: unknown
      const due = () => {
        if (page.online?.() === false) timer = clock.setTimeout(due, TICK)
        else sendBack({ type: 'attempt.due' })
      }
      const ms = backOff(rung, attempt, random())
      // The first try is not to wait for a timer either.
      if (ms > 0) timer = clock.setTimeout(due, ms)
      else due()
      return () => clock.clearTimeout(timer)
    },
  ),
}
