import type { OfGeneration, PathReport } from '../machines/ports.js'
import type { SessionOutlook } from '../recovery/ladder.js'
import { outlookOf, ping, trafficOf } from './path-signs.js'
import { OVERSLEPT, type Work } from './work.js'

const ROUND = 250
/** A channel that answers nothing for so long, on a path that lives, is dead. */
const DEAF = 30_000
/** So late at the most a peer connection says that nothing comes in. */
const UNSEEN = 10_000

/** Looks whether anything comes in, for so many rounds at the most, and asks the gateway whether it holds the session. */
export const probePath = async ({
  world,
  input: { generation, rounds },
  signal,
  pause,
}: Work<OfGeneration & { rounds: number }>): Promise<PathReport> => {
  const { path, environment } = world
  const peer = world.peer(generation)
  let alive = false
  let session: SessionOutlook | undefined
  // Where nobody has looked, checks were answered until about now: a peer connection misses them within seconds.
  path.heardAt = Math.max(path.heardAt, environment.clock.now() - UNSEEN)
  const before = await trafficOf(peer)
  for (let round = 0; round < rounds;) {
    ping(world, () => (alive = true))
    const overslept = await pause(ROUND)
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
  return {
    alive: false,
    session: session ?? (path.doubtful ? 'doubtful' : 'held'),
    resumable: world.sessions.get(generation)?.connector.restart !== undefined,
  }
}
