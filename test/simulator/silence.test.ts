import { expect, test } from 'vitest'
import { watchSilence } from '../../src/testing/gateway/silence.js'
import { Scheduler } from '../../src/testing/scheduler/scheduler.js'

test('a silence that is a hair short of its bound, by rounding, does not go round', async () => {
  const heard = (Math.PI * 55) / 7
  expect(heard + 1_000 - heard).toBeLessThan(1_000)
  const scheduler = new Scheduler()
  await scheduler.pass(heard)
  const told: string[] = []
  const end = watchSilence(
    scheduler,
    () => heard,
    [{ ms: 1_000, act: () => told.push('silent') }],
    () => told.push('over'),
  )
  await scheduler.pass(2_000)
  end()
  expect(told).toEqual(['silent'])
})
