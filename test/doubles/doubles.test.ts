import wrtc from '@roamhq/wrtc'
import { createActor, fromPromise } from 'xstate'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { answerTo, sectionsOf } from './sdp.js'
import { NOTHING, Stage } from './stage.js'

let stage: Stage

beforeEach(() => {
  stage = new Stage()
})

const doubles = () => new (stage.environment.RTCPeerConnection as typeof RTCPeerConnection)()
const libwebrtc = (): RTCPeerConnection => new wrtc.RTCPeerConnection()

describe.each([
  ['the double', doubles],
  ['libwebrtc', libwebrtc],
])('%s keeps the rules of webrtc-pc', (_, make) => {
  let peer: RTCPeerConnection

  beforeEach(() => {
    peer = make()
    peer.createDataChannel('data')
    peer.addTransceiver('audio', { direction: 'sendonly' })
    peer.addTransceiver('video', { direction: 'recvonly' })
  })

  afterEach(async () => {
    peer.close()
    expect(await stage.dispose()).toEqual(NOTHING)
  })

  const shown = (sdp = '') => sectionsOf(sdp).map(({ kind, direction }) => `${kind} ${direction}`)
  const mids = () => peer.getTransceivers().map(({ mid }) => mid)
  const begun = async () => {
    const offer = await peer.createOffer()
    await peer.setLocalDescription(offer)
    return offer
  }

  test('an offer has the transceivers in order, then the channel; later ones come behind it', async () => {
    const offer = await begun()
    expect(shown(offer.sdp).slice(0, 2)).toEqual(['audio sendonly', 'video recvonly'])
    expect(sectionsOf(offer.sdp ?? '').map(({ kind }) => kind)).toEqual(['audio', 'video', 'application'])
    await peer.setRemoteDescription({ type: 'answer', sdp: answerTo(offer.sdp ?? '') })
    peer.addTransceiver('video', { direction: 'recvonly' })
    const next = sectionsOf((await peer.createOffer()).sdp ?? '')
    expect(next.map(({ kind }) => kind)).toEqual(['audio', 'video', 'application', 'video'])
    expect(next.slice(0, 3).map(({ mid }) => mid)).toEqual(sectionsOf(offer.sdp ?? '').map(({ mid }) => mid))
  })

  test('a mid is there once it is set, gone after a rollback, and another then', async () => {
    expect(mids()).toEqual([null, null])
    const first = sectionsOf((await begun()).sdp ?? '').map(({ mid }) => mid)
    expect([mids(), peer.signalingState]).toEqual([first.slice(0, 2), 'have-local-offer'])
    await peer.setLocalDescription({ type: 'rollback' })
    expect([mids(), peer.signalingState]).toEqual([[null, null], 'stable'])
    const second = sectionsOf((await peer.createOffer()).sdp ?? '').map(({ mid }) => mid)
    expect(second.filter((mid) => first.includes(mid))).toEqual([])
  })

  test('mids may be chosen anew before they are set, and not after', async () => {
    const renamed = (sdp = '', from: string, to: string) =>
      sdp.replaceAll(`a=mid:${from}`, `a=mid:${to}`).replace(`BUNDLE ${from}`, `BUNDLE ${to}`)
    const sdp = renamed((await peer.createOffer()).sdp, '0', '7')
    await peer.setLocalDescription({ type: 'offer', sdp })
    await peer.setRemoteDescription({ type: 'answer', sdp: answerTo(sdp) })
    expect(mids()[0]).toBe('7')
    const other = renamed((await peer.createOffer()).sdp, '7', '8')
    await expect(peer.setLocalDescription({ type: 'offer', sdp: other })).rejects.toThrow()
  })

  test('what does not fit the signalling state is refused', async () => {
    const rollback = { type: 'rollback' as const }
    await expect(peer.setLocalDescription(rollback)).rejects.toThrow()
    const offer = await peer.createOffer()
    const answer = { type: 'answer' as const, sdp: answerTo(offer.sdp ?? '') }
    await expect(peer.setRemoteDescription(answer)).rejects.toThrow()
    await peer.setLocalDescription(offer)
    for (const sdp of [
      '',
      'v=1',
      answer.sdp.replaceAll('a=mid:', 'a=mid:x'),
      answer.sdp.replaceAll(/a=fing.*\r\n/g, ''),
    ])
      await expect(peer.setRemoteDescription({ ...answer, sdp })).rejects.toThrow()
    expect(peer.signalingState).toBe('have-local-offer')
    await peer.setRemoteDescription(answer)
    expect(peer.signalingState).toBe('stable')
  })

  test('after close nothing is taken any more', async () => {
    await begun()
    peer.close()
    expect([peer.signalingState, peer.connectionState]).toEqual(['closed', 'closed'])
    expect(() => peer.addTransceiver('audio')).toThrow()
    expect(() => peer.createDataChannel('x')).toThrow()
    await expect(peer.createOffer()).rejects.toThrow()
  })
})

describe('what escapes is caught', () => {
  test.each<[string, () => void]>([
    ['a rejection that nobody handles', () => void Promise.reject(new Error('x'))],
    [
      'an exception in a microtask',
      () =>
        queueMicrotask(() => {
          throw new Error('x')
        }),
    ],
    [
      'what XState throws from its own timer',
      () => createActor(fromPromise(() => Promise.reject(new Error('x')))).start(),
    ],
    [
      'an exception in a listener of a double',
      () => {
        const track = stage.track('audio')
        const thrower = () => {
          throw new Error('x')
        }
        track.addEventListener('ended', thrower)
        track.ends()
        track.removeEventListener('ended', thrower)
      },
    ],
  ])('%s', async (_, escape) => {
    escape()
    expect(await stage.dispose()).toEqual({ ...NOTHING, strays: [new Error('x')] })
  })
})

test('time passes from deadline to deadline, in the order in which they were set', async () => {
  const heard: string[] = []
  const { clock } = stage
  const set = (name: string, ms: number, then = () => {}) =>
    clock.setTimeout(() => {
      heard.push(`${name} at ${clock.now()}`)
      void Promise.resolve().then(then)
    }, ms)
  set('late', 20)
  set('first', 10, () => set('chained', 5))
  set('second', 10)
  clock.clearTimeout(set('never', 12))
  await clock.pass(14)
  expect([heard.splice(0), clock.timers, clock.now()]).toEqual([['first at 10', 'second at 10'], 2, 14])
  await clock.quiet()
  expect([heard, clock.timers, clock.now()]).toEqual([['chained at 15', 'late at 20'], 0, 20])
  expect(await stage.dispose()).toEqual(NOTHING)
})
