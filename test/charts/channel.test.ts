import { expect, test } from 'vitest'
import type { AnyEventObject } from 'xstate'
import { facts } from '../../src/errors.js'
import { channelMachine } from '../../src/machines/channel.machine.js'
import { farewellMachine } from '../../src/machines/farewell.machine.js'
import { ChartHarness, DEADLINES } from '../support/chart-harness.js'

const generation = 1
const error = facts('channel-closed', 'the data channel closed', { phase: 'connected' })

const opened = () => {
  const chart = new ChartHarness(channelMachine)
  chart.send({ type: 'generation.opened', generation })
  chart.run('data channel').sendBack({ type: 'channel.open', generation })
  return chart
}

test('a channel opens: the gate is open before anybody is told', () => {
  const chart = opened()
  expect([chart.state, chart.running, chart.heard()]).toEqual([
    'present.open.flowing.confirmed',
    ['data channel', 'open gate'],
    [
      { type: 'channel.opening', generation },
      { type: 'channel.open', generation },
    ],
  ])
})

test('a lost channel shuts the gate, is told with the reason, and stays lost', () => {
  const chart = opened()
  chart.heard()
  chart.run('data channel').sendBack({ type: 'channel.lost', generation, error })
  chart.send({ type: 'channel.open', generation })
  expect([chart.state, chart.running, chart.heard()]).toEqual([
    'lost',
    [],
    [{ type: 'channel.lost', generation, error }],
  ])
})

test('a channel that never opens is lost after the deadline of the connect', () => {
  const chart = new ChartHarness(channelMachine)
  chart.send({ type: 'generation.opened', generation })
  chart.clock.increment(DEADLINES.connect)
  expect([chart.state, chart.heard().at(-1)]).toEqual([
    'lost',
    { type: 'channel.lost', generation, error: expect.objectContaining({ code: 'timeout', phase: 'idle' }) },
  ])
})

test('what is sent is confirmed once, a second later; what is sent meanwhile gets a turn of its own', async () => {
  const chart = opened()
  const states = [chart.state]
  const step = (event?: AnyEventObject) => {
    if (event) chart.run('data channel').sendBack(event)
    states.push(chart.state.replace('present.open.flowing.', ''))
  }
  step({ type: 'messages.sent' })
  chart.clock.increment(999)
  step({ type: 'messages.sent' })
  chart.clock.increment(1)
  step()
  await chart.done('confirm messages', true)
  step()
  chart.clock.increment(1_000)
  step()
  await chart.done('confirm messages', false)
  step()
  expect(states).toEqual([
    'present.open.flowing.confirmed',
    'unconfirmed',
    'unconfirmed',
    'confirming',
    'unconfirmed',
    'confirming',
    'confirmed',
  ])
})

test('a server that does not confirm in time is asked again', () => {
  const chart = opened()
  chart.run('data channel').sendBack({ type: 'messages.sent' })
  const asked = []
  for (const ms of [1_000, DEADLINES.request, 1_000]) {
    chart.clock.increment(ms)
    asked.push(chart.running.includes('confirm messages'))
  }
  expect([chart.state, asked]).toEqual(['present.open.flowing.confirming', [true, false, true]])
})

test('the next generation has a channel of its own, and the old one is not heard any more', () => {
  const chart = opened()
  chart.send({ type: 'generation.ended', generation }, { type: 'generation.opened', generation: 2 })
  chart.send({ type: 'channel.open', generation: 1 })
  expect([chart.state, chart.run('data channel').input]).toEqual(['present.opening', { generation: 2 }])
})

test('closed is absorbing', () => {
  const chart = opened()
  chart.send({ type: 'close' })
  chart.send({ type: 'generation.opened', generation: 2 }, { type: 'generation.ended', generation: 1 })
  expect([chart.state, chart.running]).toEqual(['closed', []])
})

test('a farewell waits for the server session, then deletes it', async () => {
  const chart = new ChartHarness(farewellMachine, { generation })
  expect(chart.running).toEqual(['await server session'])
  await chart.done('await server session')
  expect(chart.running).toEqual(['delete server session'])
  await chart.done('delete server session')
  expect([chart.state, chart.running]).toEqual(['done', []])
})

test('a farewell is over after 5 s, whatever it waits for', async () => {
  for (const steps of [[], ['await server session']]) {
    const chart = new ChartHarness(farewellMachine, { generation })
    for (const step of steps) await chart.done(step)
    chart.clock.increment(DEADLINES.farewell - 1)
    expect(chart.state).not.toBe('done')
    chart.clock.increment(1)
    expect([chart.state, chart.running]).toEqual(['done', []])
  }
})
