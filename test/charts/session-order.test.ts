import { expect, test } from 'vitest'
import { facts } from '../../src/errors.js'
import { sessionMachine } from '../../src/machines/session.machine.js'
import { LADDER } from '../../src/recovery/ladder.js'
import { Table, type Play } from './table.js'

const chart = new Table(sessionMachine, { mode: 'auto', ladder: LADDER })

const error = facts('channel-closed', 'x', { phase: 'connected' })
const of = { generation: 1 }
const connect = (audio: number, video: number) => ({ type: 'connect', reserve: { audio, video } })
const SENDER = { type: 'sender.create', id: 's', line: { info: { kind: 'video', name: 'camera' } }, source: null }
const receiver = (id: string) => ({ type: 'receiver.create', id, kind: 'video' })
const CONNECTING = { type: 'connection.changed', ...of, state: 'connecting' }
const NEGOTIATED: readonly Play[] = [
  connect(0, 2),
  SENDER,
  receiver('r'),
  CONNECTING,
  { type: 'generation.opened', ...of },
  { type: 'negotiation.done', ...of, lines: 3 },
]
const OPEN = [...NEGOTIATED, { type: 'channel.open', ...of }]
const ENDED = [...OPEN, { type: 'generation.ended', ...of, farewell: 'full' }]

test.each<[what: string, plays: readonly Play[], seen: string[]]>([
  [
    'what is negotiated is said when the tracks have heard',
    NEGOTIATED,
    ['open', 'connection: negotiation.done', 'r: line.ready', 's: line.ready', 'negotiation.done'],
  ],
  [
    'that the channel is open is said when the tracks have heard: what they ask goes out first',
    OPEN,
    [
      'open',
      's: channel.open',
      'r: channel.open',
      'dc_state connected',
      'connection: channel.open',
      'negotiation: channel.open',
    ],
  ],
  [
    'that the channel is lost is said when the tracks have heard',
    [...OPEN, { type: 'channel.lost', ...of, error }],
    [
      'open',
      's: channel.lost',
      'r: channel.lost',
      'dc_state disconnected',
      'negotiation: channel.lost',
      'connection: channel.lost',
    ],
  ],
  [
    'a receiver on a line that is ready has it at once, after the negotiation',
    [...OPEN, receiver('q')],
    ['open', 'begins receiver', 'negotiation: lines.wanted', 'r: line.ready', 'q: line.ready', 's: line.ready'],
  ],
  [
    'the farewell has begun before the charts of its generation hear that it is over',
    ENDED,
    [
      'open',
      'begins farewell',
      'channel: generation.ended',
      'negotiation: generation.ended',
      's: generation.ended',
      'r: generation.ended',
    ],
  ],
  [
    'after a defect the farewell has begun before the end is said',
    [...OPEN, { type: 'xstate.error.actor.channel', error }],
    [
      'closing',
      'ends page',
      'begins farewell',
      'dc_state closed',
      'peer_state closed',
      'channel: close',
      'negotiation: close',
      'connection: close',
    ],
  ],
  [
    'a farewell that is over is let go of',
    [...ENDED, { type: 'xstate.done.actor.farewell-1' }],
    ['open', 'ends farewell-1', 'connection: farewell.over'],
  ],
])('%s', (_, plays, seen) => {
  expect(chart.row(...plays)).toEqual(seen)
})

test('the negotiation is told of the lines that are reserved', () => {
  const [told] = chart.after(connect(1, 2)).step.sent
  expect(told).toMatchObject({
    to: 'negotiation',
    event: { type: 'lines.wanted', lines: ['audio', 'video', 'video'].map((kind) => ({ kind, owner: null })) },
  })
})
