import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startGateway, type Gateway, type GatewayOptions } from '../../gateway/src/index.js'
import { inCall, passes, type Call } from './recovery-call.js'
import { holds } from '../support/stage.js'

// Most of their time they wait, so several run at once; not all, or a call that is well looks dead on a busy machine.
vi.setConfig({ maxConcurrency: 5, testTimeout: 45_000 })

const OPTIONS: GatewayOptions = { relay: true, devExtensions: true }
let gateway: Gateway

beforeAll(async () => {
  gateway = await startGateway(OPTIONS)
})

afterAll(() => gateway.close())

/** A gateway that one scenario alone does harm to. */
const ownGateway = async (play: (own: Gateway) => Promise<void>) => {
  const own = await startGateway(OPTIONS)
  try {
    await play(own)
  } finally {
    await own.close()
  }
}

/** What was sent before is answered or counted, what was sent later is answered. */
const answersAll = async ({ alice }: Call) => {
  const counts = await alice.accounted()
  expect(counts).toMatchObject({ waiting: 0, expired: 0, refused: 0 })
  expect(counts.sent).toBe(counts.delivered + counts.unconfirmed)
  return counts
}

describe.concurrent('another session for the same room and peer', () => {
  test('when the server dropped the session without a word', () =>
    inCall(gateway, async (call) => {
      const { alice, bob, connId } = call
      await call.dropped()
      alice.send('lost')
      await alice.becomes('reconnecting')
      alice.ask('during')
      await alice.becomes('connected')
      alice.ask('after')
      await call.seen()
      expect(await alice.answers()).toEqual(['during', 'after'])
      expect([alice.heard, bob.heard, call.sessions.length]).toEqual(['reconnecting connected', '', 2])
      expect(call.connId).not.toBe(connId)
      expect(await answersAll(call)).toMatchObject({ delivered: 2, unconfirmed: 1 })
    }))

  test('when the far side closed the channel alone', () =>
    inCall(gateway, async (call) => {
      const { alice, bob } = call
      alice.ask('before')
      expect(await alice.answers()).toEqual(['before'])
      expect(gateway.faults.closeChannels(call.hers)).toBe(1)
      await alice.becomes('connected')
      alice.ask('after')
      await call.seen()
      expect(await alice.answers()).toEqual(['before', 'after'])
      expect([alice.heard, bob.heard, call.sessions.length]).toEqual(['reconnecting connected', '', 2])
      await answersAll(call)
    }))

  test('when the gateway was killed and is back on the same port, where ids start over', () =>
    ownGateway((own) =>
      inCall(own, async (call) => {
        const { alice, bob } = call
        await own.close()
        alice.send('lost')
        await Promise.all([alice.becomes('disconnected'), bob.becomes('disconnected')])
        alice.ask('during')
        call.gateway = await startGateway({ ...OPTIONS, port: own.port })
        try {
          await Promise.all([alice.becomes('connected'), bob.becomes('connected')])
          alice.ask('after')
          await call.seen()
          expect(await alice.answers()).toEqual(['during', 'after'])
          expect([alice.heard, bob.heard]).toEqual(Array(2).fill('disconnected reconnecting connected'))
          expect(await answersAll(call)).toMatchObject({ delivered: 2, unconfirmed: 1 })
        } finally {
          await call.stage.dispose()
          await call.gateway.close()
        }
      }),
    ))

  test('on another gateway, when the first of three is dead', async () => {
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => startGateway(OPTIONS)))
    const others = [second!, third!]
    try {
      // All are healthy; the first is the fastest.
      for (const { faults } of others) faults.http.set('health', { kind: 'delay', delayMs: 300 })
      await inCall(
        first!,
        async (call) => {
          const { alice, bob } = call
          await first!.close()
          // From here on the second is.
          second!.faults.clear()
          call.gateway = second!
          await Promise.all([alice.becomes('reconnecting', 30_000), bob.becomes('reconnecting', 30_000)])
          alice.ask('during')
          await Promise.all([alice.becomes('connected', 30_000), bob.becomes('connected', 30_000)])
          await call.seen()
          expect(await alice.answers()).toEqual(['during'])
          expect([alice.heard, bob.heard]).toEqual(Array(2).fill('disconnected reconnecting connected'))
          expect([call.sessions.length, third!.sessions().length]).toEqual([2, 0])
          await answersAll(call)
        },
        [first!, ...others].map(({ url }) => url),
      )
    } finally {
      for (const one of [first!, ...others]) await one.close()
    }
  })
})

describe.concurrent('no other session', () => {
  test('while HTTP is down and media lives', () =>
    ownGateway((own) =>
      inCall(own, async (call) => {
        const { alice, bob } = call
        own.faults.http.set('all', { kind: 'drop' })
        for (let second = 0; second < 5; second += 1) {
          alice.ask('meanwhile')
          await call.seen()
          await passes(1_000)
        }
        expect(await alice.answers()).toEqual(Array(5).fill('meanwhile'))
        expect([alice.heard, bob.heard, call.sessions.length]).toEqual(['', '', 2])
        expect(await answersAll(call)).toMatchObject({ delivered: 5 })
        own.faults.clear()
      }),
    ))

  test('with a token that is no longer taken: failed, with what was tried', () =>
    inCall(gateway, async (call) => {
      const { alice, bob } = call
      call.token = () => gateway.token({ room: 'another' })
      await call.dropped()
      alice.send('lost')
      await alice.becomes('failed')
      expect(alice.heard).toBe('reconnecting failed')
      expect(alice.socket.getSnapshot().lastError).toMatchObject({
        code: 'token-refused',
        fatal: true,
        tried: [{ rung: 'rejoin', code: 'token-refused' }],
      })
      expect([bob.heard, call.connId]).toEqual(['', undefined])
      expect(await answersAll(call)).toMatchObject({ delivered: 0, unconfirmed: 1 })
      // The application has another one, and may connect anew.
      call.token = (peer) => gateway.token({ room: call.stage.room, peer })
      await alice.socket.connect(call.stage.connector(), call.stage.config('alice'))
      await holds(() => call.sessions.length === 2, 'both are there')
      await call.seen()
    }))
})
