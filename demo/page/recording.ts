import { edgeBetween, kindOf, type Step } from '../../src/inspect/index.js'
import { parsed, type Checkpoint, type Transition } from '../../src/testing/replay/parsed.js'
import { dotted } from '../../src/watch.js'

/** Time of a line, which is the second of its fields; lines count from 1. */
const timesOf = (text: string) => {
  const lines = text.split('\n')
  return (line: number): number => (JSON.parse(lines[line - 1] ?? '[]') as [string, number])[1]
}

/**
 * A recording as steps. A recording holds states, and no edges: shown is the one that leads from a state to the next.
 * Throws a `RecordingError` for what is no recording.
 */
export const stepsOfRecording = (text: string): Step[] => {
  const { segments } = parsed(text)
  const at = timesOf(text)
  const begin = ({ at: line, context, value, below }: Checkpoint): Step[] => {
    const charts = [['session', 'session', value, context] as const, ...below]
    return charts.flatMap(([chart, , state, remembered]) => {
      if (state === undefined) return []
      const { generation = 0 } = remembered as { generation?: number }
      const to = dotted(state)
      return [
        {
          at: at(line),
          chart,
          label: chart,
          from: '',
          to,
          event: 'checkpoint',
          generation,
          edges: [],
          context: remembered,
        },
      ]
    })
  }
  const step = ({ at: line, chart, from, to, event, generation }: Transition): Step => {
    const edge = from === '' ? undefined : edgeBetween(kindOf(chart), from, to, event)
    return { at: at(line), chart, label: chart, from, to, event, generation, edges: edge === undefined ? [] : [edge] }
  }
  return segments.flatMap(({ checkpoint, transitions }, index) => [
    // Later ones say what is known from the transitions before them.
    ...(index === 0 ? begin(checkpoint) : []),
    ...transitions.map(step),
  ])
}
