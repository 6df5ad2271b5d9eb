import { expect, test } from 'vitest'
import { facts } from '../../src/errors.js'
import { connectionMachine } from '../../src/machines/connection.machine.js'
import { LADDER, type Rung } from '../../src/recovery/ladder.js'
import { ChartHarness } from '../support/chart-harness.js'

const connected = async (ladder: readonly Rung[] = LADDER) => {
  const chart = new ChartHarness(connectionMachine, { ladder })
  chart.send({ type: 'connect' })
  await chart.done('select gateway')
  chart.send({ type: 'negotiation.done', generation: 1, lines: 1 }, { type: 'channel.open', generation: 1 })
  expect(chart.state).toBe('connected.stable')
  chart.heard()
  return chart
}

const dies = async (chart: ChartHarness, report: object = {}, generation = 1) => {
  chart.send({ type: 'path.silent', generation })
  await chart.done('probe path', { alive: false, ...report })
}

/** The attempt of this generation fails before it has a peer connection. */
const attemptFails = async (chart: ChartHarness, code: 'no-gateway' | 'token-refused' = 'no-gateway') => {
  chart.run('back off').sendBack({ type: 'attempt.due' })
  await chart.failed('select gateway', facts(code, 'no'))
}

test('a silent path is probed without a word, and stable again when anything came in', async () => {
  const chart = await connected()
  chart.send({ type: 'path.silent', generation: 1 })
  expect([chart.state, chart.run('probe path').input]).toEqual(['connected.suspect', { generation: 1, rounds: 5 }])
  await chart.done('probe path', { alive: true })
  expect([chart.state, chart.heard()]).toEqual(['connected.stable', []])
})

test('who was wrong is more patient, up to a bound, until it was stable for long', async () => {
  const chart = await connected()
  const rounds: unknown[] = []
  for (let time = 0; time < 6; time += 1) {
    chart.send({ type: 'path.silent', generation: 1 })
    rounds.push((chart.run('probe path').input as { rounds: number }).rounds)
    await chart.done('probe path', { alive: true })
  }
  chart.clock.increment(10_000)
  chart.send({ type: 'path.silent', generation: 1 })
  expect([rounds, chart.run('probe path').input]).toEqual([[5, 8, 11, 14, 16, 16], { generation: 1, rounds: 5 }])
})

test('a dead path is revived first: it is told, held, and back', async () => {
  const chart = await connected()
  await dies(chart, { session: 'held' })
  expect([chart.state, chart.heard(), chart.run('revive path').input]).toEqual([
    'reconnecting.reviving',
    [
      { type: 'connection.changed', generation: 1, state: 'disconnected' },
      { type: 'path.held', generation: 1 },
    ],
    { generation: 1, silenceMs: 50_000 },
  ])
  await chart.done('revive path', { alive: true })
  expect([chart.state, chart.heard()]).toEqual([
    'connected.stable',
    [
      { type: 'path.back', generation: 1 },
      { type: 'connection.changed', generation: 1, state: 'connected' },
    ],
  ])
})

test.each([
  ['gone', 'none'],
  ['broken', 'quick'],
] as const)('a session that is %s is joined anew at once; its farewell is %s', async (session, farewell) => {
  const chart = await connected()
  await dies(chart, { session })
  expect([chart.state, chart.heard()]).toEqual([
    'reconnecting.rejoining.parting',
    [
      { type: 'connection.changed', generation: 1, state: 'reconnecting' },
      { type: 'generation.ended', generation: 1, farewell },
    ],
  ])
  chart.send({ type: 'farewell.over', generation: 1 })
  expect([chart.state, chart.run('back off').input]).toEqual([
    'reconnecting.rejoining.waiting',
    { attempt: 0, backOff: { firstMs: 250, mostMs: 8_000 } },
  ])
  chart.run('back off').sendBack({ type: 'attempt.due' })
  expect([chart.state, chart.run('select gateway').input]).toEqual([
    'reconnecting.rejoining.attempting.selectingGateway',
    { generation: 2, gateway: 'same' },
  ])
})

test('a stack that does not check again is not asked twice', async () => {
  const chart = await connected()
  await dies(chart)
  await chart.done('revive path', { alive: false, revivable: false })
  expect(chart.state).toBe('reconnecting.rejoining.parting')
  expect(chart.context).toMatchObject({ revivable: false, session: 'held' })
})

test('rung after rung, each as often as it may, and then it is given up with what was tried', async () => {
  const ladder = LADDER.map((rung) => ({ ...rung, tries: rung.name === 'rejoin' ? 2 : 1 }))
  const chart = await connected(ladder)
  await dies(chart)
  await chart.done('revive path', { alive: false, session: 'doubtful' })
  const gateways: unknown[] = []
  for (const generation of [1, 2, 3]) {
    chart.send({ type: 'farewell.over', generation })
    chart.run('back off').sendBack({ type: 'attempt.due' })
    gateways.push((chart.run('select gateway').input as { gateway: string }).gateway)
    await chart.failed('select gateway', facts('no-gateway', 'none'))
  }
  expect([chart.state, gateways, chart.running]).toEqual(['failed', ['same', 'same', 'next'], []])
  expect(chart.context.error).toMatchObject({
    code: 'no-gateway',
    tried: [
      { rung: 'revive', code: 'transport-failed' },
      { rung: 'rejoin', code: 'no-gateway' },
      { rung: 'rejoin', code: 'no-gateway' },
      { rung: 'next gateway', code: 'no-gateway' },
    ],
  })
})

test('what cannot be mended by another try ends it at once', async () => {
  const chart = await connected()
  await dies(chart, { session: 'gone' })
  chart.send({ type: 'farewell.over', generation: 1 })
  await attemptFails(chart, 'token-refused')
  expect([chart.state, chart.context.error]).toMatchObject(['failed', { code: 'token-refused', fatal: true }])
})

test.each(['retry', 'page.woke'])('%s ends a wait', async (type) => {
  const chart = await connected()
  await dies(chart, { session: 'gone' })
  chart.send({ type: 'farewell.over', generation: 1 }, { type })
  expect(chart.state).toBe('reconnecting.rejoining.attempting.selectingGateway')
})

test('the deadline of a recovery ends it wherever it is', async () => {
  const chart = await connected()
  await dies(chart)
  chart.run('count awake time').sendBack({ type: 'recovery.late' })
  expect([chart.state, chart.running, chart.context.error]).toMatchObject([
    'failed',
    [],
    { code: 'timeout', tried: [] },
  ])
})

test('a farewell that never ends is not waited for', async () => {
  const chart = await connected()
  await dies(chart, { session: 'broken' })
  chart.clock.increment(1_999)
  expect(chart.state).toBe('reconnecting.rejoining.parting')
  chart.clock.increment(1)
  expect(chart.state).toBe('reconnecting.rejoining.waiting')
})

test('budgets come back only after ten seconds of peace', async () => {
  const chart = await connected(LADDER.map((rung) => ({ ...rung, tries: 1 })))
  await dies(chart)
  await chart.done('revive path', { alive: true })
  chart.clock.increment(9_999)
  await dies(chart)
  expect(chart.state).toBe('reconnecting.rejoining.parting')

  const rested = await connected(LADDER.map((rung) => ({ ...rung, tries: 1 })))
  await dies(rested)
  await rested.done('revive path', { alive: true })
  rested.clock.increment(10_000)
  await dies(rested)
  expect(rested.state).toBe('reconnecting.reviving')
})

test('a rung that brought it back for a moment counts as tried', async () => {
  const chart = await connected(LADDER.map((rung) => ({ ...rung, tries: 1 })))
  await dies(chart)
  await chart.done('revive path', { alive: true })
  chart.clock.increment(5_000)
  await dies(chart)
  expect(chart.context.tried).toEqual([{ rung: 'revive', code: 'transport-failed' }])
  const rested = await connected()
  await dies(rested)
  await rested.done('revive path', { alive: true })
  rested.clock.increment(10_000)
  await dies(rested)
  expect(rested.context.tried).toEqual([])
})

test('without a ladder a dead path is the end', async () => {
  const chart = await connected([])
  await dies(chart)
  expect([chart.state, chart.heard().map(({ type, state }) => state ?? type)]).toEqual([
    'failed',
    ['generation.ended', 'failed'],
  ])
})
