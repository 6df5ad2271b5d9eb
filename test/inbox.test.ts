import { expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import { Inbox } from '../src/adapters/inbox.js'

const opened = () => {
  const clock = new SimulatedClock()
  const seen: string[] = []
  const world = { listens: true, overflows: 0, onMessage: undefined as ((message: string) => void) | undefined }
  const inbox = new Inbox<string>(
    {
      now: () => clock.now(),
      setTimeout: (call, ms) => clock.setTimeout(call, ms),
      clearTimeout: (id) => clock.clearTimeout(id as number),
    },
    () => world.listens,
    (message) => {
      seen.push(message)
      world.onMessage?.(message)
    },
    () => (world.overflows += 1),
  )
  return { clock, inbox, seen, world }
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `${from + index}`)

test('a flood is handed on in slices, in order, and what comes meanwhile waits behind it', () => {
  const { clock, inbox, seen } = opened()
  for (const message of numbers(0, 600)) inbox.receive(message)
  const counts = [seen.length]
  for (const later of ['600', '601']) {
    clock.increment(0)
    inbox.receive(later)
    counts.push(seen.length)
  }
  clock.increment(0)
  expect([counts, seen, inbox.received]).toEqual([[256, 512, 602], numbers(0, 602), 602])
})

test('what comes before anybody listens is kept up to 256 KiB; the rest is counted, and told once', () => {
  const { inbox, seen, world } = opened()
  world.listens = false
  const long = 'x'.repeat(100_000)
  for (let index = 0; index < 4; index += 1) inbox.receive(long)
  world.listens = true
  inbox.handOut()
  expect([seen.length, inbox.received, inbox.dropped, world.overflows]).toEqual([2, 2, 2, 1])
})

test('a message that arrives while the kept ones are handed out comes after them', () => {
  const { inbox, seen, world } = opened()
  world.listens = false
  inbox.receive('1')
  inbox.receive('2')
  world.listens = true
  world.onMessage = (message) => {
    if (message === '1') inbox.receive('3')
  }
  inbox.handOut()
  expect(seen).toEqual(['1', '2', '3'])
})

test('a listener that goes away leaves the rest for the next one', () => {
  const { clock, inbox, seen, world } = opened()
  world.onMessage = (message) => {
    if (message === '1') world.listens = false
  }
  for (const message of ['1', '2', '3']) inbox.receive(message)
  clock.increment(0)
  const before = [...seen]
  world.listens = true
  inbox.handOut()
  expect([before, seen]).toEqual([['1'], ['1', '2', '3']])
})

test('after the end nothing is handed on, and no timer is left', () => {
  const { clock, inbox, seen } = opened()
  for (const message of numbers(0, 300)) inbox.receive(message)
  inbox.end()
  clock.increment(1_000)
  expect(seen.length).toBe(256)
})
