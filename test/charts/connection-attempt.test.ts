import { describe, expect, test } from 'vitest'
import type { AnyEventObject } from 'xstate'
import { connectionMachine } from '../../src/machines/connection.machine.js'
import { LADDER } from '../../src/recovery/ladder.js'
import {
  none,
  of,
  CONNECT,
  WOKE,
  FIRST,
  STABLE,
  SUSPECT,
  REVIVING,
  RESUMING,
  PARTING,
  WAITING,
  NEXT,
  FAILED,
  REJOINING,
  ATTEMPTING,
  WAYS,
} from './connection-ways.js'
import { failed, late, runs, Table, type Play } from './table.js'

const chart = new Table(connectionMachine, { ladder: LADDER })

describe.each(WAYS)('in %s', (state, way, generation) => {
  const peer = chart.after(...way).to.actors.some(({ name }) => name === 'peer connection')

  test('it is there', () => {
    expect(chart.after(...way).to.state).toBe(state)
  })

  test('what carries another generation changes nothing', () => {
    const events = [generation - 1, generation + 1]
      .map(of)
      .flatMap(({ peer, ...more }) => [
        ...Object.values(more),
        ...(['connected', 'disconnected', 'failed', 'closed'] as const).map(peer),
      ])
    expect(chart.noticed(way, events)).toEqual([])
  })

  test('close ends it: the peer connection first, then with a full farewell', () => {
    expect([chart.row(...way, { type: 'close' }), runs(chart.after(...way, { type: 'close' }))]).toEqual([
      ['closed', ...(peer ? [`ends peer-${generation}`] : []), 'generation.ended full', 'connection.changed closed'],
      [],
    ])
  })
})

test('closed is for ever', () => {
  const { peer, ...more } = of(1)
  const events = [...Object.values(more), peer('failed'), CONNECT, WOKE, { type: 'close' }, { type: 'retry' }]
  expect(chart.noticed([...STABLE, { type: 'close' }], events)).toEqual([])
})

describe.each([
  ['the first attempt', FIRST, 1, 'connecting'],
  ['one of a recovery', NEXT, 2, ATTEMPTING],
] as const)('%s', (_, ways, generation, at) => {
  const { negotiated, open, peer, ...more } = of(generation)
  const { selecting, negotiating, direct, trickling, opening, connected } = ways
  const watched = ['connected.stable', 'connection.changed connected', 'begins watch path']

  test.each<[what: string, plays: readonly Play[], seen: string[]]>([
    [
      'has its peer connection before anybody is told of its generation',
      negotiating,
      [`${at}.negotiating`, 'begins peer connection', 'generation.opened'],
    ],
    ['establishes what is negotiated', direct, [`${at}.establishing.direct`, 'phase establishing']],
    [
      'hands candidates over where it takes long',
      trickling,
      [`${at}.establishing.trickling`, 'begins trickle candidates'],
    ],
    ['waits for the channel once the transport is up', opening, [`${at}.openingChannel`, 'phase opening-channel']],
    [
      'waits for it at once where the transport was up before',
      [...negotiating, peer('connected'), negotiated],
      [`${at}.openingChannel`, 'phase establishing', 'phase opening-channel'],
    ],
    ['is connected with the channel', connected, watched],
    ['is connected with the channel, whatever the transport says', [...trickling, open], watched],
    [
      'is connected where the channel was open before',
      [...negotiating, open, negotiated],
      [watched[0] as string, 'phase establishing', ...watched.slice(1)],
    ],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })

  test('it keeps in mind what transport and channel say', () => {
    expect([
      chart.after(...negotiating, peer('connecting')).to.context,
      chart.after(...negotiating, open).to.context,
    ]).toMatchObject([
      { transport: 'connecting', channel: 'not-open' },
      { transport: 'new', channel: 'open' },
    ])
  })

  const ends: [Play, code: string, phase: string][] = [
    [more.broken, 'no-webrtc', 'idle'],
    [more.refused, 'gateway-refused', 'renegotiating'],
    [more.lost, 'channel-closed', 'connected'],
    [peer('failed'), 'transport-failed', 'establishing'],
    [peer('closed'), 'transport-failed', 'establishing'],
    [late('connect deadline'), 'timeout', 'idle'],
  ]
  const everywhere = Object.entries({ selecting, negotiating, direct, trickling, opening }).flatMap(([where, way]) =>
    ends.map((end): [string, readonly Play[], ...(typeof ends)[number]] => [where, way, ...end]),
  )

  test.each<[string, readonly Play[], Play, code: string, phase: string]>([
    ...everywhere,
    ['selecting', selecting, failed('select gateway', none), 'no-gateway', 'selecting-gateway'],
    ['selecting', selecting, late('selectGateway deadline'), 'timeout', 'selecting-gateway'],
    ['direct', direct, late('establish deadline'), 'timeout', 'establishing'],
    ['trickling', trickling, late('establish deadline'), 'timeout', 'establishing'],
    ['opening', opening, late('openChannel deadline'), 'timeout', 'opening-channel'],
    ['negotiating with an open channel', [...negotiating, open], peer('failed'), 'transport-failed', 'connected'],
  ])('%s, it fails, and says why', (where, way, play, code, phase) => {
    const released = where === 'selecting' ? [] : [`ends peer-${generation}`]
    const fatal = code === 'no-webrtc'
    const lastly = ['generation.ended full', `connection.changed failed ${code} (${phase})`]
    expect(chart.row(...way, play)).toEqual(
      generation === 1 || fatal
        ? ['failed', ...released, ...lastly]
        : [`${REJOINING}.parting`, 'connection.changed reconnecting', ...released, 'generation.ended quick'],
    )
    const { to } = chart.after(...way, play)
    expect([to.context, to.actors.map(({ name }) => name)]).toMatchObject([
      { error: { code, phase }, ...(generation > 1 && { tried: [{ rung: 'rejoin', code }], attempts: 1 }) },
      generation === 1 || fatal ? [] : ['count awake time'],
    ])
  })
})

test('the first says that it connects, those of a recovery have said so', () => {
  expect([chart.row(...FIRST.selecting), chart.row(...NEXT.selecting)]).toEqual([
    [
      'connecting.selectingGateway',
      'connection.changed connecting',
      'phase selecting-gateway',
      'begins select gateway',
    ],
    [`${ATTEMPTING}.selectingGateway`, 'phase selecting-gateway', 'begins select gateway'],
  ])
})

test('abort ends the first attempt, and nothing else', () => {
  const aborted = 'connection.changed failed aborted (idle)'
  expect(chart.row(...FIRST.direct, { type: 'abort' })).toEqual([
    'failed',
    'ends peer-1',
    'generation.ended full',
    aborted,
  ])
  const others = [[], STABLE, SUSPECT, REVIVING, RESUMING, PARTING, WAITING, NEXT.direct, FAILED]
  expect(others.flatMap((way) => chart.noticed(way, [{ type: 'abort' }]))).toEqual([])
})

test.each<[AnyEventObject]>([[CONNECT], [{ type: 'retry' }], [WOKE], [{ type: 'recovery.late' }]])(
  '%j is nothing to those who wait for something else',
  (event) => {
    expect(
      [...(event === CONNECT ? [] : [[], FAILED]), FIRST.direct].flatMap((way) => chart.noticed(way, [event])),
    ).toEqual([])
  },
)
