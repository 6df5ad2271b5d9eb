import { afterEach, expect, test } from 'vitest'
import { Call } from './call.js'

let call: Call

afterEach(() => call.end())

/** The states of Alice's view, as far as its subscription goes. */
const subscription = (): string[] => {
  const seen: string[] = []
  let last = 'attached'
  call.alice.socket.on('transition', ({ chart, to }) => {
    const at = /subscription\.(\w+)/.exec(to)?.[1]
    if (chart !== 'receiver:view' || !at || at === last) return
    last = at
    seen.push(at)
  })
  return seen
}
const RENEWED = ['sourceless', 'renewing', 'attaching', 'attached']

test('a source that leaves the room and returns is switched to anew', async () => {
  call = await Call.begin()
  const { bob, world } = call
  const seen = subscription()
  const [camera] = bob.socket.senders
  const { stream } = camera!
  await world.until(Promise.resolve(camera!.replaceStream(null)))
  await world.pass(2_000)
  expect(seen).toEqual(['sourceless'])
  await world.until(Promise.resolve(camera!.replaceStream(stream)))
  await world.pass(2_000)
  expect([seen, await call.flows()]).toEqual([RENEWED, true])
})

test('a source whose session was made anew is seen again, with the limit that was set', async () => {
  call = await Call.begin()
  const { alice, bob, world } = call
  alice.view.limit({ priority: 2, maxSpatial: 1, maxTemporal: 1 })
  await world.pass(1_000)
  const seen = subscription()
  world.gateway.end(world.gateway.sessions[1] ?? '')
  await world.holds(() => bob.states.at(-1) === 'connected', 10_000)
  await world.pass(3_000)
  expect([seen, alice.states, bob.states, await call.flows()]).toEqual([
    ['sourceless', 'renewing', 'attaching', 'limiting', 'attached'],
    [],
    ['reconnecting', 'connected'],
    true,
  ])
})

test('other streams that come and go are nobody’s concern', async () => {
  call = await Call.begin()
  const { bob, world } = call
  const seen = subscription()
  const other = bob.socket.createSenderTrack({ name: 'screen', kind: 'video', stream: bob.device.stream('video') })
  await world.pass(2_000)
  other.stop()
  await world.pass(2_000)
  expect([seen, await call.flows()]).toEqual([[], true])
})
