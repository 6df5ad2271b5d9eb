import { beforeEach, describe, expect, test } from 'vitest'
import { AccessNetwork } from '../../src/testing/network/access-network.js'
import { Internet } from '../../src/testing/network/internet.js'
import { seeded } from '../../src/testing/scheduler/random.js'
import { Scheduler } from '../../src/testing/scheduler/scheduler.js'
import type { Packet } from '../../src/testing/transport/packets.js'
import { PROFILES, SERVER } from '../../src/testing/transport/profile.js'
import { freshCredentials, Transport } from '../../src/testing/transport/transport.js'

/** A browser behind its access network, and a server in the open, told of one another. */
const pair = () => {
  const scheduler = new Scheduler()
  const random = seeded(7)
  const internet = new Internet<Packet>(scheduler, random)
  const network = new AccessNetwork(scheduler, '203.0.113.1')
  const log: string[] = []
  const say = (who: string, what: string) => log.push(`${Math.round(scheduler.now)} ${who} ${what}`)
  const heard: string[] = []
  const client = new Transport(
    { scheduler, random, profile: PROFILES.chromium, bind: () => internet.bind('192.168.0.2', network) },
    {
      onice: (state) => say('client', `ice ${state}`),
      ondtls: (state) => say('client', `dtls ${state}`),
      onsctp: (state) => say('client', `sctp ${state}`),
    },
  )
  const server = new Transport(
    { scheduler, random, profile: SERVER, firstCheckAfter: 40, bind: () => internet.bind('198.51.100.1') },
    { ondata: (_, content) => content.is === 'message' && heard.push(String(content.data)) },
  )
  const [mine, theirs] = [freshCredentials(random), freshCredentials(random)]
  client.ice.setLocal(mine)
  client.gather(mine)
  server.ice.controlling = false
  server.ice.setLocal(theirs)
  server.gather(theirs)
  const join = async () => {
    await scheduler.pass(5)
    server.ice.setRemote(mine)
    server.dtls.start('server', client.fingerprint)
    client.ice.setRemote(theirs)
    for (const candidate of server.candidates) client.ice.addRemote(candidate)
    client.dtls.start('client', server.fingerprint)
  }
  return { scheduler, network, client, server, log, heard, join, theirs }
}

describe('a transport', () => {
  let stage: ReturnType<typeof pair>
  const message = (data: string) => stage.client.sctp.send(1, { is: 'message', data })
  const connected = async () => {
    await stage.join()
    await stage.scheduler.pass(1_000)
    stage.log.length = 0
  }

  beforeEach(() => {
    stage = pair()
  })

  test('sends the very first message again when it is lost', async () => {
    await connected()
    stage.network.blackHole(200)
    message('lost')
    await stage.scheduler.pass(3_000)
    expect(stage.heard).toEqual(['lost'])
  })

  test('comes up in the order ICE, DTLS, SCTP', async () => {
    await stage.join()
    await stage.scheduler.pass(1_000)
    expect(stage.log).toEqual([
      '5 client ice checking',
      '25 client ice connected',
      '25 client dtls connecting',
      '115 client dtls connected',
      '115 client sctp connected',
    ])
  })

  test('comes up through loss', async () => {
    stage.network.loss(0.3)
    await stage.join()
    await stage.scheduler.pass(10_000)
    expect([stage.client.sctp.state, stage.server.sctp.state]).toEqual(['connected', 'connected'])
  })

  test('messages arrive once and in order through loss, duplicates and reordering', async () => {
    await connected()
    stage.network.set({ loss: 0.2, duplicate: 0.2, reorder: 0.3, jitter: 40 })
    const sent = Array.from({ length: 50 }, (_, n) => `message ${n}`)
    for (const text of sent) {
      message(text)
      await stage.scheduler.pass(20)
    }
    await stage.scheduler.pass(60_000)
    expect(stage.heard).toEqual(sent)
  })

  test('a hole of four seconds is no event', async () => {
    await connected()
    stage.network.blackHole(4_000)
    await stage.scheduler.pass(20_000)
    expect(stage.log).toEqual([])
  })

  test('a longer one is told as Chromium tells it, and heals by itself as long as somebody checks', async () => {
    await connected()
    stage.network.blackHole(17_000)
    await stage.scheduler.pass(30_000)
    const told = stage.log.map((line) => line.split(' ').slice(1).join(' '))
    const [disconnected, failed] = stage.log.map((line) => Number(line.split(' ')[0]) - 1_005)
    expect(told).toEqual([
      'client ice disconnected',
      'client ice failed',
      'client ice disconnected',
      'client ice connected',
    ])
    expect([disconnected! > 5_000 && disconnected! < 5_800, failed! > 15_000 && failed! < 15_800]).toEqual([true, true])
  })

  test('beyond that it stays failed until a candidate comes with a foundation that is new', async () => {
    await connected()
    stage.network.blackHole(25_000)
    await stage.scheduler.pass(40_000)
    const [candidate] = stage.server.candidates
    stage.client.ice.addRemote(candidate!)
    await stage.scheduler.pass(1_000)
    expect(stage.client.ice.state).toBe('failed')
    stage.client.ice.addRemote({ ...candidate!, foundation: 'another' })
    await stage.scheduler.pass(100)
    expect(stage.client.ice.state).toBe('connected')
  })

  test('what was queued during a hole waits for the time-out, and three small messages release it', async () => {
    await connected()
    stage.network.blackHole(8_000)
    await stage.scheduler.pass(100)
    message('queued')
    await stage.scheduler.pass(7_950)
    expect(stage.heard).toEqual([])
    for (const text of ['one', 'two', 'three']) {
      await stage.scheduler.pass(15)
      message(text)
    }
    await stage.scheduler.pass(60)
    expect(stage.heard).toEqual(['queued', 'one', 'two', 'three'])
  })

  test('the server follows another port of the client', async () => {
    await connected()
    stage.network.rebind()
    message('after')
    await stage.scheduler.pass(3_000)
    expect([stage.heard, stage.client.ice.state]).toEqual([['after'], 'connected'])
  })

  test('another certificate than the one that was announced is refused', async () => {
    await stage.scheduler.pass(5)
    const { client, server } = stage
    server.dtls.start('server', client.fingerprint)
    client.dtls.start('client', client.fingerprint)
    await stage.join()
    await stage.scheduler.pass(5_000)
    expect(client.dtls.state).toBe('failed')
  })

  test('who closes says so, and leaves no timer', async () => {
    await connected()
    stage.server.close()
    await stage.scheduler.pass(100)
    expect(stage.client.dtls.state).toBe('closed')
    stage.client.close()
    await stage.scheduler.pass(100)
    expect(stage.scheduler.waiting()).toBe(0)
  })
})
