import { describe, expect, test } from 'vitest'
import type { AnyEventObject } from 'xstate'
import { facts } from '../../src/errors.js'
import { sessionMachine } from '../../src/machines/session.machine.js'
import type { SessionContext } from '../../src/machines/session.setup.js'
import { LADDER } from '../../src/recovery/ladder.js'
import { sessionEnvironment } from '../../src/testing/explore/environments/session.js'
import { Interpreter } from '../../src/testing/explore/interpreter.js'
import { subject, type Edge } from '../../src/testing/explore/index.js'
import { DEADLINES } from '../support/chart-harness.js'

const interpreter = new Interpreter(subject('session', sessionMachine, sessionEnvironment, []))
const input = { deadlines: DEADLINES, mode: 'auto', ladder: LADDER }

/** The step that the last of these events makes. */
const after = (...events: AnyEventObject[]): Edge =>
  events.reduce<Edge>(
    ({ to }, event) => interpreter.next(to, { label: event.type, cause: 'session', event }),
    interpreter.begin(input, sessionEnvironment.memories[0]),
  )

/** To whom the lines belong that are told of. */
const owners = ({ lines }: AnyEventObject): string =>
  Array.isArray(lines) ? ` of ${(lines as { owner: string | null }[]).map(({ owner }) => owner).join()}` : ''

/** Who hears what, who begins and ends, what is said outward: each in its order. */
const seen = ({ step }: Edge): string[] => [
  ...step.sent.map(({ to, event }) => `${to}: ${event.type}${owners(event)}`),
  ...step.started.map(({ id }) => `begins: ${id}`),
  ...step.stopped.map((id) => `ends: ${id}`),
  ...step.emitted.map(({ type, state }) => `outward: ${[type, state].filter(Boolean).join(' ')}`),
]

const memory = (edge: Edge): SessionContext => edge.to.context as SessionContext

const error = facts('timeout', 'too late')
const SENDER = { type: 'sender.create', id: 's', line: { info: { kind: 'video', name: 'camera' } }, source: null }
const RECEIVER = { type: 'receiver.create', id: 'r', kind: 'video' }
const TRACKS = [{ type: 'connect', reserve: { audio: 0, video: 1 } }, SENDER, RECEIVER]
const CONNECTING = { type: 'connection.changed', generation: 1, state: 'connecting' }
const OPENED = { type: 'generation.opened', generation: 1 }
const NEGOTIATED = { type: 'negotiation.done', generation: 1, lines: 2 }
const OPEN = { type: 'channel.open', generation: 1 }
const CONNECTED = { type: 'connection.changed', generation: 1, state: 'connected' }
const ALIVE = [...TRACKS, CONNECTING, OPENED, { type: 'channel.opening', generation: 1 }, NEGOTIATED, OPEN, CONNECTED]
const ENDED = { type: 'generation.ended', generation: 1, farewell: 'full' }
const CLOSED = { type: 'connection.changed', generation: 1, state: 'closed' }
const STREAM = { own: true, source: { peer: 'alice', stream: 'camera' } }
const CLOSING = ['channel: close', 'negotiation: close', 'connection: close', 'ends: page']

const toAll = (type: string) => [`s: ${type}`, `r: ${type}`]

describe('on the way up', () => {
  test.each<[string, AnyEventObject[], string[]]>([
    [
      'the lines are wanted before it connects',
      TRACKS.slice(0, 1),
      ['negotiation: lines.wanted of ', 'connection: connect'],
    ],
    ['a sender begins with its line', [SENDER], ['negotiation: lines.wanted of s', 'begins: s']],
    ['a receiver begins with its line', [RECEIVER], ['negotiation: lines.wanted of r', 'begins: r']],
    ['a generation is opened to both', [OPENED], ['channel: generation.opened', 'negotiation: generation.opened']],
    [
      'a new state is said by its own event first',
      [CONNECTING],
      ['outward: connection.changed connecting', 'outward: dc_state connecting', 'outward: peer_state connecting'],
    ],
    [
      'lines are ready after the connection has heard',
      [...TRACKS, CONNECTING, OPENED, NEGOTIATED],
      ['connection: negotiation.done', 'r: line.ready', 's: line.ready', 'outward: negotiation.done'],
    ],
    [
      'tracks hear first that the channel is open',
      ALIVE.slice(0, -1),
      [
        ...toAll('channel.open'),
        'connection: channel.open',
        'negotiation: channel.open',
        'outward: dc_state connected',
      ],
    ],
    [
      'a track that takes a line that is ready hears of it',
      [...ALIVE.slice(1), { type: 'receiver.create', id: 'q', kind: 'video' }, NEGOTIATED],
      ['connection: negotiation.done', 's: line.ready', 'r: line.ready', 'outward: negotiation.done'],
    ],
    [
      'a sender on the line of one that has stopped is told of it, after the negotiation',
      [...ALIVE, { type: 'track.stop', id: 's' }, { ...SENDER, id: 't' }],
      ['negotiation: lines.wanted of r,t', 'r: line.ready', 't: line.ready', 'begins: t'],
    ],
  ])('%s', (_, events, expected) => {
    expect(seen(after(...events))).toEqual(expected)
  })
})

describe('while it is connected', () => {
  test.each<[AnyEventObject, string[]]>([
    [{ type: 'abort' }, ['connection: abort']],
    [{ type: 'retry' }, ['connection: retry']],
    [{ type: 'page.woke' }, ['connection: page.woke']],
    [{ type: 'path.held' }, ['channel: path.held']],
    [{ type: 'path.back' }, ['channel: path.back']],
    [{ type: 'hand.wanted', ticket: 1 }, ['negotiation: hand.wanted']],
    [{ type: 'hand.answered', offer: 1 }, ['negotiation: hand.answered']],
    [{ type: 'hand.offered', ticket: 1 }, ['outward: hand.offered']],
    [{ type: 'hand.refused', tickets: [1], error }, ['outward: hand.refused']],
    [{ type: 'phase', phase: 'idle' }, ['outward: phase']],
    [{ type: 'warning', error }, ['outward: warning']],
    [{ type: 'negotiation.failed', generation: 1, error }, ['connection: negotiation.failed']],
    [{ type: 'source.changed', id: 's', source: 'x' }, ['s: source.changed']],
    [{ type: 'track.pause', id: 's' }, ['s: track.pause']],
    [{ type: 'track.resume', id: 'r' }, ['r: track.resume']],
    [{ type: 'track.stop', id: 's' }, ['s: track.stop']],
    [{ type: 'receiver.attach', id: 'r' }, ['r: receiver.attach']],
    [{ type: 'receiver.limit', id: 'r' }, ['r: receiver.limit']],
    [{ type: 'receiver.detach', id: 'r' }, ['r: receiver.detach']],
    [{ type: 'receiver.detach', id: 'nobody' }, []],
    [{ type: 'receiver.overruled', kind: 'video', ordinal: 0 }, ['r: receiver.overruled']],
    [{ type: 'stream.added', ...STREAM }, toAll('stream.added')],
    [{ type: 'stream.removed', ...STREAM }, toAll('stream.removed')],
    [{ type: 'channel.held', generation: 1 }, [...toAll('channel.held'), 'negotiation: channel.held']],
    [
      { type: 'channel.lost', generation: 1, error },
      [
        ...toAll('channel.lost'),
        'negotiation: channel.lost',
        'connection: channel.lost',
        'outward: dc_state disconnected',
      ],
    ],
    [
      ENDED,
      [
        'channel: generation.ended',
        'negotiation: generation.ended',
        ...toAll('generation.ended'),
        'begins: farewell-1',
      ],
    ],
    [{ type: 'close', reason: 'closed-by-application' }, CLOSING],
    [{ type: 'page.left', reason: 'page-left' }, CLOSING],
    [{ type: 'xstate.done.actor.s', actorId: 's' }, ['ends: s']],
    [
      { type: 'xstate.error.actor.channel', actorId: 'channel', error },
      [
        ...CLOSING.slice(0, 3),
        'begins: farewell-1',
        'ends: page',
        'outward: dc_state closed',
        'outward: peer_state closed',
      ],
    ],
  ])('%j', (event, expected) => {
    expect(seen(after(...ALIVE, event))).toEqual(expected)
  })
})

describe('what it keeps in mind', () => {
  test.each<[string, AnyEventObject[], Partial<SessionContext>]>([
    ['a new generation', [OPENED], { generation: 1, channel: 'opening', negotiated: 0 }],
    ['all that is up', ALIVE, { connection: 'connected', channel: 'open', negotiated: 2, tracks: ['s', 'r'] }],
    ['a channel that is held', [...ALIVE, { type: 'channel.held' }], { channel: 'held', dcState: 'connected' }],
    ['a warning', [...ALIVE, { type: 'warning', error }], { lastError: error }],
    ['a failure', [...ALIVE, { ...CONNECTED, state: 'failed', error }], { lastError: error, peerState: 'failed' }],
    [
      'why it closes',
      [...ALIVE, { type: 'close', reason: 'closed-by-application' }],
      { reason: 'closed-by-application' },
    ],
    ['that the page left', [...ALIVE, { type: 'page.left', reason: 'page-left' }], { reason: 'page-left' }],
    ['a track that has ended, no more', [...ALIVE, { type: 'xstate.done.actor.s' }], { tracks: ['r'] }],
    ['a farewell', [...ALIVE, ENDED], { ended: 1, farewells: 1, channel: 'absent', negotiated: 0 }],
    ['a farewell that is over', [...ALIVE, ENDED, { type: 'xstate.done.actor.farewell-1' }], { farewells: 0 }],
    [
      'a defect',
      [...ALIVE, { type: 'xstate.error.actor.channel', error }],
      { reason: 'internal', connection: 'closed', farewells: 1, ended: 1 },
    ],
    ['what goes wrong while it closes', [{ type: 'close' }, { type: 'warning', error }], { lastError: error }],
  ])('%s', (_, events, expected) => {
    expect(memory(after(...events))).toMatchObject(expected)
  })
})

describe('while it closes', () => {
  const closing = (...events: AnyEventObject[]) =>
    after(...ALIVE, { type: 'close', reason: 'closed-by-application' }, ...events)

  test('nothing is passed on or said but the end', () => {
    const quiet = [{ type: 'phase', phase: 'idle' }, { type: 'warning', error }, { ...CLOSED, state: 'failed' }, OPEN]
    expect(
      quiet.map((event) => seen(closing(event)).filter((line) => !/outward: (connection|dc|peer)/.test(line))),
    ).toEqual([[], [], [], []])
    expect(seen(closing(ENDED, CLOSED))).toEqual([
      'outward: connection.changed closed',
      'outward: dc_state closed',
      'outward: peer_state closed',
    ])
  })

  test('it waits for the farewell, and not for ever', () => {
    const timer = closing().to.timers[0] ?? ''
    expect([
      closing(ENDED, CLOSED).to.state,
      closing(ENDED, CLOSED, { type: 'xstate.done.actor.farewell-1' }).to.state,
      closing(ENDED, CLOSED, { type: timer }).to.state,
    ]).toEqual(['closing', 'closed', 'closed'])
  })

  test('after a defect the connection is not asked any more', () => {
    const failed = after(...ALIVE, { type: 'xstate.error.actor.channel', error }, CLOSED)
    expect(seen(failed)).toEqual([])
  })
})

test('who joins again hears of the end of the farewell', () => {
  const over = after(...ALIVE, ENDED, { type: 'xstate.done.actor.farewell-1', actorId: 'farewell-1' })
  expect(over.step.sent).toEqual([{ to: 'connection', event: { type: 'farewell.over', generation: 1 } }])
})
