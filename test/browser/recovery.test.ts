import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { MediaGatewayConnector } from '../../src/index.js'
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
    const environment = { ...stage.ledger.environment, fetch: ((...args) => this.fetch(...args)) as typeof fetch }
    const hers = new MediaGatewayConnector(undefined, { environment })
    const token = () => place.token(this.admits(), 'alice')
    await Promise.all([
      alice.socket.connect(hers, stage.config('alice', { token })),
      bob.socket.connect(stage.connector(), stage.config('bob')),
    ])
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

  /** How alice reaches the gateway by HTTP; replaced, her requests fail. */
  fetch: typeof globalThis.fetch = (...args) => fetch(...args)
  /** Whom her token admits. */
  admits = () => this.stage.room

  /** The fault of her path; returns for how many sessions it was set. */
  disturbed(fault: object): Promise<unknown> {
    return control('/udp', { ...this.hers, ...fault })
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
    [
      'going on after it was frozen',
      () => ['freeze', 'resume'].forEach((type) => document.dispatchEvent(new Event(type))),
    ],
    ['a network that was gone', () => ['offline', 'online'].forEach((type) => window.dispatchEvent(new Event(type)))],
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

/** Disturbs the path of alice; afterwards she has the same session, and nothing is lost. */
const keepsItsSession = (heard: string[], disturb: (call: Call) => Promise<unknown>) =>
  inCall(async (call) => {
    const { alice, bob } = call
    const connIds = await call.connIds()
    alice.ask('before')
    const over = disturb(call)
    alice.ask('during')
    await over
    await call.seen()
    alice.ask('after')
    expect(await alice.answers()).toEqual(['before', 'during', 'after'])
    expect(heard).toContain(alice.heard)
    expect([bob.heard, await call.connIds(), call.generations]).toEqual(['', connIds, [1, 1]])
    expect(await alice.accounted()).toMatchObject({ waiting: 0, delivered: 3, unconfirmed: 0, expired: 0 })
  })

const UNNOTICED = ''
const REVIVED = 'disconnected connected'

/** For so long her path is like this. */
const forSo =
  (ms: number, fault: object) =>
  async (call: Call): Promise<void> => {
    expect(await call.disturbed(fault)).toEqual({ sessions: 1 })
    await passes(ms)
    await call.disturbed({ fault: 'pass' })
  }

describe.concurrent('the same session, and nothing is lost', () => {
  test.each<[string, string[], (call: Call) => Promise<unknown>]>([
    ['a hole of 1 s, which nobody notices', [UNNOTICED], forSo(1_000, { fault: 'drop' })],
    ['a hole of 12 s', [REVIVED], forSo(12_000, { fault: 'drop' })],
    ['nothing reaches the gateway for 4 s', [UNNOTICED, REVIVED], forSo(4_000, { toGateway: 'drop' })],
    ['nothing reaches the client for 4 s', [REVIVED], forSo(4_000, { toClient: 'drop' })],
    ['a loss of 20 % for 6 s', [UNNOTICED], forSo(6_000, { fault: { loss: 0.2, seed: 7 } })],
    [
      'the address translation forgets its client',
      [UNNOTICED, REVIVED],
      (call) => call.disturbed({ action: 'rebind' }),
    ],
    [
      'HTTP is down for 5 s, and media lives',
      [UNNOTICED],
      async (call) => {
        call.fetch = () => Promise.reject(new TypeError('down'))
        await passes(5_000)
      },
    ],
    [
      'a hole of 6 s, and HTTP hangs',
      [REVIVED],
      async (call) => {
        call.fetch = (_, { signal } = {}) =>
          new Promise((__, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
        await forSo(6_000, { fault: 'drop' })(call)
        call.fetch = (...args) => fetch(...args)
      },
    ],
  ])('%s', (_, heard, disturb) => keepsItsSession(heard, disturb))
})

describe.concurrent('the end', () => {
  test('a token that is no longer taken at a rejoin: failed, with what was tried', () =>
    inCall(async (call) => {
      const { alice } = call
      call.admits = () => 'another room'
      const [connId] = await call.connIds()
      expect((await fetch(`${url}/webrtc/conn/${connId}`, { method: 'DELETE' })).status).toBe(200)
      await alice.becomes('failed')
      expect(alice.socket.getSnapshot().lastError).toMatchObject({
        code: 'token-refused',
        tried: [{ rung: 'rejoin', code: 'token-refused' }],
      })
    }))

  test.each([
    ['suspect', 'connected.suspect'],
    ['being revived', 'reconnecting.reviving'],
    ['between two attempts', 'reconnecting.rejoining'],
  ])('close() of a session that is %s leaves nothing', (_, state) =>
    inCall(async (call) => {
      const { alice } = call
      const at = () => alice.socket.getSnapshot().charts.connection.startsWith(state)
      await call.disturbed({ fault: 'drop' })
      if (state.includes('rejoining')) {
        const [connId] = await call.connIds()
        await fetch(`${url}/webrtc/conn/${connId}`, { method: 'DELETE' })
      }
      await holds(at, state)
      alice.socket.close()
      expect(alice.states.at(-1)).toBe('closed')
      await call.disturbed({ fault: 'pass' })
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
