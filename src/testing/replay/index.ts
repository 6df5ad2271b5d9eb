/**
 * Replays what `socket.exportRecording()` handed out: the same charts, the same inputs, and every transition held
 * against the recorded one.
 *
 * ```ts
 * const result = replay(await socket.exportRecording())
 * if (!result.identical) console.log(`line ${result.at}: expected ${result.expected}, found ${result.found}`)
 * ```
 */
export { RecordingError, type RecordingErrorCode } from './recording-error.js'
export { replay, type Replayed, type ReplayOptions } from './replay.js'
export type { Difference, Inspect } from './player.js'
