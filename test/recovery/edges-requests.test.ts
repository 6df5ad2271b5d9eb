import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Bent, type Fate } from './bent.js'

// A server that refuses or does not answer what it usually does, and tracks that end on a path that dies.

let bent: Bent

beforeEach(async () => {
  bent = await Bent.begin()
  await bent.world.pass(1_500)
})
afterEach(() => bent.call.end())

/** From now on the server does so with such a request. */
const does = (fate: Fate, request: string) => {
  bent.fate = (asked) => (asked === request ? fate : undefined)
}
const camera = () => {
  const [sender] = bent.alice.socket.senders
  if (!sender) throw new Error('no camera')
  return sender
}
const stands = (what: () => string, state: RegExp, ms = 10_000) => bent.world.holds(() => state.test(what()), ms)
const viewIs = (state: RegExp, ms?: number) => stands(() => bent.alice.view.state, state, ms)
const cameraIs = (state: RegExp, ms?: number) => stands(() => camera().state, state, ms)
const OWN = { peer: 'alice', stream: 'camera', meta: null }
const told = (how: 'added' | 'removed') => bent.hears({ type: 'event', event: `stream_${how}`, data: OWN })
const stall = () => bent.world.gateway.stall(bent.world.gateway.sessions[0] ?? '')

const SERVER = 'sender live.server'
const SUBSCRIPTION = 'receiver live.subscription'

describe('a sender', () => {
  const shown = () => cameraIs(/shown/)
  const vanishes = async () => {
    expect(await shown()).toBe(true)
    told('removed')
    expect(await cameraIs(/vanished/)).toBe(true)
  }

  test('whose toggle is refused', async () => {
    does('refused', 'sender.toggle')
    camera().replaceStream(null)
    expect(await cameraIs(/absent\+server\.informed/)).toBe(true)
    expect(bent.missed(`${SERVER}.telling: "server request" failed -> live.server.informed`)).toEqual([])
  })

  test('that vanished, and loses its source before it is announced again', async () => {
    await vanishes()
    camera().replaceStream(null)
    expect(await cameraIs(/absent\+server\.informed/)).toBe(true)
    expect(bent.missed(`${SERVER}.vanished: always [the server must be told] -> live.server.telling`)).toEqual([])
  })

  test('that vanished while the path is dead', async () => {
    bent.alice.device.network.blackHole(8_000)
    expect(await bent.comesTo(/reviving/)).toBe(true)
    told('removed')
    await bent.world.pass(3_000)
    const waits = camera().state
    expect([waits, await cameraIs(/silencing/), await shown()]).toEqual([expect.stringMatching(/vanished/), true, true])
    expect(bent.missed(`${SERVER}.vanished: after "back by itself" -> live.server.vanished`)).toEqual([])
  })

  test.each([
    ['refused', '"server request" failed'],
    ['unanswered', 'after "request deadline"'],
  ] as const)('that vanished, and whose silencing is %s, is announced again', async (fate, edge) => {
    await vanishes()
    does(fate, 'sender.toggle')
    expect(await cameraIs(/silencing/)).toBe(true)
    await cameraIs(/telling/)
    bent.fate = () => undefined
    expect(await cameraIs(/flowing/)).toBe(true)
    expect(bent.missed(`${SERVER}.silencing: ${edge} -> live.server.informed`)).toEqual([])
  })

  test('that vanished, and is silenced when the path dies', async () => {
    await vanishes()
    does('unanswered', 'sender.toggle')
    expect(await cameraIs(/silencing/)).toBe(true)
    bent.alice.device.network.blackHole(6_000)
    expect(await cameraIs(/informed/)).toBe(true)
    bent.fate = () => undefined
    expect([await cameraIs(/flowing.*informed/), await bent.call.flows()]).toEqual([true, true])
    expect(bent.missed(`${SERVER}.silencing: channel.held -> live.server.informed`)).toEqual([])
  })
})

describe('a receiver', () => {
  const attached = () => viewIs(/attached/)

  test('whose limit is refused', async () => {
    does('refused', 'receiver.limit')
    bent.alice.view.limit({ maxSpatial: 0 })
    expect(await attached()).toBe(true)
    expect(bent.missed(`${SUBSCRIPTION}.limiting: "server request" failed -> live.subscription.attached`)).toEqual([])
  })

  test('that is limited twice at once', async () => {
    bent.alice.view.limit({ maxSpatial: 0 })
    bent.alice.view.limit({ maxSpatial: 1 })
    expect(await attached()).toBe(true)
    expect(bent.missed(`${SUBSCRIPTION}.limiting: receiver.limit -> live.subscription.limiting`)).toEqual([])
  })

  test('whose end is refused', async () => {
    does('refused', 'receiver.disconnect')
    bent.alice.view.detach()
    expect(await viewIs(/detached/)).toBe(true)
    expect(bent.missed(`${SUBSCRIPTION}.detaching: "server request" failed -> live.subscription.detached`)).toEqual([])
  })

  test('that is not wanted any more when it stalls', async () => {
    stall()
    expect(await viewIs(/stalled/)).toBe(true)
    bent.alice.view.detach()
    expect(await viewIs(/none.*detached/)).toBe(true)
    expect(bent.missed('receiver live.media.stalled: receiver.detach -> live.media.none')).toEqual([])
  })

  test.each([
    ['refused', '"server request" failed -> live.subscription.detached', true],
    ['unanswered', 'after "request deadline" -> live.subscription.detached', true],
    ['unanswered', 'receiver.detach -> live.subscription.detaching', false],
  ] as const)('that stalls, and whose renewal is %s: %s', async (fate, edge, wanted) => {
    does(fate, 'receiver.disconnect')
    stall()
    expect(await viewIs(/renewing/)).toBe(true)
    if (!wanted) bent.alice.view.detach()
    expect(await viewIs(wanted ? /attached/ : /detached/, 12_000)).toBe(true)
    expect(bent.missed(`${SUBSCRIPTION}.renewing: ${edge}`)).toEqual([])
  })

  test('whose track is muted, and not any more', async () => {
    expect(await viewIs(/flowing/)).toBe(true)
    const track = bent.alice.view.getTrack() as MediaStreamTrack
    track.dispatchEvent(new Event('unmute'))
    Object.defineProperty(track, 'muted', { value: true, configurable: true })
    track.dispatchEvent(new Event('mute'))
    expect(await viewIs(/none/)).toBe(true)
    Object.defineProperty(track, 'muted', { value: false, configurable: true })
    track.dispatchEvent(new Event('unmute'))
    expect(await viewIs(/flowing/)).toBe(true)
    expect(
      bent.missed(
        'receiver live.media.flowing: remote.track [media flows]',
        'receiver live.media.flowing: remote.track -> live.media.none',
      ),
    ).toEqual([])
  })
})

test('tracks that end on a dead path are over when the channel is lost', async () => {
  bent.alice.device.network.blackHole(4_000)
  expect(await bent.comesTo(/reviving/)).toBe(true)
  camera().stop()
  bent.alice.view.stop()
  bent.loses()
  expect(await bent.world.holds(() => bent.alice.generation === 2 && bent.alice.states.at(-1) === 'connected')).toBe(
    true,
  )
  expect(
    bent.missed(
      'sender stopping.held: channel.lost -> stopping.done',
      'receiver stopping.held: channel.lost -> stopping.done',
    ),
  ).toEqual([])
})
