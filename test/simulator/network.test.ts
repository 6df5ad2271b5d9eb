import { describe, expect, test } from 'vitest'
import { AccessNetwork } from '../../src/testing/network/access-network.js'
import { arrivals, CALM, type Conditions } from '../../src/testing/network/conditions.js'
import { Internet } from '../../src/testing/network/internet.js'
import { seeded } from '../../src/testing/scheduler/random.js'
import { Scheduler } from '../../src/testing/scheduler/scheduler.js'

const drawn = (conditions: Partial<Conditions>, times = 2_000) => {
  const random = seeded(1)
  return Array.from({ length: times }, () => arrivals({ ...CALM, ...conditions }, random))
}

describe('conditions of a way', () => {
  test.each([
    ['calm', {}, 1, [10, 10]],
    ['latency', { latency: 70 }, 1, [70, 70]],
    ['jitter', { jitter: 40 }, 1, [10, 50]],
    ['loss', { loss: 0.25 }, 0.75, [10, 10]],
    ['duplicate', { duplicate: 0.5 }, 1.5, [10, 10]],
    ['reorder', { reorder: 0.5, reorderBy: 25 }, 1, [10, 35]],
    ['black', { black: true }, 0, undefined],
  ] as const)('%s', (_, conditions, copies, bounds) => {
    const all = drawn(conditions)
    const times = all.flat()
    expect(Math.abs(times.length / all.length - copies)).toBeLessThan(0.05)
    if (bounds) expect(times.every((ms) => ms >= bounds[0] && ms <= bounds[1])).toBe(true)
  })
})

const stage = () => {
  const scheduler = new Scheduler()
  const internet = new Internet<string>(scheduler, seeded(1))
  const network = new AccessNetwork(scheduler, '203.0.113.1')
  const device = internet.bind('192.168.0.2', network)
  const server = internet.bind('198.51.100.1')
  const heard: string[] = []
  server.hear = (text, from) => {
    heard.push(`${text} from ${from.address}:${from.port} at ${scheduler.now}`)
    server.send(from, `answer to ${text}`)
  }
  device.hear = (text) => heard.push(`${text} at ${scheduler.now}`)
  const { port } = device.local
  const say = (text: string) => device.send(server.local, text)
  return { scheduler, network, heard, port, say, device, internet }
}

describe('an access network', () => {
  test('carries both ways, seen from outside by its own address', async () => {
    const { scheduler, heard, port, say } = stage()
    say('one')
    await scheduler.pass(100)
    expect(heard).toEqual([`one from 203.0.113.1:${port} at 10`, 'answer to one at 20'])
  })

  test('a hole in one direction lets the other through, and ends by itself', async () => {
    const { scheduler, network, heard, port, say } = stage()
    network.blackHole(1_000, 'down')
    say('one')
    await scheduler.pass(1_000)
    say('two')
    await scheduler.pass(100)
    expect(heard).toEqual([
      `one from 203.0.113.1:${port} at 10`,
      `two from 203.0.113.1:${port} at 1010`,
      'answer to two at 1020',
    ])
  })

  test('the end of an old hole does not end a new one, and healing ends every one', async () => {
    const { scheduler, network, heard, port, say } = stage()
    network.blackHole(100)
    await scheduler.pass(50)
    network.blackHole(1_000)
    await scheduler.pass(100)
    say('lost')
    await scheduler.pass(100)
    expect(heard).toEqual([])
    network.heal()
    say('heard')
    await scheduler.pass(2_000)
    expect(heard).toEqual([`heard from 203.0.113.1:${port} at 260`, 'answer to heard at 270'])
  })

  test('after rebinding the old port leads nowhere, for what is under way too', async () => {
    const { scheduler, network, heard, port, say } = stage()
    say('before')
    await scheduler.pass(15)
    network.rebind()
    await scheduler.pass(100)
    say('after')
    await scheduler.pass(100)
    expect(heard).toEqual([
      `before from 203.0.113.1:${port} at 10`,
      `after from 203.0.113.1:${port + 1_000} at 125`,
      'answer to after at 135',
    ])
  })

  test('a closed socket hears nothing', async () => {
    const { scheduler, heard, say, device, internet } = stage()
    say('one')
    device.close()
    await scheduler.pass(100)
    expect([heard.length, internet.open]).toEqual([1, 1])
  })
})
