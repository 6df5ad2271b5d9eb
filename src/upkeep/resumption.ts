import type { OfGeneration, PathReport } from '../machines/ports.js'
import type { SessionOutlook } from '../recovery/ladder.js'
import { outlookOf } from './path-signs.js'
import { revivePath } from './revival.js'
import type { Work } from './work.js'

/** Between two questions to a gateway that cannot be reached. */
const ASK_EVERY = 1_000

type Resuming = Work<OfGeneration & { silenceMs: number }>

/** Resolves once the gateway can be reached: with why nothing can be hoped for, or with nothing. */
const reached = async ({ world, input, signal, pause }: Resuming): Promise<SessionOutlook | undefined> => {
  for (;;) {
    const session = await outlookOf(world, input.generation, signal)
    if (session) return session === 'held' ? undefined : session
    if (world.path.silence > input.silenceMs) return 'doubtful'
    await pause(ASK_EVERY)
  }
}

/** One round of an offer that restarts ICE, outside the path. */
const restart = async ({ world, input: { generation }, signal }: Resuming): Promise<void> => {
  const peer = world.peer(generation)
  const { url, connector, ids } = world.sessions.get(generation) ?? {}
  if (peer.pc.signalingState !== 'stable') throw new Error('another round is under way')
  const { ordinal } = await peer.createOffer(undefined, { iceRestart: true })
  const offer = peer.offer(ordinal)
  const answer = await connector?.restart?.(url ?? '', ids?.nodeId ?? 0, ids?.connId ?? '', offer, { signal })
  peer.keepAnswer(ordinal, answer?.sdp ?? '')
  await peer.applyAnswer(ordinal)
}

/**
 * Restarts ICE on the peer connection that there is, and again where that fails. First the gateway must be reached, and be
 * known not to have restarted: a session that it counts anew by our number is a stranger's. Where descriptions are in the
 * middle of a round of somebody else, and where the gateway refuses, it rejects.
 */
export const resumePath = async (work: Resuming): Promise<PathReport> => {
  for (;;) {
    const session = await reached(work)
    if (session) return { alive: false, session }
    await restart(work)
    const report = await revivePath({ ...work, input: { ...work.input, restarted: true } })
    if (report.alive || report.session) return report
  }
}
