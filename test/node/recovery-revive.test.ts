import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startGateway, type Gateway } from '../../gateway/src/index.js'
import { gatewayThatFreezes } from './frozen-gateway.js'
import { inCall, passes, REVIVED, UNNOTICED, type Call } from './recovery-call.js'

// Most of their time they wait, so several run at once; not all, or a call that is well looks dead on a busy machine.
vi.setConfig({ maxConcurrency: 5, testTimeout: 90_000 })

let gateway: Gateway

beforeAll(async () => {
  gateway = await startGateway({ relay: true, devExtensions: true })
})

afterAll(() => gateway.close())

/** Disturbs the path of alice; afterwards she has the same session, and nothing is lost. */
const keepsItsSession = (disturb: (call: Call) => Promise<unknown>, ...heard: string[]) =>
  inCall(gateway, async (call) => {
    const { alice, bob, connId } = call
    alice.ask('before')
    const over = disturb(call)
    alice.ask('during')
    await over
    await call.seen()
    alice.ask('after')
    expect(await alice.answers()).toEqual(['before', 'during', 'after'])
    expect(alice.socket.peerState).toBe('connected')
    expect(heard).toContain(alice.heard)
    expect([bob.heard, call.connId, call.stage.ledger.made.length]).toEqual(['', connId, 2])
    expect(await alice.accounted()).toMatchObject({ waiting: 0, delivered: 3, unconfirmed: 0, expired: 0, refused: 0 })
  })

describe.concurrent('the same session goes on', () => {
  test('after a hole of 1 s, which nobody notices', () =>
    keepsItsSession((call) => call.disturbed('drop', 1_000), UNNOTICED))
  // By the virtual clock it is told (test/recovery/holes): here timers that are late on a busy machine accuse nobody.
  test('after a hole of 4 s', () => keepsItsSession((call) => call.disturbed('drop', 4_000), UNNOTICED, REVIVED))
  test('after a hole of 8 s', () => keepsItsSession((call) => call.disturbed('drop', 8_000), REVIVED))
  test('after a hole of 25 s, in which the WebRTC stack gives up', () =>
    keepsItsSession((call) => call.disturbed('drop', 25_000), REVIVED))
  test('when nothing reaches the gateway for 4 s', () =>
    keepsItsSession((call) => call.disturbed({ toGateway: 'drop' }, 4_000), UNNOTICED, REVIVED))
  test('when nothing reaches the client for 4 s', () =>
    keepsItsSession((call) => call.disturbed({ toClient: 'drop' }, 4_000), UNNOTICED, REVIVED))
  test('under a loss of 20 % for 6 s, which is no reason for anything', () =>
    keepsItsSession((call) => call.disturbed({ loss: 0.2, seed: 7 }, 6_000), UNNOTICED))
  test('when the address translation forgets its client', () =>
    keepsItsSession(({ gateway: { faults }, hers }) => faults.udp.rebind(hers), UNNOTICED, REVIVED))

  test('when the gateway stood still for 6 s', async () => {
    const { gateway: frozen, freeze, thaw, end } = await gatewayThatFreezes()
    try {
      await inCall(frozen, async (call) => {
        const { alice, bob } = call
        alice.ask('before')
        freeze()
        await passes(6_000)
        alice.ask('during')
        thaw()
        await call.seen()
        alice.ask('after')
        expect(await alice.answers()).toEqual(['before', 'during', 'after'])
        expect([alice.heard, bob.heard, call.stage.ledger.made.length]).toEqual([REVIVED, REVIVED, 2])
        expect(await alice.accounted()).toMatchObject({ waiting: 0, delivered: 3, unconfirmed: 0 })
      })
    } finally {
      await end()
    }
  })
})
