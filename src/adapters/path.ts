import { fromCallback, type AnyEventObject } from 'xstate'
import type { EnvironmentClock } from '../interfaces/environment.js'
import type { OfGeneration, PathReport } from '../machines/ports.js'
import { backOff, type Rung, type SessionOutlook } from '../recovery/ladder.js'
import { outlookOf, ping, trafficOf } from './path-signs.js'
import { Revival } from './revival.js'
import { pause, task, worldOf, type World } from './world.js'

/** Milliseconds between two pings while something is expected; so many times that while nothing is. */
const PING_EVERY = 1_000
const IDLE = 2.5
/** A ping is late after this, and two round trips. */
const LATE = 400
/** A timer that fires so much later than asked says that nobody could have heard anything meanwhile. */
const OVERSLEPT = 500
const ROUND = 250
/** A channel that answers nothing for so long, on a path that lives, is dead. */
const DEAF = 30_000
/** So late at the most a peer connection says that nothing comes in. */
const UNSEEN = 10_000
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

const expectsMore = ({ sinks, sources, channel }: World, last: number): boolean =>
  sinks.size > 0 || sources.size > 0 || channel.traffic !== last

export const pathActors = {
  'watch path': fromCallback<AnyEventObject, OfGeneration>(({ input: { generation }, sendBack, system }) => {
    const world = worldOf(system)
    const { environment, path, options } = world
    const { clock, page } = environment
    const every = options.pingMs ?? PING_EVERY
    path.heard()
    if (every === false) return undefined
    const end = new AbortController()
    const watch = async () => {
      let at = clock.now()
      for (let traffic = -1; ;) {
        const expecting = expectsMore(world, traffic)
        traffic = world.channel.traffic
        // From ping to ping: the time in which one would have been late counts too.
        await pause(clock, Math.max(0, at + (expecting ? every : every * IDLE) - clock.now()), end.signal)
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
          const overslept = await pause(clock, LATE + 2 * path.roundTrip, end.signal)
          asked.late = !asked.answered && overslept < OVERSLEPT
          if (asked.late) return sendBack({ type: 'path.silent', generation })
        }
      }
    }
    void watch()
    return () => end.abort()
  }),
  'probe path': task<PathReport, OfGeneration & { rounds: number }>(
    'internal',
    'connected',
    async (world, { generation, rounds }, signal) => {
      const { path, environment } = world
      const peer = world.peer(generation)
      let alive = false
      let session: SessionOutlook | undefined
      // Where nobody has looked, checks were answered until about now: a peer connection misses them within seconds.
      path.heardAt = Math.max(path.heardAt, environment.clock.now() - UNSEEN)
      const before = await trafficOf(peer)
      for (let round = 0; round < rounds;) {
        ping(world, () => (alive = true))
        const overslept = await pause(environment.clock, ROUND, signal)
        if (alive || (await trafficOf(peer)).inbound > before.inbound) {
          path.heard()
          // Something comes in, and yet nothing is answered, though nothing waits that would be in its way.
          const isDeaf = !alive && path.deaf > DEAF && peer.channel.bufferedAmount === 0
          return isDeaf ? { alive: false, session: 'broken' } : { alive: true }
        }
        if (session === 'gone' || session === 'broken') break
        if (round === 0) void outlookOf(world, generation, signal).then((told) => (session = told))
        if (overslept < OVERSLEPT) round += 1
      }
      return { alive: false, session: session ?? (path.doubtful ? 'doubtful' : 'held') }
    },
  ),
  'revive path': task<PathReport, OfGeneration & { silenceMs: number }>(
    'internal',
    'connected',
    (world, { generation, silenceMs }, signal) => new Revival(world, generation, silenceMs).run(signal),
  ),
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
