import { describe, expect, test } from 'vitest'
import { RealtimeSocketState, type ReceiverTrack, type SenderTrack } from '../../src/index.js'
import { cases } from './cases.js'
import { CALLS } from './facade-calls.js'
import type { Call } from './facade-subject.js'
import { PLACES, STATE_OF } from './places.js'

/** Makes these calls in this place, at once or one by one; `[]` where the contract was kept. */
const made = async (place: string, calls: readonly Call[], apart: boolean, replays = true): Promise<unknown[]> => {
  const { subject, release } = await PLACES[place]!()
  subject.stage.replays = replays
  const from = subject.socket.peerState
  if (from !== STATE_OF[place]) subject.violations.push(`begins in ${from}`)
  for (const call of calls) {
    subject.call(call)
    if (apart) await subject.stage.clock.pass(1)
    subject.rest()
  }
  release()
  await subject.stage.clock.pass(50)
  return subject.end()
}

/** What is one state outward: the steps of a connect, and what may be under way in another. */
const turnsOf = (place: string): string[] =>
  Object.keys(PLACES).filter(
    (one) =>
      STATE_OF[one] === STATE_OF[place] && (STATE_OF[one] === RealtimeSocketState.Connecting || one.includes(',')),
  )

/** All pairs are made in every outward state. What is one state outward takes turns, unless there is time (`RSE_CASES`). */
const isTurn = (place: string, pair: number): boolean => {
  const turns = turnsOf(place)
  const turn = turns.indexOf(place)
  return turn < 0 || cases(1) > 10_000 || pair % turns.length === turn
}

describe.each(Object.keys(PLACES))('%s', (place) => {
  test.each(CALLS)('$name', async (call) => {
    expect(await made(place, [call], true)).toEqual([])
  })

  test('every call after every call', async () => {
    const wrong: unknown[] = []
    for (const [at, first] of CALLS.entries())
      for (const [after, second] of CALLS.entries()) {
        if (!isTurn(place, at + after)) continue
        // Each call takes part in a replay in every place, before and after others.
        const violations = await made(place, [first, second], false, (at + after) % 5 === 0)
        if (violations.length > 0) wrong.push([`${first.name}, ${second.name}`, ...violations])
      }
    expect(wrong.slice(0, 5)).toEqual([])
  })
})

test.each(['created', 'establishing', 'connected'])(
  '%s: a handle is stopped once, whoever has its name by then',
  async (place) => {
    const { subject, release } = await PLACES[place]!()
    const { socket, stage, senders, receivers } = subject
    const stream = stage.stream('audio')
    const create = (): [SenderTrack, ReceiverTrack] => [
      socket.senders[0] ?? socket.createSenderTrack({ name: 'mic', kind: 'audio', stream }),
      socket.createReceiverTrack('guest', 'video'),
    ]
    const handles = create()
    handles[1].attach({ peer: 'bob', stream: 'camera' })
    await stage.clock.pass(50)
    const stopped: string[] = []
    handles[0].on('stopped', () => stopped.push(handles[0].uuid))
    handles[1].on('stopped', () => stopped.push(handles[1].uuid))
    // Connected it is over only when the server has heard of it.
    for (const handle of handles) handle.stop()
    const next = create()
    for (const handle of handles) handle.stop()
    expect([socket.senders, socket.receivers]).toEqual([[next[0]], [next[1]]])
    senders.set('mic', next[0])
    receivers.set('guest', next[1])
    release()
    await stage.clock.pass(50)
    for (const handle of handles) handle.stop()
    expect(stopped).toEqual(handles.map(({ uuid }) => uuid))
    expect(next.map(({ state }) => state === 'stopped')).toEqual([false, false])
    expect(await subject.end()).toEqual([])
  },
)
