import type { Peer } from '../adapters/peer.js'
import type { OfGeneration } from '../machines/ports.js'
import { OVERSLEPT, type Work } from './work.js'

type Report = Map<string, Record<string, unknown>>

/** Milliseconds between two looks at what comes in. */
const LOOK = 1_500
/** So many looks in a row that see nothing new, and it stalls. */
const LOOKS = 3

/** One report for all receivers of a peer connection that look at about the same time: it costs by their number. */
const reports = new WeakMap<Peer, { readonly at: number; readonly report: Promise<Report> }>()

const reportOf = (peer: Peer, now: number): Promise<Report> => {
  let last = reports.get(peer)
  if (!last || now - last.at > LOOK / 2)
    reports.set(peer, (last = { at: now, report: peer.pc.getStats() as unknown as Promise<Report> }))
  return last.report
}

/** Bytes of RTP that came in for a track (webrtc-stats, inbound-rtp). Before the first there is nothing to count. */
const bytesOf = (report: Report, track: string): number => {
  let bytes = 0
  for (const stats of report.values())
    if (stats.type === 'inbound-rtp' && stats.trackIdentifier === track) bytes += Number(stats.bytesReceived)
  return bytes
}

/**
 * Watches whether media comes in on the line of a receiver whose source is in the room: says when it flows, when it
 * stalls, and when it flows again.
 */
export const watchMedia = async ({ world, input, signal, sendBack, pause }: Work<OfWatched>): Promise<void> => {
  const peer = world.peers.get(input.generation)
  const track = peer?.slot(input.line)?.remote?.id
  if (!peer || !track || world.options.pingMs === false) return
  const { clock } = world.environment
  /** `undefined`: it cannot be read for now. */
  const look = async () => {
    try {
      return bytesOf(await reportOf(peer, clock.now()), track)
    } catch {
      return undefined
    }
  }
  let last = (await look()) ?? 0
  let told = ''
  const tell = (type: string) => {
    if (told !== type && !signal.aborted) sendBack({ type: (told = type) })
  }
  for (let misses = 0; !signal.aborted;) {
    const overslept = await pause(LOOK)
    const bytes = await look()
    if (bytes === undefined) continue
    // Nothing is missed of a source that is not there, or while nobody could have seen anything.
    if (bytes > last || overslept > OVERSLEPT || !world.living.has(input.source)) misses = 0
    else misses += 1
    if (bytes > last) tell('media.flows')
    if (misses >= LOOKS) tell('media.stalled')
    last = bytes
  }
}

type OfWatched = OfGeneration & { line: number; source: string }
