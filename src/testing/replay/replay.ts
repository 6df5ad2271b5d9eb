import { composed } from '../../machines/composed.js'
import { fingerprint } from '../../recording/recording.js'
import { inertPorts } from './inert.js'
import { parsed } from './parsed.js'
import { Player, type Difference, type Inspect } from './player.js'

/** Options of a replay. */
export interface ReplayOptions {
  /** Builds the charts that are to repeat what was recorded. Default: those of this version. */
  charts?: typeof composed
  /**
   * Is told what XState's inspection says of the charts while they repeat the recording, with the number of the line
   * that they are at, from 1. What a chart was before the first checkpoint is not told.
   */
  inspect?: Inspect
}

/** How a replay went. */
export type Replayed =
  | { readonly identical: true; readonly inputs: number; readonly transitions: number }
  | ({ readonly identical: false } & Difference & {
        /** The charts are built as those that were recorded: the same states, transitions and names. */
        readonly sameCharts: boolean
      })

/** Charts with nothing behind them are the same for every replay, and dear to build. */
const inert = new WeakMap<typeof composed, ReturnType<typeof composed>>()
const inertCharts = (charts: typeof composed): ReturnType<typeof composed> => {
  const built = inert.get(charts) ?? charts(inertPorts)
  inert.set(charts, built)
  return built
}

/**
 * Drives the charts with the inputs of a recording, and holds each transition, and each checkpoint, against what was
 * recorded. Nothing outside the charts takes part: no time, no network, no WebRTC. Takes no time to speak of.
 *
 * Throws a {@link RecordingError} for a text that cannot be replayed.
 */
export const replay = (recording: string, { charts = composed, inspect }: ReplayOptions = {}): Replayed => {
  const { segments, charts: recorded } = parsed(recording)
  const [first, ...later] = segments
  if (!first) return { identical: true, inputs: 0, transitions: 0 }
  const machine = inertCharts(charts)
  const player = new Player(machine, first, inspect)
  player.play(first)
  for (const segment of later) if (!player.difference) player.play(segment)
  const { difference, inputs, transitions } = player
  return difference
    ? { identical: false, ...difference, sameCharts: fingerprint(machine) === recorded }
    : { identical: true, inputs, transitions }
}
