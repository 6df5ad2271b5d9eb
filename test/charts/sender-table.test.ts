import { describe, expect, test } from 'vitest'
import { facts } from '../../src/errors.js'
import { senderTrackMachine } from '../../src/machines/sender-track.machine.js'
import { done, failed, late, runs, Table, type Play } from './table.js'

const INPUT = { id: 'sender-1', name: 'camera', kind: 'video', source: 't1', origin: 'fresh' }
const chart = new Table(senderTrackMachine, INPUT)
const empty = new Table(senderTrackMachine, { ...INPUT, source: null })
const reused = new Table(senderTrackMachine, { ...INPUT, origin: 'reused' })

const refused = facts('request-refused', 'no')
const ready = { type: 'line.ready', generation: 1, line: 2, ordinal: -1, channel: 'open' }
const OPEN = { type: 'channel.open', generation: 1 }
const HELD = { type: 'channel.held', generation: 1 }
const LOST = { type: 'channel.lost', generation: 1, error: refused }
const ENDED = { type: 'generation.ended', generation: 1 }
const PAUSE = { type: 'track.pause' }
const RESUME = { type: 'track.resume' }
const STOP = { type: 'track.stop' }
const source = (id: string | null) => ({ type: 'source.changed', source: id })
const stream = (what: 'added' | 'removed', own = true, name = 'camera') => ({
  type: `stream.${what}`,
  own,
  source: { peer: 'alice', stream: name },
})
const answered = done('server request')
const refusal = failed('server request', refused)
const silent = late('request deadline')

/** The ways into the states, each the one before and a step more. */
const FLOWING: readonly Play[] = [ready]
const PAUSED = [...FLOWING, PAUSE]
const SWITCHED_OFF = [...FLOWING, source(null)]
const ABSENT = [...SWITCHED_OFF, answered]
const ENDED_BY_ITSELF = [...FLOWING, { type: 'source.ended' }]
const SHOWN = [...FLOWING, stream('added')]
const VANISHED = [...SHOWN, stream('removed')]
const SILENCING = [...VANISHED, late('back by itself')]
const BACK_ON = [...SILENCING, answered]

const OFF = 'begins sender.toggle off'
const ON = 'begins sender.toggle t1'
const live = (source: string, server: string) => `live.source.${source}+server.${server}`
const flows = (server: string) => live('flowing', server)

describe('its source', () => {
  test.each<[what: string, plays: readonly Play[], seen: string[]]>([
    ['flows on a line of its own, of which the server knows', FLOWING, [flows('informed'), 'begins send source']],
    ['is paused', PAUSED, [live('paused', 'informed')]],
    ['stays paused with another source', [...PAUSED, source('t2')], [live('paused', 'informed')]],
    ['goes on', [...PAUSED, RESUME], [flows('informed'), 'begins send source']],
    ['was paused before there was a line', [PAUSE, ready], [live('paused', 'informed')]],
    ['goes on before there is a line', [PAUSE, RESUME, ready], [flows('informed'), 'begins send source']],
    ['flows anew where it is another one', [...FLOWING, source('t2')], [flows('informed'), 'begins send source']],
    ['goes, which the server is told', SWITCHED_OFF, [live('absent', 'telling'), OFF]],
    ['is absent', ABSENT, [live('absent', 'informed')]],
    ['comes, which the server is told first', [...ABSENT, source('t1')], [live('announcing', 'telling'), ON]],
    ['flows when the server knows', [...ABSENT, source('t1'), answered], [flows('informed'), 'begins send source']],
    ['comes while the server is told that it went', [...SWITCHED_OFF, source('t1')], [live('announcing', 'telling')]],
    ['is told on again after that', [...SWITCHED_OFF, source('t1'), answered], [live('announcing', 'telling'), ON]],
    ['goes before it was announced', [...ABSENT, LOST, source('t1'), source(null)], [live('absent', 'informed')]],
    ['is absent, paused or not', [...ABSENT, PAUSE, RESUME], [live('absent', 'informed')]],
    ['ends by itself, which the server is told', ENDED_BY_ITSELF, [live('ended', 'telling'), OFF]],
    ['has ended', [...ENDED_BY_ITSELF, answered], [live('ended', 'informed')]],
    ['is paused while it is announced', [...ABSENT, source('t1'), PAUSE], [live('paused', 'telling')]],
    [
      'waits to be announced until there is a channel',
      [...ABSENT, LOST, source('t1')],
      [live('announcing', 'informed')],
    ],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })

  test('that is not there is nothing to be told', () => {
    expect([empty.row(ready), empty.row(ready, source('t1'))]).toEqual([
      [live('absent', 'informed')],
      [live('announcing', 'telling'), ON],
    ])
  })

  test("on a line that was another's waits until the server knows; on the next line it does not", () => {
    expect([
      reused.row(ready),
      reused.row(ready, answered),
      reused.row(ready, ENDED, { ...ready, generation: 2 }),
    ]).toEqual([
      [live('announcing', 'telling'), ON],
      [flows('informed'), 'begins send source'],
      [flows('informed'), 'begins send source'],
    ])
  })

  test('that changed before there was a line is the one that flows', () => {
    expect([empty.row(source('t1'), ready), chart.row(source(null), ready)]).toEqual([
      [flows('informed'), 'begins send source'],
      [live('absent', 'informed')],
    ])
  })
})

describe('the server', () => {
  test.each<[what: string, plays: readonly Play[], seen: string[]]>([
    ['refuses', [...SWITCHED_OFF, refusal], [live('absent', 'informed'), 'warning request-refused (connected)']],
    ['does not answer', [...SWITCHED_OFF, silent], [live('absent', 'informed')]],
    ['hears of it when the path lives', [...SWITCHED_OFF, HELD], [live('absent', 'informed')]],
    ['shows it', SHOWN, [flows('shown')]],
    ['is told that it went, though it shows it', [...SHOWN, source(null)], [live('absent', 'telling'), OFF]],
    ['does not show it any more', VANISHED, [flows('vanished')]],
    ['shows it again by itself', [...VANISHED, stream('added')], [flows('shown')]],
    ['is told that it went, though it does not show it', [...VANISHED, source(null)], [live('absent', 'telling'), OFF]],
    ['is told to forget it where it does not show it by itself', SILENCING, [live('announcing', 'silencing'), OFF]],
    ['is told of it anew', BACK_ON, [live('announcing', 'telling'), ON]],
    ['is told of it anew though it refused', [...SILENCING, refusal], [live('announcing', 'telling'), ON]],
    ['is told of it anew though it did not answer', [...SILENCING, silent], [live('announcing', 'telling'), ON]],
    ['is not told anew of what went meanwhile', [...SILENCING, source(null), answered], [live('absent', 'informed')]],
    ['is told anew of nothing without a channel', [...SILENCING, LOST, answered], [live('announcing', 'informed')]],
    ['refused that, without a channel', [...SILENCING, LOST, refusal], [live('announcing', 'informed')]],
    ['did not answer that, without a channel', [...SILENCING, LOST, silent], [live('announcing', 'informed')]],
    ['knows of it again', [...BACK_ON, answered], [flows('informed'), 'begins send source']],
    ['is left alone while the path is dead', [...SILENCING, HELD], [live('announcing', 'informed')]],
    ['is told of it anew when the path lives', [...SILENCING, HELD, OPEN], [live('announcing', 'telling'), ON]],
    [
      'cannot be told without a channel: it is looked again',
      [...VANISHED, HELD, late('back by itself')],
      [flows('vanished')],
    ],
    [
      'is told when there is a channel again',
      [...VANISHED, HELD, late('back by itself'), OPEN, late('back by itself')],
      [live('announcing', 'silencing'), OFF],
    ],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })

  test('tells of many streams: of those of others, and of others of its own, it takes no notice', () => {
    const others = [stream('added', false), stream('added', true, 'screen')]
    const gone = [stream('removed', false), stream('removed', true, 'screen')]
    expect([
      ...chart.noticed(FLOWING, [...others, ...gone, stream('removed')]),
      ...chart.noticed(SHOWN, [...others, ...gone, stream('added')]),
      ...chart.noticed(VANISHED, [...others, ...gone, stream('removed')]),
    ]).toEqual([])
  })

  test('does not show a line without a source any more: nothing is amiss', () => {
    expect(empty.row(ready, stream('added'), stream('removed'))).toEqual([live('absent', 'shown')])
  })
})

describe('what it keeps in mind', () => {
  test.each<[what: string, plays: readonly Play[], kept: object]>([
    ['its line', FLOWING, { line: 2, generation: 1, channel: 'open', announced: 'on', telling: 'on' }],
    ['that the channel opened', [{ ...ready, channel: 'not-open' }, OPEN], { channel: 'open' }],
    ['that the channel is held', [...FLOWING, HELD], { channel: 'held' }],
    ['that the channel is lost', [...FLOWING, LOST], { channel: 'not-open' }],
    ['the end of the generation', [...FLOWING, ENDED], { channel: 'not-open', origin: 'fresh' }],
    ['what is wished for', PAUSED, { wish: 'track.pause' }],
    ['what is wished for last', [...PAUSED, RESUME], { wish: 'track.resume' }],
    ['its source', [...FLOWING, source('t2')], { source: 't2' }],
    ['that its source is gone', ENDED_BY_ITSELF, { source: null, telling: 'off', announced: 'off' }],
    ['that the channel was held when it told', [...SWITCHED_OFF, HELD], { channel: 'held', announced: 'off' }],
    ['that the channel was held when it silenced', [...SILENCING, HELD], { channel: 'held', announced: 'off' }],
    ['what the server was told', BACK_ON, { telling: 'on', announced: 'off' }],
    ['what the server knows', [...BACK_ON, answered], { announced: 'on' }],
    [
      'what was refused, as told',
      [...SWITCHED_OFF, refusal],
      {
        announced: 'off',
        error: { code: 'request-refused', phase: 'connected' },
      },
    ],
  ])('%s', (_, plays, kept) => {
    expect(chart.after(...plays).to.context).toMatchObject(kept)
  })

  test("a line that was another's", () => {
    expect(reused.after(ready).to.context).toMatchObject({ line: 2, generation: 1, announced: 'off', telling: 'on' })
  })
})

describe('its end', () => {
  const STOPPING = [...FLOWING, STOP]
  const WAITING_TO_STOP = [...FLOWING, HELD, STOP]
  const over = ['stopped']

  test.each<[what: string, plays: readonly Play[], seen: string[]]>([
    ['is told to the server', STOPPING, ['stopping.telling', OFF]],
    ['is over when that is answered', [...STOPPING, answered], over],
    ['is over when that is refused', [...STOPPING, refusal], over],
    ['is over when that is not answered', [...STOPPING, silent], over],
    ['is over when the path dies', [...STOPPING, HELD], over],
    ['is over with the generation', [...STOPPING, ENDED], over],
    ['waits for a path that is dead', WAITING_TO_STOP, ['stopping.held']],
    ['is told when the path lives', [...WAITING_TO_STOP, OPEN], ['stopping.telling', OFF]],
    ['is over when the path does not live again', [...WAITING_TO_STOP, LOST], over],
    ['is over with the generation of a dead path', [...WAITING_TO_STOP, ENDED], over],
    ['is at once where there is no channel', [...FLOWING, LOST, STOP], over],
    ['is at once where there is no line', [STOP], over],
    ['comes from every state', [...SILENCING, STOP], ['stopping.telling', OFF]],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })

  test('leaves nothing running but what is told', () => {
    expect([runs(chart.after(...STOPPING)), runs(chart.after(...STOPPING, answered))]).toEqual([['server request'], []])
  })

  test('comes once', () => {
    expect(chart.noticed(STOPPING, [STOP])).toEqual([])
  })
})

test.each([FLOWING, PAUSED, SWITCHED_OFF, ABSENT, ENDED_BY_ITSELF, SHOWN, VANISHED, SILENCING, BACK_ON])(
  'the end of the generation leaves nothing but the wish: way %#',
  (...way) => {
    const ended = chart.after(...way, ENDED)
    expect([ended.to.state, runs(ended), ended.to.timers]).toEqual(['waiting', [], []])
    expect(chart.noticed(way, [ready])).toEqual([])
  },
)

test.each([SHOWN, VANISHED])('what the server must be told it is told at once: %#', (...way) => {
  expect(chart.through(...way, source(null))).not.toContain('sender.live.server.informed')
})
