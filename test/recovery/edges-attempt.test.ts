import { afterEach, describe, expect, test } from 'vitest'
import { pause } from '../../src/adapters/world.js'
import { Bent } from './bent.js'

// Attempts of a recovery that fail in each of their steps: the next one brings it back.

let bent: Bent

afterEach(() => bent.call.end())

const FROM = 'connection reconnecting.rejoining'
const lives = async () => {
  const { alice, world } = bent
  expect([
    await world.holds(() => alice.socket.peerState === 'connected' && alice.generation > 1, 90_000),
    await bent.call.flows(5_000),
  ]).toEqual([true, true])
}
/** The server ends the session of Alice, who came first. */
const ends = () => bent.world.gateway.end(bent.world.gateway.sessions[0] ?? '')

/** A channel that never opens, as far as its listeners can tell. */
const deaf = (peer: RTCPeerConnection) => {
  const create = peer.createDataChannel.bind(peer)
  peer.createDataChannel = (label, init) => {
    const channel = create(label, init)
    Object.defineProperty(channel, 'readyState', { value: 'connecting' })
    const listen = channel.addEventListener.bind(channel)
    channel.addEventListener = (type: string, ...more: never) => {
      if (type !== 'open') listen(type, ...(more as [() => void]))
    }
    return channel
  }
}

/** An answer that is applied, and not said to be for a second. */
const slow = (peer: RTCPeerConnection) => {
  const apply = peer.setRemoteDescription.bind(peer)
  peer.setRemoteDescription = async (description) => {
    await apply(description)
    await pause(bent.world.scheduler.clock as never, 1_000, new AbortController().signal)
  }
}

/** Does this to the peer connection of that number. */
const bending = (which: number, bend: (peer: RTCPeerConnection) => void) => (made: Bent) => {
  bent = made
  made.onPeer = (peer, number) => {
    if (number === which) bend(peer)
  }
}

test('the first attempt, whose channel opens before its answer counts as applied', async () => {
  bent = await Bent.begin({}, bending(1, slow))
  expect(bent.missed('connection connecting.establishing: always [channel is open] -> connected')).toEqual([])
})

describe('an attempt', () => {
  test('whose channel does not open', async () => {
    bent = await Bent.begin({}, bending(2, deaf))
    ends()
    await lives()
    expect(
      bent.missed(`${FROM}.attempting.openingChannel: after "openChannel deadline" -> reconnecting.choosing`),
    ).toEqual([])
  })

  test('whose channel opens before its answer counts as applied', async () => {
    bent = await Bent.begin({}, bending(2, slow))
    ends()
    await lives()
    expect(bent.missed(`${FROM}.attempting.establishing: always [channel is open] -> connected`)).toEqual([])
  })

  test.each([
    ['transport fails', () => bent.becomes('failed'), 'peer.state [transport failed]'],
    ['channel is lost', () => bent.loses(), 'channel.lost [belongs to this generation]'],
  ])('whose %s', async (_, fails, edge) => {
    bent = await Bent.begin()
    ends()
    expect(await bent.comesTo(/attempting\.establishing/)).toBe(true)
    fails()
    await lives()
    expect(bent.missed(`${FROM}.attempting: ${edge} -> reconnecting.choosing`)).toEqual([])
  })

  test.each([
    ['fails', () => Promise.reject(new Error('no')), '"select gateway" failed'],
    ['does not come', () => new Promise<never>(() => {}), 'after "selectGateway deadline"'],
  ])('whose token %s', async (_, instead, edge) => {
    let asked = 0
    const token = () => {
      asked += 1
      return asked === 2 ? instead() : bent.world.gateway.token('room', 'alice')
    }
    await Bent.begin({ alice: { token } }, (made) => (bent = made))
    ends()
    await lives()
    expect(bent.missed(`${FROM}.attempting.selectingGateway: ${edge} -> reconnecting.choosing`)).toEqual([])
  })

  test('that the application does not want to wait for', async () => {
    let asked = 0
    const token = () => {
      asked += 1
      return asked === 2 ? Promise.reject(new Error('no')) : bent.world.gateway.token('room', 'alice')
    }
    await Bent.begin({ alice: { token } }, (made) => (bent = made))
    ends()
    expect(await bent.world.holds(() => asked === 2 && bent.alice.state.includes('waiting'), 60_000)).toBe(true)
    bent.alice.socket.retryNow()
    await lives()
    expect(bent.missed(`${FROM}.waiting: retry -> reconnecting.rejoining.attempting`)).toEqual([])
  })
})
