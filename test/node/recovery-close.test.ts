import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startGateway, type Gateway } from '../../gateway/src/index.js'
import { holds } from '../support/stage.js'
import { inCall, passes, REVIVED } from './recovery-call.js'

// Most of their time they wait, so several run at once; not all, or a call that is well looks dead on a busy machine.
vi.setConfig({ maxConcurrency: 5, testTimeout: 60_000 })

const OPTIONS = { relay: true, devExtensions: true }
let gateway: Gateway

beforeAll(async () => {
  gateway = await startGateway(OPTIONS)
})

afterAll(() => gateway.close())

/** Every state of a recovery, as the path of the connection chart has them, and what leads there. */
const PHASES = [
  ['connected.suspect', 'hole'],
  ['reconnecting.reviving', 'hole'],
  ['reconnecting.rejoining.parting', 'dropped'],
  ['reconnecting.rejoining.waiting', 'dropped'],
  ['reconnecting.rejoining.attempting.selectingGateway', 'dropped'],
  ['reconnecting.rejoining.attempting.negotiating', 'dropped'],
  ['reconnecting.rejoining.attempting.establishing.direct', 'dropped'],
  ['reconnecting.rejoining.attempting.openingChannel', 'dropped'],
] as const

describe.concurrent('close in each phase of a recovery', () => {
  test.each(PHASES)('%s', (phase, fault) =>
    inCall(gateway, async (call) => {
      const { alice, bob } = call
      alice.socket.on('transition', ({ chart, to }) => {
        if (chart === 'connection' && to === phase) alice.socket.close()
      })
      if (fault === 'hole') gateway.faults.udp.set('drop', call.hers)
      else await call.dropped()
      alice.ask('in vain')
      await alice.becomes('closed')
      expect(await alice.answers()).toEqual([false])
      // A busy gateway may say too late that it has dropped her: then the path is given up before it is joined anew.
      const before = phase.includes('rejoining')
        ? /^(disconnected )?reconnecting closed$/
        : phase.includes('reviving')
          ? /^disconnected closed$/
          : /^closed$/
      expect([alice.heard, bob.heard]).toEqual([expect.stringMatching(before), ''])
      const { sent, unconfirmed, expired, waiting, delivered } = alice.socket.messages
      expect([sent - unconfirmed, waiting, delivered, unconfirmed + expired]).toEqual([0, 0, 0, 1])
      expect(alice.path.at(-1)?.to).toBe('closed')
      await holds(() => call.connId === undefined, 'her session has ended')
    }),
  )
})

describe.concurrent('two faults at once', () => {
  test('a hole, and HTTP fails: the session is still the same', async () => {
    const own = await startGateway(OPTIONS)
    try {
      await inCall(own, async (call) => {
        const { alice, bob, connId } = call
        own.faults.http.set('all', { kind: 'hang' })
        alice.ask('before')
        await call.disturbed('drop', 6_000)
        alice.ask('after')
        await call.seen()
        expect(await alice.answers()).toEqual(['before', 'after'])
        expect([alice.heard, bob.heard, call.connId]).toEqual([REVIVED, '', connId])
        expect(await alice.accounted()).toMatchObject({ delivered: 2, unconfirmed: 0 })
        own.faults.clear()
      })
    } finally {
      await own.close()
    }
  })

  test('a hole, and another address behind it, over a path that loses 10 %', () =>
    inCall(gateway, async (call) => {
      const { alice, bob, connId, hers } = call
      const { udp } = gateway.faults
      udp.set('drop', hers)
      alice.ask('before')
      await alice.becomes('disconnected')
      await udp.rebind(hers)
      alice.ask('during')
      udp.set({ loss: 0.1, seed: 3 }, hers)
      await alice.becomes('connected')
      await call.seen()
      expect(await alice.answers()).toEqual(['before', 'during'])
      expect([alice.heard, bob.heard, call.connId]).toEqual([REVIVED, '', connId])
      udp.clear(hers)
      expect(await alice.accounted()).toMatchObject({ delivered: 2, unconfirmed: 0 })
    }))

  test('the server drops the session, and the path is dead: another one as soon as it lives', () =>
    inCall(gateway, async (call) => {
      const { alice, bob } = call
      gateway.faults.udp.set('drop', call.hers)
      await call.dropped()
      await alice.becomes('reconnecting')
      alice.ask('during')
      await passes(1_000)
      gateway.faults.udp.clear(call.hers)
      await alice.becomes('connected')
      await call.seen()
      expect(await alice.answers()).toEqual(['during'])
      expect([alice.heard, bob.heard, call.sessions.length]).toEqual(['reconnecting connected', '', 2])
      await alice.accounted()
    }))
})
