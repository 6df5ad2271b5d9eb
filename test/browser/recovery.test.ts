import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { MediaStage } from '../scenarios/media-stage.js'
import { Person } from '../scenarios/person.js'
import { NOTHING } from '../support/ledger.js'
import { holds } from '../support/stage.js'
import { placeAt } from './place.js'

// Most of their time they wait, so all of them run at once.
vi.setConfig({ maxConcurrency: 8, testTimeout: 60_000 })

const url = inject('disturbedUrl')
const place = placeAt(url)

const passes = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const control = async (path: string, body?: object): Promise<unknown> => {
  const response = await fetch(`${url}/control${path}`, body && { method: 'POST', body: JSON.stringify(body) })
  expect(response.status).toBe(200)
  return response.json()
}

/** Two people who see each other; the faults are meant for alice, and come from outside the page. */
class Call {
  readonly stage = new MediaStage(place)
  readonly alice = new Person(this.stage, 'alice', 'bob', url)
  readonly bob = new Person(this.stage, 'bob', 'alice', url)

  get hers(): { room: string; peer: string } {
    return { room: this.stage.room, peer: 'alice' }
  }

  async begins(): Promise<void> {
    const { stage, alice, bob } = this
    const people = [alice, bob]
    await Promise.all(people.map(({ socket, peer }) => socket.connect(stage.connector(), stage.config(peer))))
    await this.seen()
    for (const { states, path } of people) [states, path].forEach((heard) => heard.splice(0))
  }

  async seen(): Promise<void> {
    await Promise.all([this.alice.sees(), this.bob.sees()])
  }

  /** Names of the gateway's sessions of alice, which has a relay for each. */
  async connIds(): Promise<string[]> {
    type Path = { room: string; peer: string; connId: string }
    const { udp } = (await control('')) as { udp: { paths: Path[] } }
    const { room, peer } = this.hers
    return udp.paths.filter((one) => one.room === room && one.peer === peer).map(({ connId }) => connId)
  }

  get generations(): number[] {
    return [this.alice, this.bob].map(({ socket }) => socket.getSnapshot().generation)
  }

  async ends(): Promise<void> {
    expect(await this.stage.dispose()).toEqual(NOTHING)
    const gone = async () => (await this.connIds()).length === 0
    for (let round = 0; !(await gone()); round += 1) {
      expect(round).toBeLessThan(200)
      await passes(10)
    }
  }
}

/** A call from its first pictures to its last trace. */
const inCall = async (play: (call: Call) => Promise<void>): Promise<void> => {
  const call = new Call()
  try {
    await call.begins()
    await play(call)
  } finally {
    await call.ends()
  }
}

/** Her page is told something: she looks at her path, and stays. */
const looksAndStays = (tell: () => unknown) =>
  inCall(async (call) => {
    const { alice } = call
    tell()
    await holds(() => alice.path.some(({ to }) => to === 'connected.stable'), 'the path was looked at')
    expect(alice.path.map(({ to }) => to)).toEqual(['connected.suspect', 'connected.stable'])
    alice.ask('after')
    expect(await alice.answers()).toEqual(['after'])
    await call.seen()
    expect([alice.heard, call.bob.heard, call.generations]).toEqual(['', '', [1, 1]])
  })

// One after the other, and before the others: what a page hears, all of its sockets hear.
describe('a page that hears of', () => {
  let visibility: DocumentVisibilityState

  beforeEach(() => {
    visibility = 'visible'
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
  })

  afterEach(() => {
    vi.restoreAllMocks()
  })

  const shown = (state: DocumentVisibilityState) => {
    visibility = state
    document.dispatchEvent(new Event('visibilitychange'))
  }

  test.each<[string, () => unknown]>([
    ['being hidden, and seen again', () => (['hidden', 'visible'] as const).forEach(shown)],
    [
      'its way out of the back/forward cache',
      () => {
        window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
        window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
      },
    ],
    ['going on after it was frozen', () => document.dispatchEvent(new Event('resume'))],
    ['the network', () => window.dispatchEvent(new Event('online'))],
  ])('%s', (_, tell) => looksAndStays(tell))
})

describe.concurrent('the same session goes on', () => {
  // Chromium says `disconnected` after 5 s, `failed` after 15 s, and stops looking for a way then.
  test.each([4, 20])('after a hole of %d s', (seconds) =>
    inCall(async (call) => {
      const { alice, bob } = call
      const connIds = await call.connIds()
      const transports = new Set<string>()
      for (const pc of call.stage.ledger.made)
        pc.addEventListener('connectionstatechange', () => transports.add(pc.connectionState))
      alice.ask('before')
      expect(await control('/udp', { ...call.hers, fault: 'drop' })).toEqual({ sessions: 1 })
      const cut = performance.now()
      alice.ask('unnoticed')
      await alice.becomes('disconnected')
      alice.ask('noticed')
      await passes(cut + seconds * 1_000 - performance.now())
      expect(transports.has('failed')).toBe(seconds > 15)
      await control('/udp', { ...call.hers, fault: 'pass' })
      await alice.becomes('connected')
      await call.seen()
      alice.ask('after')
      expect(await alice.answers()).toEqual(['before', 'unnoticed', 'noticed', 'after'])
      expect([alice.heard, bob.heard, call.generations]).toEqual(['disconnected connected', '', [1, 1]])
      expect([await call.connIds(), call.stage.ledger.made.length]).toEqual([connIds, 2])
      expect(await alice.accounted()).toMatchObject({ waiting: 0, delivered: 4, unconfirmed: 0, expired: 0 })
    }),
  )
})

describe.concurrent('another session for the same room and peer', () => {
  test('when the server dropped the session without a word', () =>
    inCall(async (call) => {
      const { alice, bob } = call
      const [connId] = await call.connIds()
      expect((await fetch(`${url}/webrtc/conn/${connId}`, { method: 'DELETE' })).status).toBe(200)
      alice.send('lost')
      await alice.becomes('reconnecting')
      alice.ask('during')
      await alice.becomes('connected')
      await call.seen()
      alice.ask('after')
      expect(await alice.answers()).toEqual(['during', 'after'])
      expect([alice.heard, bob.heard, call.generations]).toEqual(['reconnecting connected', '', [2, 1]])
      expect(await call.connIds()).not.toContain(connId)
      expect(await alice.accounted()).toMatchObject({ waiting: 0, delivered: 2, unconfirmed: 1, expired: 0 })
    }))

  test('when the far side closed the channel alone', () =>
    inCall(async (call) => {
      const { alice, bob } = call
      alice.ask('before')
      expect(await alice.answers()).toEqual(['before'])
      expect(await control('/channel', call.hers)).toEqual({ sessions: 1 })
      await alice.becomes('connected')
      await call.seen()
      alice.ask('after')
      expect(await alice.answers()).toEqual(['before', 'after'])
      expect([alice.heard, bob.heard, call.generations]).toEqual(['reconnecting connected', '', [2, 1]])
      expect(await call.connIds()).toHaveLength(1)
      expect(await alice.accounted()).toMatchObject({ waiting: 0, expired: 0, refused: 0 })
    }))
})
