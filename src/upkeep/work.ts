import type { AnyEventObject } from 'xstate'
import type { World } from '../adapters/world.js'
import type { Phase, RealtimeErrorCode } from '../errors.js'
import type { OfGeneration } from '../machines/ports.js'

/** What a piece of work here is given; it ends with `signal`. */
export interface Work<Input = OfGeneration> {
  readonly world: World
  readonly input: Input
  readonly signal: AbortSignal
  /** Sends an event to the chart that asked for the work. */
  readonly sendBack: (event: AnyEventObject) => void
  /** Reports what nobody waits for. */
  readonly warn: (error: unknown, fallback: RealtimeErrorCode, phase: Phase) => void
  /** Resolves after so many milliseconds, with how many it was late; never when the work has ended, or `until`. */
  readonly pause: (ms: number, until?: AbortSignal) => Promise<number>
}

/** A timer that fires so much later than asked says that nobody could have heard anything meanwhile. */
export const OVERSLEPT = 500
