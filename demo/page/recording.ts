import { edgeBetween, kindOf, type Step } from '../../src/inspect/index.js'
import { Tap } from '../../src/inspect/tap.js'
import { parsed, type Checkpoint, type Recording, type Transition } from '../../src/testing/replay/parsed.js'
import { replay } from '../../src/testing/replay/index.js'
import { dotted } from '../../src/watch.js'

/** A recording as steps. */
export interface RecordedSteps {
  readonly steps: readonly Step[]
  /**
   * Where they are from: the charts repeat it (`replay`), or they do not, and edges are guessed from the states, and what is
   * remembered is not known. Then its header names the charts of this version, or others.
   */
  readonly by: 'replay' | 'same charts' | 'other charts'
}

type TimeOf = (line: number) => number

/** Time of a line, which is the second of its fields; lines count from 1. */
const timesOf = (text: string): TimeOf => {
  const lines = text.split('\n')
  return (line) => (JSON.parse(lines[line - 1] ?? '[]') as [string, number])[1]
}

/** How the charts stood at a checkpoint. */
const begun = ({ at: line, context, value, below }: Checkpoint, timeOf: TimeOf): Step[] => {
  const charts = [['session', 'session', value, context] as const, ...below]
  return charts.flatMap(([chart, , state, remembered]) => {
    if (state === undefined) return []
    const { generation = 0 } = remembered as { generation?: number }
    const to = dotted(state)
    const more = { event: 'checkpoint', generation, edges: [], context: remembered }
    return [{ at: timeOf(line), chart, label: chart, from: '', to, ...more }]
  })
}

/** What the charts do when they repeat the recording, edges and contexts included, as far as they do. */
const repeated = (text: string, { segments }: Recording, timeOf: TimeOf): RecordedSteps => {
  const steps: Step[] = []
  let now = 0
  const generation = () => steps.at(-1)?.generation ?? 0
  const tap = new Tap({ now: () => now, generation, label: (chart) => chart }, (step) => steps.push(step))
  for (const { chart, to, ...more } of segments.slice(0, 1).flatMap(({ checkpoint }) => begun(checkpoint, timeOf)))
    tap.begin(chart, to, more)
  const replayed = replay(text, {
    inspect: (event, line) => {
      now = timeOf(line)
      tap.see(event)
    },
  })
  if (replayed.identical) return { steps, by: 'replay' }
  return { steps, by: replayed.sameCharts ? 'same charts' : 'other charts' }
}

/** What was written down: states, and no edges. Shown is the one that leads from a state to the next. */
const written = ({ segments }: Recording, timeOf: TimeOf): Step[] => {
  const step = ({ at: line, chart, from, to, event, generation }: Transition): Step => {
    const edge = from === '' ? undefined : edgeBetween(kindOf(chart), from, to, event)
    return {
      at: timeOf(line),
      chart,
      label: chart,
      from,
      to,
      event,
      generation,
      edges: edge === undefined ? [] : [edge],
    }
  }
  return segments.flatMap(({ checkpoint, transitions }, index) => [
    // Later ones say what is known from the transitions before them.
    ...(index === 0 ? begun(checkpoint, timeOf) : []),
    ...transitions.map(step),
  ])
}

/** Throws a `RecordingError` for what is no recording. */
export const stepsOfRecording = (text: string): RecordedSteps => {
  const recording = parsed(text)
  const timeOf = timesOf(text)
  const { steps, by } = repeated(text, recording, timeOf)
  return { steps: by === 'replay' ? steps : written(recording, timeOf), by }
}
