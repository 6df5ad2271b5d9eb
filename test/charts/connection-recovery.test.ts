import { describe, expect, test } from 'vitest'
import { facts } from '../../src/errors.js'
import { connectionMachine } from '../../src/machines/connection.machine.js'
import { LADDER } from '../../src/recovery/ladder.js'
import {
  lost,
  none,
  of,
  CONNECT,
  WOKE,
  probed,
  FIRST,
  STABLE,
  SUSPECT,
  REVIVING,
  RESUMING,
  PARTING,
  WAITING,
  NEXT,
  REJOINING,
  ATTEMPTING,
} from './connection-ways.js'
import { done, failed, late, Table, type Play } from './table.js'

const chart = new Table(connectionMachine, { ladder: LADDER })

const DEAD = { error: { code: 'transport-failed', phase: 'connected', message: 'nothing is answered any more' } }

describe('connected', () => {
  test.each<[what: string, plays: readonly Play[], seen: string[]]>([
    ['a ping without an answer', SUSPECT, ['connected.suspect', 'begins probe path']],
    ['a page that runs again', [...STABLE, WOKE], ['connected.suspect', 'begins probe path']],
    ['a transport in doubt', [...STABLE, of(1).peer('disconnected')], ['connected.suspect', 'begins probe path']],
    ['a transport that failed', [...STABLE, of(1).peer('failed')], ['connected.suspect', 'begins probe path']],
    ['a transport that is well', [...STABLE, of(1).peer('connected')], ['connected.stable']],
    [
      'something that came in',
      [...SUSPECT, done('probe path', { alive: true })],
      ['connected.stable', 'begins watch path'],
    ],
    ['ten seconds of peace', [...STABLE, late('stable for long')], ['connected.stable']],
    [
      'a dead path whose session is held',
      REVIVING,
      [
        'reconnecting.reviving',
        'begins count awake time',
        'connection.changed disconnected',
        'path.held',
        'begins revive path',
      ],
    ],
    ['a probe that failed', [...SUSPECT, failed('probe path', lost)], chart.row(...REVIVING)],
    ['a probe that does not end', [...SUSPECT, late('probe deadline')], chart.row(...REVIVING)],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })

  test.each<[what: string, plays: readonly Play[], kept: object]>([
    ['who was wrong is more patient', [...SUSPECT, done('probe path', { alive: true })], { patience: 8 }],
    ['a dead path, and what the gateway says', PARTING, { ...DEAD, session: 'gone', revivable: true }],
    ['what can be done', RESUMING, { ...DEAD, session: 'held', revivable: false, resumable: true }],
    ['a probe that failed', [...SUSPECT, failed('probe path', lost)], DEAD],
    ['a probe that does not end', [...SUSPECT, late('probe deadline')], DEAD],
    ['a new recovery', REVIVING, { rung: 0, patience: 5, attempts: 0, spent: [1, 0, 0, 0], tried: [] }],
  ])('%s', (_, plays, kept) => {
    expect(chart.after(...plays).to.context).toMatchObject(kept)
  })

  test('who was wrong before begins the next recovery with the usual patience', () => {
    const wrong = [of(1).silent, done('probe path', { alive: true })]
    const dead = [...STABLE, ...wrong, of(1).silent, probed({ session: 'held' })]
    expect(chart.after(...dead).to.context).toMatchObject({ patience: 5 })
  })

  test('after ten seconds of peace all can be tried again', () => {
    const revived = [...REVIVING, done('revive path', { alive: true })]
    expect(
      [revived, [...revived, late('stable for long')]].map((plays) => chart.after(...plays).to.context),
    ).toMatchObject([
      { rung: 0, spent: [1, 0, 0, 0] },
      { rung: -1, spent: [], tried: [], patience: 5 },
    ])
  })
})

const GIVEN_UP = (code: string, phase: string) => [
  'generation.ended full',
  `connection.changed failed ${code} (${phase})`,
]
const REJOINED = ['connection.changed reconnecting', 'ends peer-1', 'generation.ended quick']

describe.each([
  ['revive path', REVIVING, 'disconnected'],
  ['resume path', RESUMING, 'reconnecting'],
] as const)('while it tries to %s', (src, way, state) => {
  const { lost: channelLost, refused: refusal, peer } = of(1)

  test('it is told, and the channel is held', () => {
    expect(chart.row(...way).slice(2)).toEqual([`connection.changed ${state}`, 'path.held', `begins ${src}`])
  })

  test.each<[what: string, play: Play, seen: string[]]>([
    [
      'it lives',
      done(src, { alive: true }),
      ['connected.stable', 'path.back', 'connection.changed connected', 'begins watch path'],
    ],
    ['it is in vain', done(src, { alive: false, revivable: false }), [`${REJOINING}.parting`, ...REJOINED]],
    [
      'the session is gone',
      done(src, { alive: false, session: 'gone' }),
      [`${REJOINING}.parting`, ...REJOINED.slice(0, 2), 'generation.ended none'],
    ],
    ['the attempt fails', failed(src, lost), [`${REJOINING}.parting`, ...REJOINED]],
    ['it does not end', late('revive deadline'), [`${REJOINING}.parting`, ...REJOINED]],
    ['the channel is lost', channelLost, [`${REJOINING}.parting`, ...REJOINED]],
    ['no round can be made any more', refusal, [`${REJOINING}.parting`, ...REJOINED]],
    ['the transport is closed', peer('closed'), [`${REJOINING}.parting`, ...REJOINED]],
    ['the transport fails', peer('failed'), [chart.after(...way).to.state]],
    [
      'the recovery takes too long',
      { type: 'recovery.late' },
      ['failed', 'ends peer-1', ...GIVEN_UP('timeout', 'connected')],
    ],
  ])('%s', (_, play, seen) => {
    expect(chart.row(...way, play)).toEqual(seen)
  })

  test.each<[what: string, play: Play, kept: object]>([
    [
      'what it found out',
      done(src, { alive: false, session: 'doubtful', revivable: false }),
      {
        session: 'doubtful',
        revivable: false,
      },
    ],
    ['why the channel was lost', channelLost, { session: 'broken', error: { code: 'channel-closed' } }],
    ['why no round can be made', refusal, { session: 'broken', error: { code: 'gateway-refused' } }],
    [
      'that the transport is closed',
      peer('closed'),
      { session: 'broken', error: { code: 'transport-failed', message: 'ICE or DTLS failed' } },
    ],
    ['that it took too long', { type: 'recovery.late' }, { error: { code: 'timeout', tried: [] } }],
  ])('%s', (_, play, kept) => {
    expect(chart.after(...way, play).to.context).toMatchObject(kept)
  })
})

test('what cannot be revived is resumed, where the connector can', () => {
  const report = { alive: false, revivable: false, resumable: true }
  expect(chart.row(...REVIVING, done('revive path', report)).slice(0, 2)).toEqual([
    'reconnecting.resuming',
    'connection.changed reconnecting',
  ])
})

describe('while it joins anew', () => {
  test.each<[what: string, plays: readonly Play[], seen: string[]]>([
    [
      'the old session ends first',
      PARTING,
      [`${REJOINING}.parting`, 'begins count awake time', ...REJOINED.slice(0, 2), 'generation.ended none'],
    ],
    ['the farewell is over', WAITING, [`${REJOINING}.waiting`, 'begins back off']],
    ['the farewell does not end', [...PARTING, late('parting deadline')], [`${REJOINING}.waiting`, 'begins back off']],
    [
      'it is time',
      NEXT.selecting,
      [`${ATTEMPTING}.selectingGateway`, 'phase selecting-gateway', 'begins select gateway'],
    ],
    ['the application does not want to wait', [...WAITING, { type: 'retry' }], chart.row(...NEXT.selecting)],
    ['the page runs again', [...WAITING, WOKE], chart.row(...NEXT.selecting)],
    [
      'it takes too long',
      [...NEXT.direct, { type: 'recovery.late' }],
      ['failed', 'ends peer-2', ...GIVEN_UP('timeout', 'connected')],
    ],
    [
      'another try would be in vain',
      [...NEXT.selecting, failed('select gateway', facts('token-refused', 'no'))],
      ['failed', ...GIVEN_UP('token-refused', 'idle')],
    ],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })

  test.each<[what: string, plays: readonly Play[], kept: object]>([
    [
      'a generation of its own',
      NEXT.selecting,
      {
        generation: 2,
        attempts: 1,
        transport: 'new',
        channel: 'not-open',
        session: 'held',
        error: undefined,
      },
    ],
    [
      'what was tried',
      [...NEXT.selecting, failed('select gateway', none)],
      {
        tried: [{ rung: 'rejoin', code: 'no-gateway' }],
        spent: [0, 0, 2, 0],
      },
    ],
    [
      'what was tried, with the error that ends it',
      [...NEXT.selecting, failed('select gateway', facts('token-refused', 'no'))],
      { error: { code: 'token-refused', tried: [{ rung: 'rejoin', code: 'token-refused' }] } },
    ],
    [
      'what brought it back for a moment',
      [...NEXT.connected, of(2).lost],
      {
        tried: [{ rung: 'rejoin', code: 'channel-closed' }],
        rung: 2,
        attempts: 0,
      },
    ],
  ])('%s', (_, plays, kept) => {
    expect(chart.after(...plays).to.context).toMatchObject(kept)
  })
})

describe('given up', () => {
  test('a ladder that has no more rungs', () => {
    const short = new Table(connectionMachine, { ladder: LADDER.slice(0, 1) })
    const edge = [...REVIVING, done('revive path', { alive: false, session: 'gone' })]
    expect([short.row(...edge), short.after(...edge).to.context]).toMatchObject([
      ['failed', 'ends peer-1', ...GIVEN_UP('transport-failed', 'connected')],
      { error: { tried: [{ rung: 'revive', code: 'transport-failed' }] } },
    ])
  })

  test('another connect begins with all, in a generation of its own', () => {
    const again: readonly Play[] = [...NEXT.selecting, failed('select gateway', facts('token-refused', 'no')), CONNECT]
    expect([chart.row(...again), chart.after(...again).to.context]).toMatchObject([
      chart.row(...FIRST.selecting),
      { generation: 3, rung: -1, attempts: 0, spent: [], tried: [], patience: 5, error: undefined },
    ])
  })
})
