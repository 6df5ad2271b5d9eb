import { describe, expect, test } from 'vitest'
import { facts } from '../../src/errors.js'
import { channelMachine } from '../../src/machines/channel.machine.js'
import { farewellMachine } from '../../src/machines/farewell.machine.js'
import { done, failed, late, runs, Table, type Play } from './table.js'

const chart = new Table(channelMachine)

const closed = facts('channel-closed', 'x', { phase: 'connected' })
const of = (generation: number) => ({
  open: { type: 'channel.open', generation },
  lost: { type: 'channel.lost', generation, error: closed },
  held: { type: 'path.held', generation },
  back: { type: 'path.back', generation },
  ended: { type: 'generation.ended', generation },
})
const opened = (generation: number) => ({ type: 'generation.opened', generation })
const { open: OPEN, lost: LOST, held: HELD, back: BACK, ended: ENDED } = of(1)
const SENT = { type: 'messages.sent' }

/** The ways into the states, each the one before and a step more. */
const OPENING: readonly Play[] = [opened(1)]
const CONFIRMED = [...OPENING, OPEN]
const UNCONFIRMED = [...CONFIRMED, SENT]
const CONFIRMING = [...UNCONFIRMED, late('confirmation is due')]
const HELD_UP = [...CONFIRMED, HELD]

const flowing = (state: string) => `present.open.flowing.${state}`

test.each<[what: string, plays: readonly Play[], seen: string[]]>([
  ['it is there with its generation', OPENING, ['present.opening', 'begins data channel', 'channel.opening']],
  ['it opens the gate before it says so', CONFIRMED, [flowing('confirmed'), 'begins open gate', 'channel.open']],
  ['it does not open in time', [...OPENING, late('connect deadline')], ['lost', 'channel.lost timeout (idle)']],
  ['it is lost before it opens', [...OPENING, LOST], ['lost', 'channel.lost channel-closed (connected)']],
  ['it is lost', [...CONFIRMING, LOST], ['lost', 'channel.lost channel-closed (connected)']],
  ['it is lost while it is held', [...HELD_UP, LOST], ['lost', 'channel.lost channel-closed (connected)']],
  ['messages are unconfirmed when they are sent', UNCONFIRMED, [flowing('unconfirmed')]],
  ['they are confirmed a second later', CONFIRMING, [flowing('confirming'), 'begins confirm messages']],
  ['they are confirmed', [...CONFIRMING, done('confirm messages', false)], [flowing('confirmed')]],
  ['more was sent meanwhile', [...CONFIRMING, done('confirm messages', true)], [flowing('unconfirmed')]],
  ['more is sent meanwhile', [...CONFIRMING, SENT], [flowing('unconfirmed')]],
  [
    'they are not confirmed: asked is again with the next',
    [...CONFIRMING, failed('confirm messages', closed)],
    [flowing('confirmed')],
  ],
  [
    'they are not confirmed in time: it is asked again',
    [...CONFIRMING, late('request deadline')],
    [flowing('unconfirmed')],
  ],
  ['the path is dead: messages are held', HELD_UP, ['present.open.held', 'channel.held', 'begins hold messages']],
  [
    'the path lives: who is told finds messages flowing, and they are to be confirmed',
    [...HELD_UP, BACK],
    [flowing('unconfirmed'), 'channel.open'],
  ],
  ['its generation ends', [...HELD_UP, ENDED], ['absent']],
  ['another generation begins', [...HELD_UP, opened(2)], ['present.opening', 'begins data channel', 'channel.opening']],
  [
    'a lost one is there again with the next generation',
    [...CONFIRMED, LOST, opened(2)],
    ['present.opening', 'begins data channel', 'channel.opening'],
  ],
])('%s', (_, plays, seen) => {
  expect(chart.row(...plays)).toEqual(seen)
})

describe.each([
  ['absent', []],
  ['present.opening', OPENING],
  [flowing('confirmed'), CONFIRMED],
  [flowing('unconfirmed'), UNCONFIRMED],
  [flowing('confirming'), CONFIRMING],
  ['present.open.held', HELD_UP],
  ['lost', [...CONFIRMED, LOST]],
] as const)('in %s', (state, way) => {
  test('it is there', () => {
    expect(chart.after(...way).to.state).toBe(state)
  })

  test('what carries another generation changes nothing', () => {
    const generation = way.length > 0 ? 1 : 0
    const others = [generation - 1, generation + 1].flatMap((other) => Object.values(of(other)))
    expect(chart.noticed(way, others)).toEqual([])
  })

  test('it closes for ever, and nothing runs', () => {
    const over = chart.after(...way, { type: 'close' })
    expect([over.to.state, runs(over), over.to.timers]).toEqual(['closed', [], []])
    expect(chart.noticed([...way, { type: 'close' }], [{ type: 'close' }, opened(2), ENDED, OPEN])).toEqual([])
  })
})

const farewell = new Table(farewellMachine, { generation: 1 })
const KNOWN = [done('await server session')]

test.each<[what: string, plays: readonly Play[], seen: string[]]>([
  ['a farewell waits for the name of its session', [], ['awaitingSession', 'begins await server session']],
  ['it deletes it', KNOWN, ['deleting', 'begins delete server session']],
  ['it is over', [...KNOWN, done('delete server session')], ['done']],
  ['it is over where it cannot be deleted', [...KNOWN, failed('delete server session', closed)], ['done']],
  ['it is over where there is no session', [failed('await server session', closed)], ['done']],
  ['it is over where no name comes', [late('farewell deadline')], ['done']],
  ['it is over where it takes too long', [...KNOWN, late('farewell deadline')], ['done']],
])('%s', (_, plays, seen) => {
  expect(farewell.row(...plays)).toEqual(seen)
})
