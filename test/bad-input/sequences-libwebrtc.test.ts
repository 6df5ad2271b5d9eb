import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Gateway } from '../../gateway/src/index.js'
import { nodePlace } from '../node/place.js'
import { NOTHING } from '../support/ledger.js'
import { Stage, type Place } from '../support/stage.js'
import { oneOf, parameters } from './cases.js'
import { CALLS } from './facade-calls.js'
import { Subject } from './facade-subject.js'

let gateway: Gateway
let place: Place

beforeAll(async () => {
  ;({ gateway, place } = await nodePlace())
})

afterAll(() => gateway.close())

/** A subject on libwebrtc, against a gateway of its own process. */
const real = (): Subject => {
  const stage = new Stage(place)
  return new Subject({
    connector: stage.connector(),
    socket: (options) => stage.socket(options),
    config: (more) => stage.config('alice', more),
    stream: () => new place.MediaStream(),
    turn: () => new Promise((resolve) => void setImmediate(resolve)),
    left: async () => {
      const left = await stage.dispose()
      return JSON.stringify(left) === JSON.stringify(NOTHING) ? [] : [left]
    },
  })
}

const STEPS = [
  ...CALLS.map((call) => ({ name: call.name, run: (subject: Subject): unknown => subject.call(call) })),
  { name: 'a turn', run: ({ world }: Subject): unknown => world.turn() },
  ...['the connect ends', 'the connect is over'].map((name) => ({
    name,
    run: ({ connecting }: Subject): unknown => connecting?.catch(() => {}),
  })),
]

test('a sample of the sequences of calls keeps the contract on libwebrtc', async () => {
  const property = fc.asyncProperty(
    fc.boolean(),
    fc.array(oneOf(STEPS), { minLength: 1, maxLength: 12, size: 'max' }),
    async (connected, steps) => {
      const subject = real()
      if (connected) {
        subject.call(CALLS[0]!)
        await subject.connecting
      }
      for (const step of steps) await step.run(subject)
      const violations = await subject.end()
      if (violations.length > 0) throw new Error(JSON.stringify(violations, undefined, 1))
    },
  )
  await expect(fc.assert(property, parameters(0.01, 21))).resolves.toBeUndefined()
}, 600_000)
