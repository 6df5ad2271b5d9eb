import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startGateway, type Gateway } from '../../gateway/src/index.js'
import { LADDER } from '../../src/index.js'
import type { MediaStage } from '../scenarios/media-stage.js'
import { RestartingConnector } from '../support/restarting.js'
import { inCall } from './recovery-call.js'

// Most of their time they wait, so several run at once; not all, or a call that is well looks dead on a busy machine.
vi.setConfig({ maxConcurrency: 5, testTimeout: 60_000 })

let gateway: Gateway

beforeAll(async () => {
  gateway = await startGateway({ relay: true, devExtensions: true, restarts: true })
})

afterAll(() => gateway.close())

/** As where the stack does not check again. */
const ladder = LADDER.filter(({ way }) => way !== 'revive')

describe.concurrent('an ICE restart that the connector signals', () => {
  test.each([4_000, 12_000, 25_000])('%i ms without a path: the same session, and nothing is lost', async (ms) => {
    let connector: RestartingConnector | undefined
    const her = {
      options: { ladder },
      connector: ({ ledger: { environment } }: MediaStage) =>
        (connector = new RestartingConnector(environment.fetch ?? fetch, { environment })),
    }
    const play = async (call: Parameters<Parameters<typeof inCall>[1]>[0]) => {
      const { alice, bob, connId } = call
      alice.ask('before')
      const over = call.disturbed('drop', ms)
      alice.ask('during')
      await over
      await call.seen()
      alice.ask('after')
      expect(await alice.answers()).toEqual(['before', 'during', 'after'])
      expect([alice.heard, bob.heard, call.connId, call.stage.ledger.made.length]).toEqual([
        'reconnecting connected',
        '',
        connId,
        2,
      ])
      // Once more each time the stack gives up.
      expect(connector?.restarts).toBeGreaterThan(0)
      expect(await alice.accounted()).toMatchObject({ delivered: 3, unconfirmed: 0 })
    }
    await inCall(gateway, play, gateway.url, her)
  })
})
