/**
 * Why a text cannot be replayed.
 *
 * | code | when |
 * | --- | --- |
 * | `not-a-recording` | its first line is no header of a recording |
 * | `other-version` | a recording of a format that this version does not read |
 * | `truncated` | its end is missing |
 * | `malformed` | a line is not what the format says, see `line` |
 * | `nothing-kept` | the ring was too small for a single checkpoint |
 */
export type RecordingErrorCode = 'not-a-recording' | 'other-version' | 'truncated' | 'malformed' | 'nothing-kept'

/** Thrown for a text that cannot be replayed; a replay that differs is a result, and no error. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError'

  constructor(
    readonly code: RecordingErrorCode,
    message: string,
    /** Number of the line, from 1; `undefined` where it is about the whole text. */
    readonly line?: number,
  ) {
    super(line === undefined ? message : `line ${line}: ${message}`)
  }
}
