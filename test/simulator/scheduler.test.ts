import { describe, expect, test, vi } from 'vitest'
import { Lane } from '../../src/testing/scheduler/lane.js'
import { seeded } from '../../src/testing/scheduler/random.js'
import { NeverSettles, Scheduler } from '../../src/testing/scheduler/scheduler.js'

const inTurn = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await undefined
}

describe('a scheduler', () => {
  test('takes tasks in the order of their time, and at one time in the order in which they were planned', async () => {
    const scheduler = new Scheduler()
    const log: string[] = []
    for (const [ms, name] of [
      [30, 'c'],
      [10, 'a'],
      [30, 'd'],
      [20, 'b'],
    ] as const)
      scheduler.after(ms, name, () => log.push(`${name} at ${scheduler.now}`))
    await scheduler.pass(30)
    expect(log).toEqual(['a at 10', 'b at 20', 'c at 30', 'd at 30'])
  })

  test('keeps that order for a thousand tasks of any times', async () => {
    const scheduler = new Scheduler()
    const random = seeded(3)
    const times = Array.from({ length: 1_000 }, () => Math.floor(random() * 500))
    const seen: number[] = []
    for (const ms of times) scheduler.after(ms, 'x', () => seen.push(scheduler.now))
    await scheduler.pass(500)
    expect(seen).toEqual([...times].sort((a, b) => a - b))
  })

  test('ends a step when no promise is left that could go on, however long the chain', async () => {
    const scheduler = new Scheduler()
    const log: string[] = []
    scheduler.after(1, 'a', () => void inTurn(200).then(() => log.push('the end of the chain')))
    scheduler.after(1, 'b', () => log.push('the next task'))
    await scheduler.pass(1)
    expect(log).toEqual(['the end of the chain', 'the next task'])
  })

  test('goes from deadline to deadline: a chain of timers runs through in one pass', async () => {
    const scheduler = new Scheduler()
    const seen: number[] = []
    const again = (left: number): void => {
      seen.push(scheduler.now)
      if (left > 0) scheduler.after(100, 'chain', () => again(left - 1))
    }
    scheduler.after(100, 'chain', () => again(3))
    await scheduler.pass(1_000)
    expect([seen, scheduler.now]).toEqual([[100, 200, 300, 400], 1_000])
  })

  test('lets another choose among what is due; tasks of one source keep their order', async () => {
    const scheduler = new Scheduler({ choose: (ready) => ready.length - 1 })
    const log: string[] = []
    for (const name of ['a 1', 'b 1', 'a 2', 'b 2', 'c 1']) scheduler.after(5, name.slice(0, 1), () => log.push(name))
    await scheduler.pass(5)
    expect(log).toEqual(['c 1', 'b 1', 'b 2', 'a 1', 'a 2'])
  })

  test('a cancelled task never runs, and is no longer counted', async () => {
    const scheduler = new Scheduler()
    const run = vi.fn()
    const task = scheduler.after(5, 'a', run)
    expect(scheduler.waiting('a')).toBe(1)
    scheduler.cancel(task)
    await scheduler.pass(10)
    expect([scheduler.waiting(), run.mock.calls.length]).toEqual([0, 0])
  })

  test('waits for a promise in virtual time, and says when it can never settle', async () => {
    const scheduler = new Scheduler()
    const late = new Promise((resolve) => void scheduler.after(60_000, 'a', () => resolve('late')))
    expect(await scheduler.until(late)).toBe('late')
    await expect(scheduler.until(new Promise(() => {}))).rejects.toThrow(NeverSettles)
    await expect(scheduler.until(Promise.reject(new Error('its own')))).rejects.toThrow('its own')
  })

  test('refuses to take two steps at the same time', async () => {
    const scheduler = new Scheduler()
    let inner: Promise<unknown> = Promise.resolve()
    scheduler.after(1, 'a', () => {
      inner = scheduler.step().catch((error: Error) => error.message)
    })
    await scheduler.pass(1)
    expect(await inner).toMatch(/a step is under way/)
  })

  test('notices who goes round without time passing', async () => {
    const scheduler = new Scheduler()
    const again = (): void => void scheduler.soon('a', again)
    again()
    await expect(scheduler.pass(1)).rejects.toThrow(/goes round/)
  })

  test('an invariant that breaks ends the run at the step that broke it', async () => {
    const scheduler = new Scheduler({
      afterStep: ({ source }) => {
        if (source === 'b') throw new Error(`broken by ${source}`)
      },
    })
    for (const source of ['a', 'b', 'c']) scheduler.after(1, source, () => {})
    await expect(scheduler.pass(1)).rejects.toThrow('broken by b')
    expect(scheduler.waiting('c')).toBe(1)
  })
})

describe('a lane', () => {
  test('runs what became due while it was paused once it goes on, in its order and late', async () => {
    const scheduler = new Scheduler()
    const lane = new Lane(scheduler, 'page')
    const log: string[] = []
    for (const [ms, name] of [
      [10, 'a'],
      [20, 'b'],
      [200, 'c'],
    ] as const)
      lane.after(ms, 'timer', () => log.push(`${name} at ${scheduler.now}`))
    lane.pause()
    await scheduler.pass(100)
    expect(log).toEqual([])
    lane.resume()
    await scheduler.pass(200)
    expect(log).toEqual(['a at 100', 'b at 100', 'c at 200'])
  })

  test('one that is paused again before it could go on keeps what waits', async () => {
    const scheduler = new Scheduler()
    const lane = new Lane(scheduler, 'page')
    const log: string[] = []
    for (const name of ['a', 'b']) lane.after(10, 'timer', () => log.push(`${name} at ${scheduler.now}`))
    lane.pause()
    await scheduler.pass(20)
    lane.resume()
    lane.pause()
    await scheduler.pass(20)
    expect([log, lane.timers]).toEqual([[], 2])
    lane.resume()
    await scheduler.pass(20)
    expect([log, lane.timers, scheduler.waiting()]).toEqual([['a at 40', 'b at 40'], 0, 0])
  })

  test('what is cancelled while it waits does not run', async () => {
    const scheduler = new Scheduler()
    const lane = new Lane(scheduler, 'page')
    const run = vi.fn()
    const [paused, resumed] = [lane.clock.setTimeout(run, 10), lane.clock.setTimeout(run, 10)]
    lane.pause()
    await scheduler.pass(100)
    lane.clock.clearTimeout(paused)
    lane.resume()
    lane.clock.clearTimeout(resumed)
    await scheduler.pass(100)
    expect([run.mock.calls.length, lane.timers]).toEqual([0, 0])
  })

  test('of one that has ended nothing runs any more, and nothing new begins', async () => {
    const scheduler = new Scheduler()
    const lane = new Lane(scheduler, 'page')
    const run = vi.fn()
    lane.after(10, 'a', run)
    lane.end()
    lane.after(10, 'a', run)
    await scheduler.pass(100)
    expect([run.mock.calls.length, scheduler.waiting()]).toEqual([0, 0])
  })
})

test('a seed is a run: chance comes again, and is spread evenly', () => {
  const draw = (seed: number) => Array.from({ length: 10_000 }, seeded(seed))
  expect(draw(5)).toEqual(draw(5))
  expect(draw(5)).not.toEqual(draw(6))
  const mean = draw(5).reduce((sum, one) => sum + one) / 10_000
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.01)
})
