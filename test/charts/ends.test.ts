import { describe, expect, test } from 'vitest'
import { facts } from '../../src/errors.js'
import { connectionMachine } from '../../src/machines/connection.machine.js'
import { LADDER } from '../../src/recovery/ladder.js'
import { ChartHarness } from '../support/chart-harness.js'

const connected = async () => {
  const chart = new ChartHarness(connectionMachine, { ladder: LADDER })
  chart.send({ type: 'connect' })
  await chart.done('select gateway')
  chart.send({ type: 'negotiation.done', generation: 1, lines: 1 }, { type: 'channel.open', generation: 1 })
  chart.heard()
  return chart
}

const ENDS = [
  [{ type: 'channel.lost', generation: 1, error: facts('channel-closed', 'lost') }, 'channel-closed'],
  [{ type: 'negotiation.failed', generation: 1, error: facts('gateway-refused', 'no') }, 'gateway-refused'],
  [{ type: 'peer.state', generation: 1, state: 'closed' }, 'transport-failed'],
] as const

const BEFORE = {
  'connected.stable': async () => {},
  'connected.suspect': async (chart: ChartHarness) => chart.send({ type: 'path.silent', generation: 1 }),
  'reconnecting.reviving': async (chart: ChartHarness) => {
    chart.send({ type: 'path.silent', generation: 1 })
    await chart.done('probe path', { alive: false, session: 'held' })
  },
  'reconnecting.resuming': async (chart: ChartHarness) => {
    chart.send({ type: 'path.silent', generation: 1 })
    await chart.done('probe path', { alive: false, session: 'held', revivable: false, resumable: true })
  },
}

describe.each(Object.entries(BEFORE))('in %s', (state, before) => {
  test.each(ENDS)('%j is the end of the session: another is joined, after a short farewell', async (event, code) => {
    const chart = await connected()
    await before(chart)
    expect(chart.state).toBe(state)
    chart.heard()
    chart.send(event)
    const { session, error, rung } = chart.context as { session: string; error: { code: string }; rung: number }
    expect([chart.state, session, error.code, LADDER[rung]?.name]).toEqual([
      'reconnecting.rejoining.parting',
      'broken',
      code,
      'rejoin',
    ])
    expect(chart.heard()).toEqual([
      { type: 'connection.changed', generation: 1, state: 'reconnecting' },
      { type: 'generation.ended', generation: 1, farewell: 'quick' },
    ])
  })
})

test('a call to connect after a recovery that failed begins with a whole ladder', async () => {
  const chart = await connected()
  chart.send(ENDS[0][0], { type: 'farewell.over', generation: 1 }, { type: 'retry' })
  await chart.failed('select gateway', facts('token-refused', 'no'))
  expect([chart.state, chart.context]).toMatchObject([
    'failed',
    { attempts: 1, spent: [0, 0, 2, 0], tried: [{ rung: 'rejoin', code: 'token-refused' }] },
  ])
  chart.send({ type: 'connect' })
  expect([chart.state, chart.context]).toMatchObject([
    'connecting.selectingGateway',
    { generation: 3, rung: -1, attempts: 0, spent: [], tried: [], patience: 5 },
  ])
})

test.each<[string, (chart: ChartHarness) => Promise<unknown>]>([
  ['fails', (chart) => chart.failed('probe path', facts('internal', 'no'))],
  ['does not end', async (chart) => chart.clock.increment(30_000)],
])('a probe that %s leaves a dead path, with its reason', async (_, ends) => {
  const chart = await connected()
  chart.send({ type: 'path.silent', generation: 1 })
  await ends(chart)
  expect([chart.state, chart.context]).toMatchObject([
    'reconnecting.reviving',
    { error: { code: 'transport-failed', message: 'nothing is answered any more', phase: 'connected' } },
  ])
})
