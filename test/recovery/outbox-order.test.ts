import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { AGAIN, codeOf, PortStage, within } from '../support/port-stage.js'

type Move =
  | { readonly do: 'send'; readonly again: boolean; readonly ttlMs: number | undefined }
  | { readonly do: 'open' | 'end' | 'hold' | 'release' | 'confirm' }
  | { readonly do: 'pass'; readonly ms: number }

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('send' as const),
        again: fc.boolean(),
        ttlMs: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
      }),
    },
    fc.record({ do: fc.constantFrom('open', 'end', 'hold', 'release', 'confirm') }) as fc.Arbitrary<Move>,
    fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20 }) }),
  ),
  { maxLength: 60 },
)

test('whatever happens in whatever order: nothing is lost uncounted, repeated unasked, or out of order', async () => {
  await fc.assert(
    fc.asyncProperty(moves, async (sequence) => {
      const here = new PortStage(200)
      const again = new Set<number>()
      const sessions: string[][] = []
      let isOpen = false
      let release: (() => void) | undefined
      let taken = 0
      for (const move of sequence) {
        if (move.do === 'send') {
          const { ttlMs } = move
          const options = { ...(move.again && AGAIN), ...(ttlMs !== undefined && within(ttlMs)) }
          const id = codeOf(() => here.port.send(`m${taken + 1}`, options))
          if (id !== 'outbox-full') taken += 1
          if (id === taken && move.again) again.add(taken)
        }
        if (move.do === 'open' && !isOpen) {
          isOpen = true
          sessions.push([])
          here.open()
        }
        if (move.do === 'end' && isOpen) {
          isOpen = false
          here.channel.readyState = 'closed'
          release?.()
          release = undefined
          here.end()
        }
        if (move.do === 'hold' && isOpen) release ??= here.port.hold()
        if (move.do === 'release') {
          release?.()
          release = undefined
        }
        if (move.do === 'confirm' && isOpen && !release) await here.confirmed()
        if (move.do === 'pass') here.time.pass(move.ms)
        if (sessions.length > 0) sessions[sessions.length - 1] = here.channel.seen as string[]
        const { waiting, sent, expired, refused, delivered, unconfirmed } = here.port.counts
        expect(waiting + sent + expired + refused).toBe(taken)
        expect(Math.min(waiting, sent - delivered - unconfirmed)).toBeGreaterThanOrEqual(0)
      }
      here.port.end()
      await Promise.resolve()
      const ids = (fate: string) => here.fates.filter((told) => told.fate === fate).flatMap((told) => told.ids)
      const wire = sessions.map((session) => session.map((text) => Number(text.slice(1))))
      // In each session in the order of the calls: what is repeated goes first, and was sent before all that waited.
      for (const session of wire) expect(session).toEqual([...session].sort((a, b) => a - b))
      expect(ids('sent')).toEqual(wire.flat())
      for (let id = 1; id <= taken; id += 1)
        if (!again.has(id)) expect(wire.flat().filter((one) => one === id).length).toBeLessThanOrEqual(1)
      const ends = ['delivered', 'unconfirmed', 'expired', 'refused'].flatMap(ids)
      expect([...ends].sort((a, b) => a - b)).toEqual(Array.from({ length: taken }, (_, index) => index + 1))
      const { sent, repeated, delivered, unconfirmed, expired } = here.port.counts
      expect([sent + repeated, delivered, unconfirmed, expired]).toEqual([
        wire.flat().length,
        ids('delivered').length,
        ids('unconfirmed').length,
        ids('expired').length,
      ])
      // At least once is given up only by its time or by the end of the socket: every session before had it.
      for (const id of again) {
        const first = wire.findIndex((session) => session.includes(id))
        if (first < 0 || ids('unconfirmed').includes(id)) continue
        const last = wire.findLastIndex((session) => session.includes(id))
        expect(wire.slice(first, last + 1).every((session) => session.includes(id))).toBe(true)
      }
      expect(here.time.timers).toBe(0)
    }),
    { numRuns: 300 },
  )
})
