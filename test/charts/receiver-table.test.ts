import { describe, expect, test } from 'vitest'
import { facts } from '../../src/errors.js'
import { receiverTrackMachine } from '../../src/machines/receiver-track.machine.js'
import { done, failed, late, runs, Table, type Play } from './table.js'

const chart = new Table(receiverTrackMachine, { id: 'receiver-1', kind: 'video' })

const refused = facts('request-refused', 'no')
const ready = { type: 'line.ready', generation: 1, line: 2, ordinal: 3, channel: 'open' }
const OPEN = { type: 'channel.open', generation: 1 }
const HELD = { type: 'channel.held', generation: 1 }
const LOST = { type: 'channel.lost', generation: 1, error: refused }
const ENDED = { type: 'generation.ended', generation: 1 }
const STOP = { type: 'track.stop' }
const PAUSE = { type: 'track.pause' }
const RESUME = { type: 'track.resume' }
const LIMIT = { priority: 5, maxSpatial: 1, maxTemporal: 0 }
const LOWER = { priority: 5, maxSpatial: 0, maxTemporal: 0 }
const attach = (stream: string, limit?: object) => ({
  type: 'receiver.attach',
  source: { peer: 'bob', stream },
  priority: 5,
  limit,
})
const limit = (to: object) => ({ type: 'receiver.limit', limit: to })
const overruled = (by?: object) => ({ type: 'receiver.overruled', limit: by })
const DETACH = { type: 'receiver.detach' }
const stream = (what: 'added' | 'removed', name = 'camera', peer = 'bob') => ({
  type: `stream.${what}`,
  own: false,
  source: { peer, stream: name },
})
const track = (flowing: boolean) => ({ type: 'remote.track', flowing })
const FLOWS = { type: 'media.flows' }
const STALLED = { type: 'media.stalled' }
const answered = done('server request')
const refusal = failed('server request', refused)
const silent = late('request deadline')

/** The ways into the states, each the one before and a step more. */
const LIVE: readonly Play[] = [ready]
const ATTACHING = [...LIVE, attach('camera')]
const ATTACHED = [...ATTACHING, answered]
const LIMITING = [...LIVE, attach('camera', LIMIT), answered]
const LIMITED = [...LIMITING, answered]
const REFUSED = [...ATTACHING, refusal]
const SOURCELESS = [...ATTACHED, stream('removed')]
const RENEWING = [...ATTACHED, STALLED]
const DETACHING = [...ATTACHED, DETACH]
const DETACHED = [...DETACHING, answered]

const live = (subscription: string, media = 'none', playback = 'playing') =>
  `live.media.${media}+playback.${playback}+subscription.${subscription}`
const WATCHED = 'begins watch media'
const [ATTACH, LIMITS, DETACHES] = ['attach', 'limit', 'detach'].map((kind) => `begins receiver.${kind}`) as [
  string,
  string,
  string,
]
const warned = (code: string) => `warning ${code} (connected)`

describe('what it is attached to', () => {
  test.each<[what: string, plays: readonly Play[], seen: string[]]>([
    ['nothing yet', LIVE, [live('detached'), 'begins receive line']],
    ['is asked for', ATTACHING, [live('attaching'), ATTACH]],
    [
      'is asked for with the line, where it was wished for before',
      [attach('camera'), ready],
      [live('attaching'), 'begins receive line', ATTACH],
    ],
    ['waits for the channel', [{ ...ready, channel: 'not-open' }, attach('camera')], [live('detached')]],
    [
      'is asked for with the channel',
      [{ ...ready, channel: 'not-open' }, attach('camera'), OPEN],
      [live('attaching'), ATTACH],
    ],
    ['is shown', ATTACHED, [live('attached'), WATCHED]],
    ['is limited before it counts as shown', LIMITING, [live('limiting'), LIMITS]],
    ['is shown, limited', LIMITED, [live('attached'), WATCHED]],
    ['is refused', REFUSED, [live('refused'), warned('request-refused')]],
    ['is not answered', [...ATTACHING, silent], [live('refused'), warned('timeout')]],
    ['is not asked for again until it is wished for', [...REFUSED, OPEN], [live('refused')]],
    ['is asked for again', [...REFUSED, attach('camera')], [live('attaching'), ATTACH]],
    ['is another one, meanwhile', [...ATTACHING, attach('screen')], [live('attaching'), ATTACH]],
    ['is another one', [...ATTACHED, attach('screen')], [live('attaching'), ATTACH]],
    ['is asked for when the path lives again', [...ATTACHED, HELD, OPEN], [live('attaching'), ATTACH]],
    ['waits while the path is dead', [...ATTACHED, HELD], [live('detached')]],
    ['waits without a channel', [...ATTACHED, LOST], [live('detached')]],
    ['is nothing any more', DETACHING, [live('detaching'), DETACHES]],
    ['is nothing', DETACHED, [live('detached')]],
    ['is nothing, though that was refused', [...DETACHING, refusal], [live('detached'), warned('request-refused')]],
    ['is nothing, though that was not answered', [...DETACHING, silent], [live('detached'), warned('timeout')]],
    ['is nothing any more, meanwhile', [...ATTACHING, DETACH], [live('detaching'), DETACHES]],
    ['is nothing any more while it is limited', [...LIMITING, DETACH], [live('detaching'), DETACHES]],
    ['is nothing any more after it was refused', [...REFUSED, DETACH], [live('refused')]],
    ['is told to be nothing when the path lives', [...ATTACHED, HELD, DETACH, OPEN], [live('detaching'), DETACHES]],
    [
      'was nothing before there was a line',
      [attach('camera'), DETACH, ready],
      [live('detached'), 'begins receive line'],
    ],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })
})

describe('its limit', () => {
  test.each<[what: string, plays: readonly Play[], seen: string[]]>([
    ['is told', [...ATTACHED, limit(LIMIT)], [live('limiting'), LIMITS]],
    ['is refused', [...LIMITING, refusal], [live('attached'), warned('request-refused'), WATCHED]],
    ['is not answered', [...LIMITING, silent], [live('attached'), warned('timeout'), WATCHED]],
    ['is another one, meanwhile', [...LIMITING, limit(LOWER)], [live('limiting'), LIMITS]],
    ['waits until it is attached', [...ATTACHING, limit(LIMIT)], [live('attaching')]],
    ['follows then', [...ATTACHING, limit(LIMIT), answered], [live('limiting'), LIMITS]],
    ['waits while the source is not there', [...SOURCELESS, limit(LIMIT)], [live('sourceless')]],
    ['was told by the application', [...ATTACHED, overruled(LIMIT)], [live('attached')]],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })
})

describe('a source that is not as it should be', () => {
  test.each<[what: string, plays: readonly Play[], seen: string[]]>([
    ['leaves', SOURCELESS, [live('sourceless')]],
    [
      'is back: the server shows it to those who switch anew',
      [...SOURCELESS, stream('added')],
      [live('renewing'), DETACHES],
    ],
    ['is not wanted any more', [...SOURCELESS, DETACH], [live('detaching'), DETACHES]],
    ['stalls: it is asked for anew', RENEWING, [live('renewing', 'stalled'), DETACHES]],
    ['is asked for after that', [...RENEWING, answered], [live('attaching', 'stalled'), ATTACH]],
    ['is asked for though that was refused', [...RENEWING, refusal], [live('attaching', 'stalled'), ATTACH]],
    ['is asked for though that was not answered', [...RENEWING, silent], [live('attaching', 'stalled'), ATTACH]],
    ['is not wanted any more, meanwhile', [...RENEWING, DETACH], [live('detaching'), DETACHES]],
    ['is not asked for twice', [...RENEWING, answered, answered, STALLED], [live('attached', 'stalled')]],
    [
      'is asked for again after media flowed',
      [...RENEWING, answered, answered, FLOWS, STALLED],
      [live('renewing', 'stalled'), DETACHES],
    ],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })

  test('is told from others', () => {
    const others = (what: 'added' | 'removed') => [stream(what, 'screen'), stream(what, 'camera', 'carol')]
    expect([
      ...chart.noticed(ATTACHED, [...others('removed'), stream('added')]),
      ...chart.noticed(SOURCELESS, [...others('added'), stream('removed')]),
    ]).toEqual([])
  })
})

describe('its media', () => {
  const flowing = [...ATTACHED, track(true)]
  const stalled = [...RENEWING, answered, answered]

  test.each<[what: string, plays: readonly Play[], state: string]>([
    ['comes', flowing, live('attached', 'flowing')],
    ['has not come', [...ATTACHED, track(false)], live('attached')],
    ['goes on', [...flowing, track(true)], live('attached', 'flowing')],
    ['stops', [...flowing, track(false)], live('attached')],
    ['flows, by what comes in', [...ATTACHED, FLOWS], live('attached', 'flowing')],
    ['flows again', [...stalled, FLOWS], live('attached', 'flowing')],
    ['comes again', [...stalled, track(true)], live('attached', 'flowing')],
    ['has stalled, and its track stops', [...stalled, track(false)], live('attached', 'stalled')],
    ['is not missed any more', [...stalled, DETACH], live('detaching')],
    ['stalls while it is asked for', [...ATTACHING, STALLED], live('attaching', 'stalled')],
    ['is held back', [...ATTACHED, PAUSE], live('attached', 'none', 'paused')],
    ['is let through', [...ATTACHED, PAUSE, RESUME], live('attached')],
    ['was held back before there was a line', [PAUSE, ready], live('detached', 'none', 'paused')],
    ['was let through before there was a line', [PAUSE, RESUME, ready], live('detached')],
  ])('%s', (_, plays, state) => {
    expect(chart.after(...plays).to.state).toBe(state)
  })

  test('is silenced by nobody but a pause', () => {
    const [playing, paused] = [ATTACHED, [...ATTACHED, PAUSE]].map((plays) => runs(chart.after(...plays)))
    expect([playing, paused]).toEqual([
      ['receive line', 'watch media'],
      ['receive line', 'watch media', 'hold line'],
    ])
  })
})

const CAMERA = { source: { peer: 'bob', stream: 'camera' } }
const NOTHING = { source: undefined, limit: undefined }

describe('what it keeps in mind', () => {
  test.each<[what: string, plays: readonly Play[], kept: object]>([
    ['its line', LIVE, { line: 2, ordinal: 3, generation: 1, channel: 'open', shown: false, renewals: 0 }],
    ['that the channel opened', [{ ...ready, channel: 'not-open' }, OPEN], { channel: 'open' }],
    ['that the channel is held', [...LIVE, HELD], { channel: 'held' }],
    ['that the channel is lost', [...LIVE, LOST], { channel: 'not-open' }],
    ['that the channel is held, before it has a line', [OPEN, HELD], { channel: 'held' }],
    ['that the channel is lost, before it has a line', [OPEN, LOST], { channel: 'not-open' }],
    ['the end of the generation', [...LIVE, ENDED], { channel: 'not-open' }],
    ['what is wished for', [attach('camera', LIMIT)], { ...CAMERA, limit: LIMIT, priority: 5 }],
    ['a limit that comes later', [attach('camera'), limit(LOWER)], { ...CAMERA, limit: LOWER }],
    ['a limit for a source that is not there', [...SOURCELESS, limit(LOWER)], { ...CAMERA, limit: LOWER }],
    ['a limit for what is attached', [...ATTACHED, limit(LOWER)], { limit: LOWER }],
    ['the last of two limits', [...LIMITING, limit(LOWER)], { limit: LOWER }],
    ['that nothing is wished for', [attach('camera', LIMIT), DETACH], NOTHING],
    ['that nothing is wished for any more', DETACHING, { ...NOTHING, shown: true }],
    [
      "a limit of the application's, before there is a line",
      [attach('camera'), overruled(LIMIT)],
      {
        ...CAMERA,
        limit: LIMIT,
      },
    ],
    ["a limit of the application's", [...ATTACHED, overruled(LIMIT)], { ...CAMERA, limit: LIMIT, shown: true }],
    ['nothing where the application asked by itself', [attach('camera', LIMIT), overruled()], NOTHING],
    ['nothing to undo where the application asked by itself', [...LIMITED, overruled()], { ...NOTHING, shown: false }],
    ['what the server shows', ATTACHING, { shown: true }],
    ['that the server shows nothing', DETACHED, { shown: false }],
    [
      'that the server shows nothing, though it refused',
      [...DETACHING, refusal],
      {
        shown: false,
        error: { code: 'request-refused', phase: 'connected' },
      },
    ],
    [
      'that the server shows nothing, though it was silent',
      [...DETACHING, silent],
      {
        shown: false,
        error: { code: 'timeout', phase: 'connected' },
      },
    ],
    ['why it was refused', REFUSED, { error: { code: 'request-refused', phase: 'connected' } }],
    ['how often it was asked for anew', RENEWING, { renewals: 1 }],
    ['that media flows', [...RENEWING, answered, answered, FLOWS], { renewals: 0 }],
    ['another source as a new one', [...RENEWING, attach('screen')], { renewals: 0 }],
  ])('%s', (_, plays, kept) => {
    expect(chart.after(...plays).to.context).toMatchObject(kept)
  })
})

describe('the application asks by itself', () => {
  test('nothing is told', () => {
    expect([ATTACHING, ATTACHED, LIMITING, SOURCELESS, RENEWING].map((way) => chart.row(...way, overruled()))).toEqual([
      [live('detached')],
      [live('detached')],
      [live('detached')],
      [live('detached')],
      [live('detached', 'stalled')],
    ])
  })
})

describe('its end', () => {
  const STOPPING = [...ATTACHED, STOP]
  const over = ['stopped']
  test.each<[what: string, plays: readonly Play[], seen: string[]]>([
    ['is told to the server', STOPPING, ['stopping.telling', DETACHES]],
    ['is over when that is answered', [...STOPPING, answered], over],
    ['is over when that is refused', [...STOPPING, refusal], over],
    ['is over when that is not answered', [...STOPPING, silent], over],
    ['is over when the path dies', [...STOPPING, HELD], over],
    ['is over with the generation', [...STOPPING, ENDED], over],
    ['waits for a path that is dead', [...ATTACHED, HELD, STOP], ['stopping.held']],
    ['is told when the path lives', [...ATTACHED, HELD, STOP, OPEN], ['stopping.telling', DETACHES]],
    ['is over where nothing is to be told', [...LIVE, HELD, STOP, OPEN], over],
    ['is over when the path does not live again', [...ATTACHED, HELD, STOP, LOST], over],
    ['is over with the generation of a dead path', [...ATTACHED, HELD, STOP, ENDED], over],
    ['is at once where nothing is shown', [...DETACHED, STOP], over],
    ['is at once where there is no channel', [...ATTACHED, LOST, STOP], over],
    ['is at once where there is no line', [STOP], over],
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

test.each([LIVE, ATTACHING, ATTACHED, LIMITING, REFUSED, SOURCELESS, RENEWING, DETACHING])(
  'the end of the generation leaves nothing but the wish: way %#',
  (...way) => {
    const ended = chart.after(...way, ENDED)
    expect([ended.to.state, runs(ended), ended.to.timers]).toEqual(['waiting', [], []])
    expect(chart.noticed(way, [ready])).toEqual([])
  },
)

test('what is renewed is detached first; whether it plays is decided anew', () => {
  for (const ends of [answered, refusal, silent])
    expect(chart.through(...RENEWING, ends)).toContain('receiver.live.subscription.detached')
  expect(chart.through(...LIVE, RESUME)).toContain('receiver.live.playback.deciding')
})
