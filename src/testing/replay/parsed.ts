import type { StateValue } from 'xstate'
import { RecordingError } from './recording-error.js'

/** The state of a chart below the session. */
export type Below = readonly [id: string, src: string, value: StateValue, context: object]

/** The whole session at one moment, or, without a value, the start of a session. */
export interface Checkpoint {
  readonly at: number
  readonly context: object
  readonly value: StateValue | undefined
  readonly below: readonly Below[]
}

/** What came into a chart from outside the charts. */
export interface Input {
  readonly at: number
  readonly number: number
  /** How much the charts had done since the last input, or the checkpoint. */
  readonly after: number
  readonly chart: string
  readonly event: { readonly type: string }
}

/** What a chart did then. */
export interface Transition {
  readonly at: number
  /** Number of the last input before it. */
  readonly input: number
  readonly chart: string
  readonly from: string
  readonly to: string
  readonly event: string
  readonly generation: number
}

/** From one checkpoint to the next. `at` of all that is in it: the number of its line, from 1. */
export interface Segment {
  readonly checkpoint: Checkpoint
  readonly inputs: Input[]
  readonly transitions: Transition[]
}

/** A recording, read. */
export interface Recording {
  /** Tells the charts by which it was made; `undefined` in an empty one. */
  readonly charts: string | undefined
  readonly segments: readonly Segment[]
}

const FORMAT = 'realtime-session-engine recording'
const VERSION = 1

const json = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number'
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const isValue = (value: unknown): value is StateValue => isText(value) || isObject(value)
const isBelow = (value: unknown): value is Below =>
  Array.isArray(value) && isText(value[0]) && isText(value[1]) && isValue(value[2]) && isObject(value[3])

const checkpointOf = (at: number, [context, value, below = []]: unknown[]): Checkpoint | undefined =>
  isObject(context) && (value === undefined || isValue(value)) && Array.isArray(below) && below.every(isBelow)
    ? { at, context, value, below }
    : undefined

const inputOf = (at: number, [number, after, chart, event]: unknown[]): Input | undefined =>
  isNumber(number) && isNumber(after) && isText(chart) && isObject(event) && 'type' in event && isText(event.type)
    ? { at, number, after, chart, event: event as Input['event'] }
    : undefined

const transitionOf = (at: number, line: unknown[]): Transition | undefined => {
  const [input, chart, from, to, event, generation] = line as [number, string, string, string, string, number]
  return [input, generation].every(isNumber) && [chart, from, to, event].every(isText)
    ? { at, input, chart, from, to, event, generation }
    : undefined
}

/** The text of a recording as data. Throws a {@link RecordingError}. */
export const parsed = (text: string): Recording => {
  if (typeof text !== 'string') throw new RecordingError('not-a-recording', 'a recording is a text')
  const lines = text.trimEnd().split('\n')
  const header = json(lines[0]) as
    | { format?: unknown; version?: unknown; charts?: string; dropped?: number }
    | undefined
  if (header?.format !== FORMAT)
    throw new RecordingError('not-a-recording', 'the first line is no header of a recording')
  if (header.version !== VERSION)
    throw new RecordingError(
      'other-version',
      `version ${JSON.stringify(header.version)}; this library reads ${VERSION}`,
    )
  const end = json(lines.at(-1))
  if (!Array.isArray(end) || end[0] !== 'E') throw new RecordingError('truncated', 'the line that ends it is missing')
  if (end[1] !== lines.length - 2)
    throw new RecordingError(
      lines.length - 2 > Number(end[1]) ? 'malformed' : 'truncated',
      `${lines.length - 2} lines of ${JSON.stringify(end[1])} are there`,
    )
  const segments: Segment[] = []
  for (const [index, line] of lines.slice(1, -1).entries()) {
    const at = index + 2
    const fields = json(line)
    const [kind, , ...rest] = Array.isArray(fields) ? (fields as unknown[]) : []
    const segment = segments.at(-1)
    const checkpoint = kind === 'C' ? checkpointOf(at, rest) : undefined
    const input = kind === 'I' ? inputOf(at, rest) : undefined
    const transition = kind === 'T' ? transitionOf(at, rest) : undefined
    if (checkpoint) segments.push({ checkpoint, inputs: [], transitions: [] })
    else if (segment && input) segment.inputs.push(input)
    else if (segment && transition) segment.transitions.push(transition)
    else
      throw new RecordingError('malformed', segment ? 'no line of this format' : 'not the checkpoint to begin with', at)
  }
  if (segments.length === 0 && isNumber(header.dropped) && header.dropped > 0)
    throw new RecordingError('nothing-kept', 'the ring was too small for a single checkpoint')
  return { charts: header.charts, segments }
}
