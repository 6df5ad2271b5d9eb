import type { SessionOutlook } from '../recovery/ladder.js'
import type { Peer } from '../adapters/peer.js'
import type { World } from '../adapters/world.js'

/** What came in and went out on the pairs of a peer connection: bytes and checks together, any of them is a sign of life. */
export const trafficOf = async ({ pc }: Peer): Promise<{ inbound: number; checks: number }> => {
  const seen = { inbound: 0, checks: 0 }
  const report = (await pc.getStats()) as unknown as Map<string, Record<string, number | string>>
  for (const stats of report.values()) {
    if (stats.type !== 'candidate-pair') continue
    const count = (name: string) => Number(stats[name] ?? 0)
    seen.inbound += count('bytesReceived') + count('responsesReceived') + count('requestsReceived')
    seen.checks += count('requestsSent')
  }
  return seen
}

/** Whether the gateway still holds the session; `undefined`: it could not be asked. */
export const outlookOf = async (
  world: World,
  generation: number,
  signal: AbortSignal,
): Promise<SessionOutlook | undefined> => {
  const { url, connector, ids } = world.sessions.get(generation) ?? {}
  if (url === undefined || !ids || !connector?.probe) return undefined
  const told = await connector.probe(url, ids.nodeId, ids.connId, { signal }).catch(() => 'unreachable' as const)
  if (told === 'gone' || told === 'broken') return told
  // Who asks no more has not failed to reach it.
  if (told === 'unreachable' && !signal.aborted) world.path.doubtful = true
  return told === 'unreachable' ? undefined : world.path.doubtful ? 'doubtful' : 'held'
}

/**
 * Asks the server something; calls back when it answers, which tells of the path even when nobody waits any more. So it
 * is never aborted: a listener for each of them would stay with a signal that lives as long as the session.
 */
export const ping = ({ protocol, channel, path }: World, answered: () => void): void => {
  path.asked()
  channel
    .request((id) => protocol.encodeProbe(id), new AbortController().signal)
    .then(
      () => {
        path.answered()
        answered()
      },
      () => {},
    )
}
