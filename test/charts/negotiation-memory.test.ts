import { describe, expect, test } from 'vitest'
import { negotiationMachine } from '../../src/machines/negotiation.machine.js'
import {
  wanted,
  made,
  opened,
  asked,
  OPEN,
  HELD,
  LOST,
  ENDED,
  refused,
  tooLarge,
  FIRST,
  FIRST_SENT,
  STABLE,
  LATER,
  LATER_SENT,
  ROLLING_BACK,
  COOLING,
  HELD_UP,
  HAND,
  BY_HAND,
  WAYS,
} from './negotiation-ways.js'
import { done, failed, late, runs, Table, type Play } from './table.js'

const chart = new Table(negotiationMachine, { mode: 'auto' })

describe('what it keeps in mind', () => {
  test.each<[what: string, plays: Play[], kept: object]>([
    ['the lines', [wanted(2)], { lines: wanted(2).lines }],
    ['the round', FIRST, { generation: 1, signalling: 'gateway', sent: 0, offer: undefined }],
    ['the offer, and that it was sent', FIRST_SENT, { sent: 1, offer: { ordinal: 1 } }],
    ['a later round', LATER_SENT, { signalling: 'channel', sent: 1, offer: { ordinal: 2 } }],
    ['a round by hand', BY_HAND, { signalling: 'application', sent: 0, offer: { ordinal: 2 }, waiting: [] }],
    ['what is negotiated', STABLE, { negotiated: 1, offer: undefined, failures: 0, channel: 'open' }],
    ['nothing of an offer that is rolled back', ROLLING_BACK, { offer: undefined, negotiated: 1 }],
    ['nothing of a round that was too late', [...BY_HAND, late('hand deadline')], { offer: undefined }],
    ['that it failed', COOLING, { failures: 1 }],
    ['how often it failed', [...COOLING, late('cool-down'), failed('create offer', refused)], { failures: 2 }],
    [
      'no failures after a round that went well',
      [...COOLING, late('cool-down'), made(3, 2), done('exchange offer'), done('apply answer')],
      { failures: 0, negotiated: 2, offer: undefined },
    ],
    ['that the channel is held', [...STABLE, HELD], { channel: 'not-open' }],
    ['that the channel is lost', [...STABLE, LOST], { channel: 'not-open' }],
    ['that an offer on its way over a dead path counts as not sent', HELD_UP, { channel: 'not-open', sent: 0 }],
    ['that the path lives', [...HELD_UP, OPEN], { channel: 'open', sent: 1 }],
    ['lines that would be too many as given up', [...LATER, failed('create offer', tooLarge)], { negotiated: 2 }],
    [
      'that a caller comes before more lines',
      [...LATER, wanted(3), asked(7), made(2, 2), done('exchange offer'), done('apply answer')],
      { signalling: 'application', negotiated: 2 },
    ],
    ['who waits', [...HAND, asked(8)], { waiting: [7, 8] }],
    ['nobody who was refused', [...HAND, asked(8), failed('create offer', refused)], { waiting: [] }],
    ['nobody where there is no peer connection', [asked(7)], { waiting: [] }],
    [
      'nothing of the generation before',
      [...COOLING, late('cool-down'), made(3, 2), opened(2)],
      {
        generation: 2,
        negotiated: 0,
        channel: 'not-open',
        failures: 0,
        signalling: 'gateway',
        offer: undefined,
        sent: 0,
      },
    ],
  ])('%s', (_, plays, kept) => {
    expect(chart.after(...plays).to.context).toMatchObject(kept)
  })
})

describe.each(WAYS)('in %s', (state, way) => {
  const generation = way.length > 0 ? 1 : 0
  const others = [generation - 1, generation + 1]

  test('it is there', () => {
    expect(chart.after(...way).to.state).toBe(state)
  })

  test('what carries another generation changes nothing', () => {
    const events = others.flatMap((other) =>
      [OPEN, HELD, LOST, ENDED].map((event) => ({ ...event, generation: other })),
    )
    expect(chart.noticed(way, events)).toEqual([])
  })

  test('the end of the generation, another generation and the end of all stop what runs', () => {
    const ends = [{ type: 'generation.ended', generation }, opened(2), { type: 'close' }]
    expect(ends.map((end) => [chart.after(...way, end).to.state, runs(chart.after(...way, end))])).toEqual([
      ['dormant', []],
      ['offering', ['create offer']],
      ['closed', []],
    ])
  })
})

test('closed is for ever', () => {
  const events = [opened(2), ENDED, { type: 'close' }]
  expect(chart.noticed([...STABLE, { type: 'close' }], events)).toEqual([])
})
