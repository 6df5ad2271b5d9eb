import { AccessNetwork } from '../../src/testing/network/access-network.js'
import { Internet } from '../../src/testing/network/internet.js'
import { seeded } from '../../src/testing/scheduler/random.js'
import { Scheduler } from '../../src/testing/scheduler/scheduler.js'
import type { Packet } from '../../src/testing/transport/packets.js'
import { PROFILES } from '../../src/testing/transport/profile.js'
import { simulatedWebRtc, type StackName } from '../../src/testing/webrtc/index.js'
import type { Stack } from './stack.js'

/** Milliseconds in which everything is over that can be over. */
const QUIET = 300

/** A pair in a simulated place, with the differences of a stack. */
export const simulatedStack = (name: StackName, seed = 1): Stack => {
  const scheduler = new Scheduler()
  const random = seeded(seed)
  const internet = new Internet<Packet>(scheduler, random)
  const network = new AccessNetwork(scheduler, '203.0.113.1')
  const place = simulatedWebRtc({
    scheduler,
    random,
    stack: name,
    profile: PROFILES[name === 'node' ? 'node' : 'chromium'],
    bind: () => internet.bind('203.0.113.1', network),
  })
  let driving: Promise<unknown> = Promise.resolve()
  return {
    RTCPeerConnection: place.RTCPeerConnection,
    MediaStream: place.MediaStream,
    tellsStates: name !== 'node',
    statsAge: 0,
    describesItself: name !== 'node',
    track: (kind) => place.track(kind),
    wait: async <T>(promise: Promise<T>) => {
      let value: T | undefined
      let over = false
      void promise.then((settled) => {
        value = settled
        over = true
      })
      // Several may wait: one after the other lets time pass.
      await (driving = driving.then(() => scheduler.holds(() => over, QUIET)))
      return value
    },
    quiet: () => scheduler.pass(QUIET),
    dispose: () => {},
  }
}
