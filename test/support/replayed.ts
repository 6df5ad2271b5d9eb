import { RealtimeError, type RealtimeSocket } from '../../src/index.js'
import { replay } from '../../src/testing/replay/index.js'

/** A recording; `undefined` of a socket that makes none. */
const recordingOf = async (socket: RealtimeSocket): Promise<string | undefined> => {
  try {
    return await socket.exportRecording()
  } catch (error) {
    if (error instanceof RealtimeError && error.code === 'unsupported') return undefined
    throw error
  }
}

/** Replays what each socket recorded: those whose charts do not repeat it to the letter, and how they differ. */
export const differences = async (sockets: readonly RealtimeSocket[]): Promise<unknown[]> => {
  const found: unknown[] = []
  for (const socket of sockets) {
    const recording = await recordingOf(socket)
    if (recording === undefined) continue
    const replayed = replay(recording)
    if (!replayed.identical) found.push({ ...replayed, line: recording.split('\n')[replayed.at - 1] })
    // Four charts begin with a transition each: a session of which nothing was compared proves nothing.
    else if (replayed.transitions < 4 && !/"dropped":[1-9]/.test(recording)) found.push(replayed)
  }
  return found
}
