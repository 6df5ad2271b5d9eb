import type { World } from '../adapters/world.js'
import { ping } from './path-signs.js'
import { OVERSLEPT, type Work } from './work.js'

/** Milliseconds between two pings while something is expected; so many times that while nothing is. */
const PING_EVERY = 1_000
const IDLE = 2.5
/** A ping is late after this, and two round trips. */
const LATE = 400

const expectsMore = ({ sinks, sources, channel }: World, last: number): boolean =>
  sinks.size > 0 || sources.size > 0 || channel.traffic !== last

/** Pings the server until an answer is late: then says so, and ends. */
export const watchPath = async ({ world, input: { generation }, sendBack, pause }: Work): Promise<void> => {
  const { path, options, environment } = world
  const { clock, page } = environment
  const every = options.pingMs ?? PING_EVERY
  path.heard()
  if (every === false) return
  let at = clock.now()
  for (let traffic = -1; ;) {
    const expecting = expectsMore(world, traffic)
    traffic = world.channel.traffic
    // From ping to ping: the time in which one would have been late counts too.
    await pause(Math.max(0, at + (expecting ? every : every * IDLE) - clock.now()))
    at = clock.now()
    // Nobody misses anything there, and a browser stretches the timers of such a page.
    if (!expecting && page.hidden?.()) continue
    const asked = { answered: false, late: false }
    const sentAt = at
    ping(world, () => {
      asked.answered = true
      // A late one tells how long the hole was, not how far it is.
      if (!asked.late) path.roundTrip = clock.now() - sentAt
    })
    while (!asked.answered) {
      const overslept = await pause(LATE + 2 * path.roundTrip)
      asked.late = !asked.answered && overslept < OVERSLEPT
      if (asked.late) return sendBack({ type: 'path.silent', generation })
    }
  }
}
