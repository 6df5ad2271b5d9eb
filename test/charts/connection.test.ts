import { describe, expect, test } from 'vitest'
import { facts } from '../../src/errors.js'
import { connectionMachine } from '../../src/machines/connection.machine.js'
import { LADDER } from '../../src/recovery/ladder.js'
import { ChartHarness, DEADLINES } from '../support/chart-harness.js'

const generation = 1

/** Brings a connection into each of its states, by the way that a session takes. */
const WAYS: Record<string, (chart: ChartHarness) => Promise<void> | void> = {
  new: () => {},
  'connecting.selectingGateway': (chart) => chart.send({ type: 'connect' }),
  'connecting.negotiating': async (chart) => {
    chart.send({ type: 'connect' })
    await chart.done('select gateway')
  },
  'connecting.establishing.direct': async (chart) => {
    await WAYS['connecting.negotiating']?.(chart)
    chart.send({ type: 'negotiation.done', generation, lines: 1 })
  },
  'connecting.establishing.trickling': async (chart) => {
    await WAYS['connecting.establishing.direct']?.(chart)
    chart.clock.increment(500)
  },
  'connecting.openingChannel': async (chart) => {
    await WAYS['connecting.establishing.direct']?.(chart)
    chart.send({ type: 'peer.state', generation, state: 'connected' })
  },
  'connected.stable': async (chart) => {
    await WAYS['connecting.openingChannel']?.(chart)
    chart.send({ type: 'channel.open', generation })
  },
  'connected.suspect': async (chart) => {
    await WAYS['connected.stable']?.(chart)
    chart.send({ type: 'peer.state', generation, state: 'disconnected' })
  },
  failed: async (chart) => {
    await WAYS['connecting.selectingGateway']?.(chart)
    await chart.failed('select gateway', facts('no-gateway', 'none', { phase: 'selecting-gateway' }))
  },
  closed: (chart) => chart.send({ type: 'close' }),
}

const at = async (state: string) => {
  const chart = new ChartHarness(connectionMachine, { ladder: LADDER })
  await WAYS[state]?.(chart)
  expect(chart.state).toBe(state)
  chart.heard()
  return chart
}

const failure = (chart: ChartHarness) => {
  const { code, phase } = chart.context.error as { code: string; phase: string }
  return { state: chart.state, code, phase }
}

test('a connect tells the session each step, in order', async () => {
  const chart = new ChartHarness(connectionMachine, { ladder: LADDER })
  await WAYS['connected.stable']?.(chart)
  expect(chart.heard()).toEqual([
    { type: 'connection.changed', generation, state: 'connecting' },
    { type: 'phase', generation, phase: 'selecting-gateway' },
    { type: 'generation.opened', generation },
    { type: 'phase', generation, phase: 'establishing' },
    { type: 'phase', generation, phase: 'opening-channel' },
    { type: 'connection.changed', generation, state: 'connected' },
  ])
  expect(chart.running).toEqual(['peer connection', 'watch path'])
})

test('a channel that opens before ICE and DTLS were heard of is enough', async () => {
  const chart = await at('connecting.negotiating')
  chart.send({ type: 'channel.open', generation }, { type: 'negotiation.done', generation, lines: 1 })
  expect(chart.state).toBe('connected.stable')
})

describe('deadlines', () => {
  test.each([
    ['connecting.selectingGateway', DEADLINES.selectGateway, 'selecting-gateway'],
    ['connecting.establishing.direct', DEADLINES.establish, 'establishing'],
    ['connecting.openingChannel', DEADLINES.openChannel, 'opening-channel'],
  ])('%s fails after its own', async (state, ms, phase) => {
    const chart = await at(state)
    chart.clock.increment(ms - 1)
    expect(chart.state).toContain('connecting')
    chart.clock.increment(1)
    expect(failure(chart)).toEqual({ state: 'failed', code: 'timeout', phase })
    expect(chart.running).toEqual([])
  })

  test('negotiating fails after the one of the whole connect, though each of its steps has its own', async () => {
    const chart = await at('connecting.negotiating')
    chart.clock.increment(DEADLINES.connect)
    expect(failure(chart)).toEqual({ state: 'failed', code: 'timeout', phase: 'idle' })
  })
})

describe('every way into failed releases the attempt and tells why', () => {
  test.each([
    ['connecting.negotiating', { type: 'peer.broken', generation, error: facts('no-webrtc', 'none') }, 'no-webrtc'],
    [
      'connecting.negotiating',
      { type: 'negotiation.failed', generation, error: facts('token-refused', 'no') },
      'token-refused',
    ],
    ['connecting.establishing.direct', { type: 'peer.state', generation, state: 'failed' }, 'transport-failed'],
    [
      'connecting.openingChannel',
      { type: 'channel.lost', generation, error: facts('channel-closed', 'x') },
      'channel-closed',
    ],
    ['connecting.establishing.trickling', { type: 'abort' }, 'aborted'],
  ] as const)('%s on %o', async (state, event, code) => {
    const chart = await at(state)
    chart.send(event)
    expect(failure(chart)).toMatchObject({ state: 'failed', code })
    expect(chart.running).toEqual([])
    expect(chart.heard().slice(-2)).toEqual([
      { type: 'generation.ended', generation, farewell: 'full' },
      { type: 'connection.changed', generation, state: 'failed', error: chart.context.error },
    ])
  })
})

describe('close', () => {
  test.each(Object.keys(WAYS))('from %s ends in closed, and nothing runs', async (state) => {
    const chart = await at(state)
    chart.send({ type: 'close' })
    expect(chart.state).toBe('closed')
    expect(chart.running).toEqual([])
  })

  test('is absorbing', async () => {
    const chart = await at('closed')
    chart.send(
      { type: 'connect' },
      { type: 'close' },
      { type: 'abort' },
      { type: 'peer.state', generation: 0, state: 'connected' },
      { type: 'channel.open', generation: 0 },
    )
    chart.clock.increment(60_000)
    expect([chart.state, chart.heard(), chart.running]).toEqual(['closed', [], []])
  })
})

test('what carries another generation changes nothing', async () => {
  for (const state of ['connecting.establishing.direct', 'connecting.openingChannel', 'connected.stable']) {
    const chart = await at(state)
    const before = chart.context
    chart.send(
      { type: 'peer.state', generation: 0, state: 'failed' },
      { type: 'peer.state', generation: 2, state: 'connected' },
      { type: 'channel.open', generation: 2 },
      { type: 'channel.lost', generation: 0, error: facts('channel-closed', 'x') },
      { type: 'negotiation.failed', generation: 0, error: facts('internal', 'x') },
      { type: 'peer.broken', generation: 0, error: facts('no-webrtc', 'x') },
    )
    expect([chart.state, chart.context]).toEqual([state, before])
  }
})

test('after failed, connect begins another generation with a peer connection of its own', async () => {
  const chart = await at('failed')
  chart.send({ type: 'connect' })
  await chart.done('select gateway')
  expect([chart.state, chart.context.generation, chart.run('peer connection').input]).toEqual([
    'connecting.negotiating',
    2,
    { generation: 2 },
  ])
})

test('an interrupted transport is suspect, and silently stable again', async () => {
  const chart = await at('connected.suspect')
  await chart.done('probe path', { alive: true })
  expect([chart.state, chart.heard()]).toEqual(['connected.stable', []])
})
