import { describe, expect, test } from 'vitest'
import type { Life } from '../../chaos/life.js'
import { unexplained, wrongAtRest } from '../../chaos/invariants/rest.js'
import { runChoices } from '../../chaos/run.js'
import { LADDER, type Rung, type SocketSnapshot } from '../../src/index.js'
import { facts, failure, type ErrorFacts } from '../../src/errors.js'
import { LONG, row, run, SECOND } from './rows.js'
import './quiet.js'

const CALLED = row('nothing', { wait: SECOND })
const CLOSED = [CALLED, row('close', { wait: LONG }), row('nothing', { wait: SECOND })]

/** The session reads otherwise than it is. */
const reads = (life: Life, change: (snapshot: SocketSnapshot) => Partial<SocketSnapshot>): void => {
  const own = life.socket.getSnapshot.bind(life.socket)
  life.socket.getSnapshot = () => ({ ...own(), ...change(own()) })
}

const counts = (life: Life, change: object): void => {
  const { messages } = life.socket
  Object.defineProperty(life.socket, 'messages', { get: () => ({ ...messages, ...change }) })
}

/** The first finding of a run whose sessions of alice are broken so. */
const brokenBy = async (rows: readonly number[][], breakIt: (life: Life) => void): Promise<string | undefined> => {
  const onLife = (life: Life) => {
    if (life.options.config.peerId === 'alice') breakIt(life)
  }
  return (await runChoices(run(...rows), { onLife })).violation?.invariant
}

const inert = () => {}

describe('an invariant is seen to fail', () => {
  test('not at all where nothing is broken', async () => {
    expect([await brokenBy([CALLED], inert), await brokenBy(CLOSED, inert)]).toEqual([undefined, undefined])
  })

  test.each<[string, readonly number[][], (life: Life) => void]>([
    ['closed is for good', CLOSED, (life) => reads(life, () => ({ reason: undefined }))],
    [
      'nothing is heard after closed',
      CLOSED,
      ({ socket }) =>
        socket.on('peer_state', (state) => state === 'closed' && queueMicrotask(() => socket.emit('drain'))),
    ],
    [
      'after closed only farewells are left',
      CLOSED,
      ({ charts }) => (charts.configuration = () => ({ state: 'connected.stable', actors: [], timers: [] }) as never),
    ],
    [
      'a farewell ends',
      CLOSED,
      ({ charts, socket }) =>
        socket.on('peer_state', (state) => {
          if (state !== 'closed') return
          const session = { getSnapshot: () => ({ status: 'active', children: {} }) } as never
          Object.defineProperty(charts, 'session', { get: () => session, set: inert })
        }),
    ],
    [
      'senders stand in the order of the lines',
      [CALLED, row('create a sender', { one: 1, other: 1, wait: SECOND })],
      ({ offers }) => {
        const push = offers.push.bind(offers)
        offers.push = (...more) => push(...more.map((offer) => ({ ...offer, senders: offer.senders.toReversed() })))
      },
    ],
    ['counts add up', [CALLED], (life) => counts(life, { sent: 0, delivered: 1 })],
    ['a session has one peer connection', [CALLED], ({ device }) => new device.environment.RTCPeerConnection()],
    [
      'what is thrown is an error of this library',
      [CALLED],
      (life) => {
        life.call(() => {
          throw new TypeError('planted')
        })
      },
    ],
    ['no warning tells of a defect', [CALLED], ({ socket }) => socket.emit('warning', failure('internal', 'planted'))],
    [
      'nothing is thrown out of a step',
      [CALLED],
      ({ device }) =>
        device.environment.clock.setTimeout(() => {
          throw new Error('planted')
        }, 10),
    ],
    [
      'negotiation: the live chart does what the pure functions do',
      [CALLED],
      ({ charts }) => {
        const own = charts.inspect
        Object.assign(charts, {
          inspect: (seen: Parameters<typeof own>[0]) =>
            own(
              seen.type === '@xstate.snapshot'
                ? { ...seen, snapshot: { ...seen.snapshot, value: 'elsewhere' } as never }
                : seen,
            ),
        })
      },
    ],
    ['every promise settles', [CALLED], (life) => life.give('planted', () => new Promise(inert))],
    ['every message has its end told', [CALLED], ({ messages }) => messages.taken(1)],
    [
      'a session lives again or says why',
      [CALLED],
      (life) => reads(life, ({ peerState }) => (peerState === 'connected' ? { peerState: 'reconnecting' } : {})),
    ],
    ['the outbox is empty', [CALLED], (life) => counts(life, { waiting: 1 })],
    ['media flows again', [CALLED], ({ device }) => (device.received = () => undefined)],
    ['nothing is left', [CALLED], ({ device }) => device.environment.page.onLeave(inert)],
  ])('%s', async (invariant, rows, breakIt) => {
    expect(await brokenBy(rows, breakIt)).toBe(invariant)
  })

  test('a socket has one server session', () => {
    const seats = [{ peer: 'alice' }, { peer: 'bob' }, { peer: 'alice' }]
    const life = { closed: true }
    const scene = { world: { gateways: [{ url: 'https://one', peers: seats }] }, parties: [{ name: 'alice', life }] }
    expect(wrongAtRest(scene as never)).toEqual({
      invariant: 'a socket has one server session',
      complaint: 'alice: sessions at https://one, https://one',
    })
  })
})

describe('a failure that the ladder explains', () => {
  const lost = facts('transport-failed', 'the path is dead')

  test.each<[string, ErrorFacts | undefined, readonly Rung[], number[], string | undefined]>([
    ['is none without a reason', undefined, LADDER, [], 'failed without a reason'],
    ['is the reason of a first connect', facts('timeout', 'too late'), LADDER, [], undefined],
    ['is none of which no connect fails', facts('duplicate', ''), LADDER, [], 'failed of duplicate'],
    ['is one that nothing will mend', facts('token-refused', ''), LADDER, [1, 0, 0, 0], undefined],
    [
      'is the end of the whole recovery',
      facts('timeout', 'deadline "recovery" passed'),
      LADDER,
      [1, 0, 1, 0],
      undefined,
    ],
    ['is a ladder that is spent', lost, LADDER, [1, 0, 2, 24], undefined],
    [
      'is none while a rung is left',
      lost,
      LADDER,
      [5, 0, 2, 23],
      'given up of transport-failed, though there was left: next gateway',
    ],
    ['is a ladder without rungs', lost, [], [], undefined],
  ])('%s', (_, error, ladder, spent, expected) => {
    expect(unexplained(error, ladder, spent)).toBe(expected)
  })
})
