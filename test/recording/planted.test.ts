import { beforeAll, describe, expect, test } from 'vitest'
import { composed } from '../../src/machines/composed.js'
import { connectionMachine } from '../../src/machines/connection.machine.js'
import type { Ports } from '../../src/machines/ports.js'
import { replay, RecordingError, type Replayed } from '../../src/testing/replay/index.js'
import { wholeSession } from '../bad-input/whole-session.js'
import { NOTHING, Stage } from '../doubles/stage.js'
import { linesOf, withLines, type Line } from './lines.js'

let recording: string
let lines: Line[]

beforeAll(async () => {
  const stage = new Stage()
  const { socket } = await wholeSession(stage)
  recording = await socket.exportRecording()
  lines = linesOf(recording)
  expect(await stage.dispose()).toEqual(NOTHING)
})

/** The first line of which this holds: its index, and its number in the text. */
const find = (matches: (line: Line) => boolean) => {
  const index = lines.findIndex(matches)
  expect(index).toBeGreaterThan(0)
  return { index, at: index + 2, line: lines[index]! }
}

const isInput = (type: string) => (line: Line) => line[0] === 'I' && (line[5] as { type: string }).type === type

const changed = (index: number, line: Line): Replayed => replay(withLines(recording, lines.with(index, line)))

test('as it was recorded it is identical', () => {
  const count = (kind: string) => lines.filter((line) => line[0] === kind).length
  expect(replay(recording)).toEqual({ identical: true, inputs: count('I'), transitions: count('T') })
})

describe('one changed line is named', () => {
  test('a transition to another state', () => {
    const { index, at, line } = find(
      ([kind, , , chart, , to]) => kind === 'T' && chart === 'channel' && to === 'present.opening',
    )
    expect(changed(index, line.with(5, 'lost') as unknown as Line)).toEqual({
      identical: false,
      at,
      expected: expect.stringMatching(/^channel: absent -> lost on generation.opened, generation 1, after input \d+$/),
      found: expect.stringMatching(
        /^channel: absent -> present.opening on generation.opened, generation 1, after input \d+$/,
      ),
      sameCharts: true,
    })
  })

  test('a transition that did not happen', () => {
    const { index, at, line } = find(([kind, , , chart]) => kind === 'T' && chart === 'sender-2')
    const more = replay(withLines(recording, lines.toSpliced(index, 0, line)))
    expect(more).toMatchObject({ identical: false, at: at + 1 })
  })

  test('a transition that is missing', () => {
    const { index, at } = find(([kind, , , , , to]) => kind === 'T' && to === 'connected.stable')
    expect(replay(withLines(recording, lines.toSpliced(index, 1)))).toMatchObject({
      identical: false,
      at,
      found: expect.stringContaining('connection: connecting.openingChannel -> connected.stable on channel.open'),
    })
  })

  test('an input that leads elsewhere', () => {
    const { index, at, line } = find(isInput('peer.state'))
    const failed = { ...(line[5] as object), state: 'failed' }
    expect(changed(index, line.with(5, failed) as unknown as Line)).toMatchObject({
      identical: false,
      at: at + 2,
      expected: expect.stringContaining('connection: connecting.negotiating -> connecting.establishing.direct'),
    })
  })

  test('an input of another generation changes nothing, which the next transition shows', () => {
    const { index, at, line } = find(isInput('channel.open'))
    const old = { ...(line[5] as object), generation: 0 }
    expect(changed(index, line.with(5, old) as unknown as Line)).toMatchObject({
      identical: false,
      at: at + 1,
      expected: expect.stringContaining('connection: connecting.openingChannel -> connected.stable on channel.open'),
      found: 'nothing',
    })
  })

  test("an input that comes at another point of the charts' work", () => {
    const { index, at, line } = find(isInput('connect'))
    expect(changed(index, line.with(3, 1_000) as unknown as Line)).toMatchObject({
      identical: false,
      at,
      expected: expect.stringMatching(/^input \d+ after 1000 steps of the charts$/),
    })
  })

  test('a checkpoint with another context, though every transition is the same', () => {
    const last = lines.length - 1
    const [kind, at, context, ...rest] = lines[last] as unknown as [string, number, object, ...unknown[]]
    expect(changed(last, [kind, at, { ...context, negotiated: 99 }, ...rest])).toMatchObject({
      identical: false,
      at: last + 2,
      expected: expect.stringContaining('"negotiated":99'),
    })
  })
})

describe('changed charts are found', () => {
  const charts = (change: (ports: Ports) => object) => ({
    charts: ((ports: Ports) => composed(ports).provide({ actors: change(ports) as never })) as typeof composed,
  })

  test('a guard that decides otherwise: the same charts by name, another transition', () => {
    const { at } = find(([kind, , , , from]) => kind === 'T' && from === 'connecting.negotiating')
    const options = charts((actors) => ({
      connection: connectionMachine.provide({ actors, guards: { 'belongs to this generation': () => false } }),
    }))
    const replayed = replay(recording, options)
    expect(replayed).toEqual({
      identical: false,
      at,
      expected: expect.stringContaining('connection: connecting.negotiating -> connecting.establishing.direct'),
      found: expect.stringContaining('sender-1: waiting -> live'),
      sameCharts: true,
    })
  })

  test('a chart with another state: the result says that these are other charts', () => {
    const { at } = find(([kind, , , chart]) => kind === 'T' && chart === 'connection')
    const { config } = connectionMachine
    const other = new (connectionMachine.constructor as new (...args: unknown[]) => typeof connectionMachine)(
      { ...config, initial: 'failed' },
      connectionMachine.implementations,
    )
    const options = charts((actors) => ({ connection: other.provide({ actors: actors as never }) }))
    expect(replay(recording, options)).toMatchObject({
      identical: false,
      at,
      expected: 'connection: (nothing) -> new on xstate.init, generation 0, after input 0',
      found: expect.stringContaining('connection: (nothing) -> failed on xstate.init, generation 0'),
      sameCharts: false,
    })
  })
})

describe('what cannot be replayed is refused', () => {
  const text = (change: (lines: string[]) => string[]) => () => change(recording.split('\n')).join('\n')
  test.each<[string, () => unknown, object]>([
    ['no text', () => undefined, { code: 'not-a-recording' }],
    ['an empty text', () => '', { code: 'not-a-recording' }],
    ['another text', () => 'v=0\r\no=- 1 2 IN IP4 0.0.0.0', { code: 'not-a-recording' }],
    ['other JSON', () => '{"format":"har","version":1}', { code: 'not-a-recording' }],
    ['null', () => 'null', { code: 'not-a-recording' }],
    [
      'a later version of the format',
      text(([header = '', ...rest]) => [header.replace('"version":1', '"version":2'), ...rest]),
      { code: 'other-version', message: 'version 2; this library reads 1' },
    ],
    ['its last line cut off', text((all) => all.slice(0, -2)), { code: 'truncated', line: undefined }],
    ['its last characters cut off', () => recording.slice(0, -5), { code: 'truncated' }],
    ['its first half', () => recording.slice(0, recording.length / 2), { code: 'truncated' }],
    ['lines missing in between', text((all) => all.toSpliced(4, 2)), { code: 'truncated' }],
    ['a header alone', text(([header = '']) => [header]), { code: 'truncated' }],
    ['a line of another kind', text((all) => all.with(4, '["X",1]')), { code: 'malformed', line: 5 }],
    ['a line that is no JSON', text((all) => all.with(4, '["T",0,')), { code: 'malformed', line: 5 }],
    [
      'an input without an event',
      text((all) => all.with(6, '["I",0,1,2,"session",null]')),
      { code: 'malformed', line: 7 },
    ],
    ['a transition without a state', text((all) => all.with(6, '["T",0,1,"session"]')), { code: 'malformed', line: 7 }],
    ['a checkpoint that is none', text((all) => all.with(1, '["C",0,null]')), { code: 'malformed', line: 2 }],
    [
      'lines without a checkpoint',
      text(([header = '', , transition = '']) => [header, transition, '["E",1]']),
      { code: 'malformed', line: 2 },
    ],
  ])('%s', (_, made, error) => {
    let thrown: unknown
    try {
      replay(made() as string)
    } catch (caught) {
      thrown = caught
    }
    expect(thrown).toBeInstanceOf(RecordingError)
    expect(thrown).toMatchObject(error)
  })
})
