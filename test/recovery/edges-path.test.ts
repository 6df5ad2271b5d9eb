import { afterEach, describe, expect, test } from 'vitest'
import { LADDER } from '../../src/index.js'
import type { DeviceEnvironment } from '../../src/testing/index.js'
import { RestartingConnector } from '../support/restarting.js'
import { Bent } from './bent.js'

// Each takes edges that nothing else comes to: what a stack that keeps the rules, and answers, does not bring about.

let bent: Bent

afterEach(() => bent.call.end())

const never = () => new Promise<never>(() => {})
const refuses = async () => {
  throw new DOMException('no', 'OperationError')
}
const lives = () => bent.world.holds(() => bent.alice.socket.peerState === 'connected', 150_000)

describe('a stack whose statistics cannot be had', () => {
  test('hangs: probe and revival end by their deadlines, and the session is joined anew', async () => {
    bent = await Bent.begin()
    bent.peer.getStats = never
    bent.alice.device.network.blackHole(135_000)
    bent.alice.device.http.faults.set('all', { kind: 'hang' })
    expect(await bent.comesTo(/rejoining/, 130_000)).toBe(true)
    bent.alice.device.network.heal()
    bent.alice.device.http.faults.clear()
    expect([await lives(), await bent.call.flows(5_000)]).toEqual([true, true])
    expect(
      bent.missed(
        'connection connected.suspect: after "probe deadline" -> reconnecting',
        'connection reconnecting.reviving: after "revive deadline" -> reconnecting.choosing',
      ),
    ).toEqual([])
  })

  test('fails: so do probe and revival', async () => {
    bent = await Bent.begin()
    bent.peer.getStats = refuses
    bent.alice.device.network.blackHole(5_000)
    expect([await bent.comesTo(/rejoining/), await lives(), await bent.call.flows(5_000)]).toEqual([true, true, true])
    expect(
      bent.missed(
        'connection connected.suspect: "probe path" failed -> reconnecting',
        'connection reconnecting.reviving: "revive path" failed -> reconnecting.choosing',
      ),
    ).toEqual([])
  })
})

/** A connector whose restarts never end. */
const hanging = (environment: DeviceEnvironment) => {
  const connector = new RestartingConnector(environment.fetch, { environment })
  connector.restart = never
  return connector
}

const BEFORE = {
  stable: async () => {},
  suspect: async () => {
    bent.alice.device.network.blackHole(30_000)
    expect(await bent.comesTo(/suspect/)).toBe(true)
  },
  reviving: async () => {
    bent.alice.device.network.blackHole(30_000)
    expect(await bent.comesTo(/reviving/)).toBe(true)
  },
  resuming: async () => {
    bent.alice.device.network.blackHole(30_000)
    expect(await bent.comesTo(/resuming/)).toBe(true)
  },
}
const begin = (state: keyof typeof BEFORE) =>
  Bent.begin(
    state === 'resuming'
      ? { gateway: { restarts: true }, alice: { connector: hanging, ladder: LADDER.slice(1) } }
      : undefined,
  )
const heals = async () => {
  bent.alice.device.network.heal()
  expect([await lives(), await bent.call.flows(5_000), bent.alice.generation]).toEqual([true, true, 2])
}

describe.each([
  ['stable', 'connected.stable', 'reconnecting'],
  ['suspect', 'connected', 'reconnecting'],
  ['reviving', 'reconnecting.reviving', 'reconnecting.choosing'],
  ['resuming', 'reconnecting.resuming', 'reconnecting.choosing'],
] as const)('%s', (state, from, to) => {
  test('a peer connection that somebody closes is the end of the session', async () => {
    bent = await begin(state)
    await BEFORE[state]()
    bent.becomes('closed')
    await heals()
    expect(bent.missed(`connection ${from}: peer.state [transport is closed] -> ${to}`)).toEqual([])
  })

  const outer = state === 'stable' || state === 'suspect' ? 'connected' : from
  const own = `[belongs to this generation] -> ${to}`

  test('so is a channel that is lost', async () => {
    bent = await begin(state)
    await BEFORE[state]()
    bent.loses()
    await heals()
    expect(bent.missed(`connection ${outer}: channel.lost ${own}`)).toEqual([])
  })

  // A probe does not take so long, and a restart needs the descriptions.
  const rolls: [string, () => Promise<never>, string][] = [
    ['fails', refuses, 'negotiation rollingBack: "roll back" failed -> dormant'],
    ['hangs', never, 'negotiation rollingBack: after "apply deadline" -> dormant'],
  ]
  test.each(rolls.slice(0, state === 'stable' || state === 'reviving' ? 2 : 1))(
    'so is a round that fails, where its rollback %s',
    async (_, roll, edge) => {
      bent = await begin(state)
      const { peer } = bent
      let refuse = () => {}
      peer.setRemoteDescription = () => new Promise((_, reject) => (refuse = () => reject(new Error('no'))))
      const setLocal = peer.setLocalDescription.bind(peer)
      peer.setLocalDescription = (description?: RTCLocalSessionDescriptionInit) =>
        description?.type === 'rollback' ? roll() : setLocal(description)
      bent.alice.socket.createReceiverTrack('another', 'video')
      expect(
        await bent.world.holds(() => bent.alice.socket.getSnapshot().charts.negotiation === 'applying', 3_000),
      ).toBe(true)
      await BEFORE[state]()
      refuse()
      await bent.world.holds(() => bent.alice.state.includes('rejoining'), 8_000)
      await heals()
      expect(bent.missed(edge, `connection ${outer}: negotiation.failed ${own}`)).toEqual([])
    },
  )
})

test('a restart that never ends does so by its deadline', async () => {
  bent = await begin('resuming')
  bent.alice.device.network.blackHole(100_000)
  expect([await bent.comesTo(/resuming/), await bent.comesTo(/rejoining/, 95_000)]).toEqual([true, true])
  await heals()
  expect(bent.missed('connection reconnecting.resuming: after "revive deadline" -> reconnecting.choosing')).toEqual([])
})
