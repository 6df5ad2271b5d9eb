import { outcomeOf } from './outcome.js'
import type { Pair, Side } from './pair.js'

/** What of a report does not depend on the time, and is what an engine reads. */
const seen = (report: RTCStatsReport): string => {
  const lines = [...report.values()].map((stat: Record<string, unknown>) => {
    if (stat.type === 'data-channel') return `channel ${stat.label} ${stat.state}`
    if (stat.type === 'outbound-rtp') return `sends ${stat.kind}`
    if (stat.type === 'transport') return `transport ${stat.dtlsState}`
    return stat.type === 'peer-connection' ? 'peer-connection' : ''
  })
  return `[${lines
    .filter((line) => line)
    .sort()
    .join(', ')}]`
}

export const readStats = async (pair: Pair, side: Side, of: 'all' | 'a sender' | 'a stranger'): Promise<string> => {
  // Real stacks hand out a report that was made for somebody else, as long as it is not older.
  const { statsAge } = side.stack
  if (statsAge > 0) await new Promise((resolve) => setTimeout(resolve, statsAge + 10))
  if (of === 'all') return outcomeOf(pair, side, () => side.pc.getStats(), seen)
  if (of === 'a stranger') return outcomeOf(pair, side, () => side.pc.getStats(side.track('audio')), seen)
  const sender = side.pc.getSenders().find(({ track }) => track)
  return sender ? outcomeOf(pair, side, () => sender.getStats(), seen) : 'no sender'
}
