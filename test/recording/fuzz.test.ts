import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RecordingError, replay } from '../../src/testing/replay/index.js'
import { parameters } from '../bad-input/cases.js'
import { anyJson } from '../bad-input/mutations.js'
import { wholeSession } from '../bad-input/whole-session.js'
import { NOTHING, Stage } from '../doubles/stage.js'

/** XState warns of events for ended actors, which a changed recording is full of. */
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}))

afterEach(() => void vi.restoreAllMocks())

/** A recording of two segments, taken up in the middle of a session. */
const wrapped = async (): Promise<string> => {
  const stage = new Stage()
  const socket = stage.socket
  stage.socket = (options = {}, urls) => socket.call(stage, { ...options, recording: { bytes: 24_000 } }, urls)
  const heard = await wholeSession(stage)
  const recording = await heard.socket.exportRecording()
  expect(await stage.dispose()).toEqual(NOTHING)
  return recording
}

const outcomeOf = (text: string): string => {
  try {
    return replay(text).identical ? 'identical' : 'different'
  } catch (error) {
    if (error instanceof RecordingError) return error.code
    throw error
  }
}

const some = fc.integer({ min: 0, max: 999_999 })
const VALUE = /(?<=[:[,])(?:"(?:[^"\\]|\\.)*"|[\d.]+|true|false|null)/g

/** In one line one value is another one of the recording, e.g. another state or event. */
const anotherValue = fc.tuple(some, some, some, some).map(([where, which, from, take]) => (text: string) => {
  const lines = text.trimEnd().split('\n')
  const values = (at: number) => [...(lines[at % lines.length] ?? '').matchAll(VALUE)]
  const [old, instead] = [values(where), values(from)]
  const value = old[which % old.length]
  const line = lines[where % lines.length] ?? ''
  const [taken] = instead[take % instead.length] ?? ['null']
  const changed = value ? line.slice(0, value.index) + taken + line.slice(value.index + value[0].length) : line
  return lines.with(where % lines.length, changed).join('\n')
})

/** One line becomes any other JSON, or none. */
const anotherLine = fc.tuple(some, anyJson).map(([where, change]) => (text: string) => {
  const lines = text.trimEnd().split('\n')
  const at = where % lines.length
  return lines.with(at, change(lines[at] ?? '').replaceAll('\n', ' ')).join('\n')
})

const anyRecording = fc.oneof(
  { weight: 8, arbitrary: anotherValue },
  { weight: 3, arbitrary: anotherLine },
  { weight: 1, arbitrary: anyJson },
)

test('whatever becomes of a recording: a result, or a typed error', async () => {
  const recording = await wrapped()
  const outcomes = new Set<string>()
  fc.assert(
    fc.property(anyRecording, (change) => void outcomes.add(outcomeOf(change(recording)))),
    parameters(0.3, 31),
  )
  expect([recording.match(/^\["C"/gm)?.length, [...outcomes].sort()]).toEqual([
    3,
    ['different', 'identical', 'malformed', 'not-a-recording', 'other-version', 'truncated'],
  ])
})
