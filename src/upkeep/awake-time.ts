import type { Work } from './work.js'

const TICK = 1_000

/** Says when so many milliseconds have passed in which the page was awake and online. */
export const countAwakeTime = async ({
  world,
  input: { ms },
  sendBack,
  pause,
}: Work<{ ms: number }>): Promise<void> => {
  for (let left = ms; left > 0;) {
    const tick = Math.min(left, TICK)
    await pause(tick)
    // One that came late counts as one: nobody was awake.
    if (world.environment.page.online?.() !== false) left -= tick
  }
  sendBack({ type: 'recovery.late' })
}
