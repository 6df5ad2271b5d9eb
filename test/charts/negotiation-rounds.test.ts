import { describe, expect, test } from 'vitest'
import { negotiationMachine } from '../../src/machines/negotiation.machine.js'
import {
  wanted,
  asked,
  OPEN,
  HELD,
  LOST,
  ENDED,
  refused,
  tooLarge,
  broken,
  FIRST,
  FIRST_SENT,
  FIRST_ANSWERED,
  STABLE,
  LATER,
  LATER_SENT,
  LATER_ANSWERED,
  ROLLING_BACK,
  COOLING,
  HELD_UP,
  HAND,
  BY_HAND,
  HAND_ANSWERED,
} from './negotiation-ways.js'
import { done, failed, late, Table, type Play } from './table.js'

const chart = new Table(negotiationMachine, { mode: 'auto' })

describe('the first round', () => {
  test.each<[what: string, plays: Play[], seen: string[]]>([
    ['begins with the generation', FIRST, ['offering', 'phase offering', 'begins create offer']],
    ['goes by the gateway', FIRST_SENT, ['awaitingAnswer', 'phase awaiting-answer', 'begins exchange offer']],
    ['applies its answer', FIRST_ANSWERED, ['applying', 'phase applying-answer', 'begins apply answer']],
    ['says what is negotiated', [...FIRST_ANSWERED, done('apply answer')], ['stable', 'negotiation.done']],
    [
      'ends the attempt where no offer can be made',
      [...FIRST, failed('create offer', refused)],
      ['dormant', 'negotiation.failed request-refused (offering)'],
    ],
    [
      'ends the attempt where none is made in time',
      [...FIRST, late('offer deadline')],
      ['dormant', 'negotiation.failed timeout (offering)'],
    ],
    [
      'ends the attempt where the gateway refuses',
      [...FIRST_SENT, failed('exchange offer', refused)],
      ['dormant', 'negotiation.failed request-refused (offering)'],
    ],
    [
      'is not sent twice: the gateway would have two sessions',
      [...FIRST_SENT, late('answer deadline')],
      ['dormant', 'negotiation.failed timeout (awaiting-answer)'],
    ],
    [
      'ends the attempt where its answer is no use',
      [...FIRST_ANSWERED, failed('apply answer', broken)],
      ['dormant', 'negotiation.failed internal (applying-answer)'],
    ],
    [
      'ends the attempt where its answer is not applied in time',
      [...FIRST_ANSWERED, late('apply deadline')],
      ['dormant', 'negotiation.failed timeout (applying-answer)'],
    ],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })
})

const AFRESH = ['offering', 'phase renegotiating', 'begins create offer']

describe('a later round', () => {
  test.each<[what: string, plays: Play[], seen: string[]]>([
    ['begins when lines are wanted', LATER, AFRESH],
    ['goes over the channel', LATER_SENT, ['awaitingAnswer', 'phase renegotiating', 'begins exchange offer']],
    ['applies its answer', LATER_ANSWERED, ['applying', 'phase renegotiating', 'begins apply answer']],
    ['says what is negotiated', [...LATER_ANSWERED, done('apply answer')], ['stable', 'negotiation.done']],
    [
      'is not rolled back where no offer was made',
      [...LATER, failed('create offer', refused)],
      ['coolingDown', 'warning request-refused (renegotiating)'],
    ],
    [
      'is not rolled back where none was made in time',
      [...LATER, late('offer deadline')],
      ['coolingDown', 'warning timeout (renegotiating)'],
    ],
    [
      'waits for more lines, or the next generation, where the answer would be too large',
      [...LATER, failed('create offer', tooLarge)],
      ['stable', 'warning offer-too-large (renegotiating)'],
    ],
    [
      'is rolled back where it is refused',
      ROLLING_BACK,
      ['rollingBack', 'warning request-refused (renegotiating)', 'begins roll back'],
    ],
    [
      'is sent once more where no answer comes',
      [...LATER_SENT, late('answer deadline')],
      ['awaitingAnswer', 'phase renegotiating', 'begins exchange offer'],
    ],
    [
      'is sent no third time',
      [...LATER_SENT, late('answer deadline'), late('answer deadline')],
      ['rollingBack', 'warning timeout (renegotiating)', 'begins roll back'],
    ],
    [
      'is rolled back where its answer is no use',
      [...LATER_ANSWERED, failed('apply answer', broken)],
      ['rollingBack', 'warning internal (renegotiating)', 'begins roll back'],
    ],
    [
      'is rolled back where its answer is not applied in time',
      [...LATER_ANSWERED, late('apply deadline')],
      ['rollingBack', 'warning timeout (renegotiating)', 'begins roll back'],
    ],
    ['rests after that', COOLING, ['coolingDown']],
    ['begins anew after the rest', [...COOLING, late('cool-down')], AFRESH],
    ['does not begin after the rest where the channel is lost', [...COOLING, LOST, late('cool-down')], ['stable']],
    [
      'is the end where it cannot be rolled back',
      [...ROLLING_BACK, failed('roll back', broken)],
      ['dormant', 'negotiation.failed internal (renegotiating)'],
    ],
    [
      'is the end where it is not rolled back in time',
      [...ROLLING_BACK, late('apply deadline')],
      ['dormant', 'negotiation.failed timeout (renegotiating)'],
    ],
    ['waits while the path is dead', HELD_UP, ['awaitingPath']],
    [
      'is sent again when it lives',
      [...HELD_UP, OPEN],
      ['awaitingAnswer', 'phase renegotiating', 'begins exchange offer'],
    ],
    ['that waits for the path ends with its generation', [...HELD_UP, ENDED], ['dormant']],
    ['begins when the channel opens', [...FIRST_ANSWERED, done('apply answer'), wanted(2), OPEN], AFRESH],
    ['does not begin while the channel is held', [...STABLE, HELD, wanted(2)], ['stable']],
    ['does not begin while the channel is lost', [...STABLE, LOST, wanted(2)], ['stable']],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })

  test('that was held up may be sent twice again', () => {
    const twice = [late('answer deadline'), late('answer deadline')]
    expect([
      chart.row(...LATER_SENT, twice[0] as Play, HELD, OPEN, twice[0] as Play)[0],
      chart.row(...LATER_SENT, twice[0] as Play, HELD, OPEN, ...twice)[0],
    ]).toEqual(['awaitingAnswer', 'rollingBack'])
  })

  test('is begun by nobody in manual mode', () => {
    expect(new Table(negotiationMachine, { mode: 'manual' }).row(...LATER)).toEqual(['stable'])
  })
})

describe('a round by hand', () => {
  test.each<[what: string, plays: Play[], seen: string[]]>([
    ['begins when it is asked for', HAND, AFRESH],
    ['hands the offer to its caller', BY_HAND, ['byHand', 'hand.offered 7']],
    ['applies the answer to its offer', HAND_ANSWERED, ['applying', 'phase renegotiating', 'begins apply answer']],
    ['is over with that', [...HAND_ANSWERED, done('apply answer')], ['stable', 'negotiation.done']],
    [
      'does not apply another answer',
      [...BY_HAND, { type: 'hand.answered', offer: 1 }],
      ['byHand', 'warning stale-offer (renegotiating)'],
    ],
    ['does not wait for ever', [...BY_HAND, late('hand deadline')], ['stable']],
    [
      'leaves an answer that comes too late alone',
      [...BY_HAND, late('hand deadline'), { type: 'hand.answered', offer: 2 }],
      ['stable', 'warning stale-offer (renegotiating)'],
    ],
    [
      'is refused to all who wait where no offer can be made',
      [...HAND, asked(8), failed('create offer', refused)],
      ['stable', 'hand.refused 7,8 request-refused (renegotiating)'],
    ],
    [
      'is refused where none is made in time',
      [...HAND, asked(8), late('offer deadline')],
      ['stable', 'hand.refused 7,8 timeout (renegotiating)'],
    ],
    [
      'is refused where the answer would be too large',
      [...HAND, failed('create offer', tooLarge)],
      ['stable', 'hand.refused 7 offer-too-large (renegotiating)'],
    ],
    [
      'is rolled back where its answer is no use',
      [...HAND_ANSWERED, failed('apply answer', broken)],
      ['rollingBack', 'warning internal (renegotiating)', 'begins roll back'],
    ],
    ["is the next caller's when it is over", [...BY_HAND, asked(8), late('hand deadline')], AFRESH],
    ['is refused where there is no peer connection', [asked(7)], ['dormant', 'hand.refused 7 not-connected (idle)']],
    [
      'is refused when the peer connection ends',
      [...LATER, asked(7), ENDED],
      ['dormant', 'hand.refused 7 not-connected (idle)'],
    ],
  ])('%s', (_, plays, seen) => {
    expect(chart.row(...plays)).toEqual(seen)
  })
})
