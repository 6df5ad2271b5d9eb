import { describe, expect, test } from 'vitest'
import { facts } from '../../src/errors.js'
import { negotiationMachine } from '../../src/machines/negotiation.machine.js'
import type { Line } from '../../src/protocol/tracks-to-m-lines.js'
import { ChartHarness, DEADLINES } from '../support/chart-harness.js'

const generation = 1
const line = (id: number): Line => ({ id, kind: 'video', role: 'receiver', owner: `receiver-${id}`, ordinal: id })
const lines = (count: number) => ({ type: 'lines.wanted', lines: Array.from({ length: count }, (_, id) => line(id)) })
const offer = (ordinal: number, count: number) => ({ ordinal, bytes: 900, lines: count })
const refusal = facts('request-refused', 'the server refused the offer', { phase: 'renegotiating' })

/** A chart whose first round, with this many lines, is over; the channel is open. */
const stable = async (count = 1, mode: 'auto' | 'manual' = 'auto') => {
  const chart = new ChartHarness(negotiationMachine, { mode })
  chart.send(lines(count), { type: 'generation.opened', generation })
  await chart.done('create offer', offer(1, count))
  await chart.done('exchange offer')
  await chart.done('apply answer')
  chart.send({ type: 'channel.open', generation })
  expect(chart.state).toBe('stable')
  chart.heard()
  return chart
}

test('the first round goes by the gateway, and tells each phase', async () => {
  const chart = new ChartHarness(negotiationMachine, { mode: 'auto' })
  chart.send(lines(2), { type: 'generation.opened', generation })
  expect(chart.run('create offer').input).toEqual({ generation, lines: lines(2).lines })
  await chart.done('create offer', offer(1, 2))
  expect(chart.run('exchange offer').input).toEqual({ generation, offer: 1, signalling: 'gateway' })
  await chart.done('exchange offer')
  expect(chart.run('apply answer').input).toEqual({ generation, offer: 1 })
  await chart.done('apply answer')
  expect(chart.heard()).toEqual([
    { type: 'phase', generation, phase: 'offering' },
    { type: 'phase', generation, phase: 'awaiting-answer' },
    { type: 'phase', generation, phase: 'applying-answer' },
    { type: 'negotiation.done', generation, lines: 2 },
  ])
})

describe('a first round that fails ends the attempt', () => {
  const first = async (...steps: [name: string, output: unknown][]) => {
    const chart = new ChartHarness(negotiationMachine, { mode: 'auto' })
    chart.send(lines(1), { type: 'generation.opened', generation })
    for (const [name, output] of steps) await chart.done(name, output)
    chart.heard()
    return chart
  }
  const failed = (chart: ChartHarness) => [chart.state, chart.running, chart.heard()]

  test.each([
    ['create offer', [], 'offer-failed', 'offering'],
    ['exchange offer', [['create offer', offer(1, 1)]], 'gateway-unreachable', 'awaiting-answer'],
    [
      'apply answer',
      [
        ['create offer', offer(1, 1)],
        ['exchange offer', undefined],
      ],
      'answer-refused',
      'applying-answer',
    ],
  ] as const)('when "%s" fails', async (name, steps, code, phase) => {
    const chart = await first(...(steps as unknown as [string, unknown][]))
    const error = facts(code, 'x', { phase })
    await chart.failed(name, error)
    expect(failed(chart)).toEqual(['dormant', [], [{ type: 'negotiation.failed', generation, error }]])
  })

  test.each([
    ['offer', [], 'offering'],
    ['answer', [['create offer', offer(1, 1)]], 'awaiting-answer'],
    [
      'apply',
      [
        ['create offer', offer(1, 1)],
        ['exchange offer', undefined],
      ],
      'applying-answer',
    ],
  ] as const)('when its deadline "%s" passes', async (of, steps, phase) => {
    const chart = await first(...(steps as unknown as [string, unknown][]))
    chart.clock.increment(DEADLINES[of])
    expect(failed(chart)).toEqual([
      'dormant',
      [],
      [{ type: 'negotiation.failed', generation, error: expect.objectContaining({ code: 'timeout', phase }) }],
    ])
  })
})

describe('later rounds', () => {
  test('new lines are offered over the channel, wishes during a round in one more round', async () => {
    const chart = await stable(1)
    chart.send(lines(2))
    expect(chart.run('create offer').input).toEqual({ generation, lines: lines(2).lines })
    chart.send(lines(3), lines(4), lines(5))
    await chart.done('create offer', offer(2, 2))
    expect(chart.run('exchange offer').input).toEqual({ generation, offer: 2, signalling: 'channel' })
    await chart.done('exchange offer')
    await chart.done('apply answer')
    expect(chart.run('create offer').input).toEqual({ generation, lines: lines(5).lines })
  })

  test('nothing is offered while the channel is not open', async () => {
    const chart = await stable(1)
    chart.send({ type: 'channel.lost', generation, error: refusal }, lines(2))
    expect([chart.state, chart.running]).toEqual(['stable', []])
    chart.send({ type: 'channel.open', generation })
    expect(chart.state).toBe('offering')
  })

  test('in manual mode the engine begins none', async () => {
    const chart = await stable(1, 'manual')
    chart.send(lines(2))
    expect(chart.state).toBe('stable')
  })

  test('a lost answer: the same offer once more, then rolled back, then offered afresh after a rest', async () => {
    const chart = await stable(1)
    chart.send(lines(2))
    await chart.done('create offer', offer(2, 2))
    chart.clock.increment(DEADLINES.answer)
    expect([chart.state, chart.run('exchange offer').input]).toEqual([
      'awaitingAnswer',
      { generation, offer: 2, signalling: 'channel' },
    ])
    expect(chart.runs.filter(({ name }) => name === 'exchange offer')).toHaveLength(3)
    chart.clock.increment(DEADLINES.answer)
    expect(chart.state).toBe('rollingBack')
    await chart.done('roll back')
    expect(chart.state).toBe('coolingDown')
    chart.clock.increment(500)
    expect(chart.state).toBe('offering')
  })

  test('a refused one is reported and rolled back, and the rest before the next grows', async () => {
    const chart = await stable(1)
    chart.send(lines(2))
    const rests: number[] = []
    for (const rest of [500, 1_000, 2_000, 4_000, 8_000, 8_000]) {
      await chart.done('create offer', offer(2, 2))
      await chart.failed('exchange offer', refusal)
      await chart.done('roll back')
      chart.clock.increment(rest - 1)
      if (chart.state === 'coolingDown') rests.push(rest)
      chart.clock.increment(1)
      expect(chart.state).toBe('offering')
    }
    expect(rests).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000])
    expect(chart.heard().filter(({ type }) => type === 'warning')).toHaveLength(6)
  })

  test('when even the rollback fails, the connection is told', async () => {
    const chart = await stable(1)
    chart.send(lines(2))
    await chart.done('create offer', offer(2, 2))
    await chart.failed('exchange offer', refusal)
    const error = facts('internal', 'x', { phase: 'renegotiating' })
    await chart.failed('roll back', error)
    expect([chart.state, chart.heard().at(-1)]).toEqual(['dormant', { type: 'negotiation.failed', generation, error }])
  })
})

describe('rounds by hand', () => {
  test('one caller after another, between the rounds of the engine', async () => {
    const chart = await stable(1)
    chart.send(lines(2), { type: 'hand.wanted', ticket: 7 }, { type: 'hand.wanted', ticket: 8 })
    expect(chart.state).toBe('offering')
    await chart.done('create offer', offer(2, 2))
    await chart.done('exchange offer')
    await chart.done('apply answer')
    expect(chart.state).toBe('offering')
    chart.heard()
    await chart.done('create offer', offer(3, 2))
    expect([chart.state, chart.heard()]).toEqual([
      'byHand',
      [{ type: 'hand.offered', generation, ticket: 7, offer: 3 }],
    ])
    chart.send({ type: 'hand.answered', offer: 3 })
    expect(chart.run('apply answer').input).toEqual({ generation, offer: 3 })
    await chart.done('apply answer')
    expect([chart.state, chart.context.waiting]).toEqual(['offering', [8]])
  })

  test('an answer for another offer changes nothing and is reported', async () => {
    const chart = await stable(1)
    chart.send({ type: 'hand.wanted', ticket: 7 })
    await chart.done('create offer', offer(2, 1))
    chart.heard()
    chart.send({ type: 'hand.answered', offer: 1 })
    expect([chart.state, chart.heard()]).toEqual([
      'byHand',
      [{ type: 'warning', generation, error: expect.objectContaining({ code: 'stale-offer' }) }],
    ])
  })

  test('an open round expires after 10 s', async () => {
    const chart = await stable(1)
    chart.send({ type: 'hand.wanted', ticket: 7 })
    await chart.done('create offer', offer(2, 1))
    chart.clock.increment(9_999)
    expect(chart.state).toBe('byHand')
    chart.clock.increment(1)
    expect(chart.state).toBe('stable')
  })

  test('without a peer connection a caller is sent away at once', () => {
    const chart = new ChartHarness(negotiationMachine, { mode: 'auto' })
    chart.send({ type: 'hand.wanted', ticket: 7 })
    expect(chart.heard()).toEqual([
      { type: 'hand.refused', generation: 0, tickets: [7], error: expect.objectContaining({ code: 'not-connected' }) },
    ])
  })

  test('callers who wait when the generation ends are sent away', async () => {
    const chart = await stable(1)
    chart.send({ type: 'hand.wanted', ticket: 7 }, { type: 'hand.wanted', ticket: 8 })
    chart.heard()
    chart.send({ type: 'generation.ended', generation })
    expect(chart.heard()).toEqual([
      { type: 'hand.refused', generation, tickets: [7, 8], error: expect.objectContaining({ code: 'not-connected' }) },
    ])
  })
})

test('the end of the generation stops whatever runs; an old one is ignored', async () => {
  const chart = await stable(1)
  chart.send(lines(2))
  chart.send({ type: 'generation.ended', generation: 0 })
  expect(chart.state).toBe('offering')
  chart.send({ type: 'generation.ended', generation })
  expect([chart.state, chart.running]).toEqual(['dormant', []])
  chart.send({ type: 'generation.opened', generation: 2 })
  expect(chart.run('create offer').input).toEqual({ generation: 2, lines: lines(2).lines })
})

test('lines that would make the answer too large are told once, and wait until more is wanted or the next generation', async () => {
  const tooLarge = facts('offer-too-large', 'an offer of 3 lines', { phase: 'offering' })
  const chart = await stable()
  chart.send(lines(3))
  await chart.failed('create offer', tooLarge)
  chart.clock.increment(60_000)
  const heard = chart.heard().filter(({ type }) => type !== 'phase')
  chart.send(lines(4))
  expect([heard, chart.state]).toEqual([
    [{ type: 'warning', generation, error: { ...tooLarge, phase: 'renegotiating' } }],
    'offering',
  ])
  await chart.failed('create offer', tooLarge)
  chart.send({ type: 'generation.ended', generation }, { type: 'generation.opened', generation: 2 })
  expect(chart.run('create offer').input).toEqual({ generation: 2, lines: lines(4).lines })
})

test('a round by hand that would make the answer too large is refused to its caller', async () => {
  const tooLarge = facts('offer-too-large', 'an offer of 3 lines', { phase: 'offering' })
  const chart = await stable(1, 'manual')
  chart.send(lines(3), { type: 'hand.wanted', ticket: 7 })
  await chart.failed('create offer', tooLarge)
  const heard = chart.heard().filter(({ type }) => type !== 'phase')
  expect([heard, chart.state]).toEqual([
    [{ type: 'hand.refused', generation, tickets: [7], error: { ...tooLarge, phase: 'renegotiating' } }],
    'stable',
  ])
})
