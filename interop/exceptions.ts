import type { Difference } from './compare.js'
import type { Json } from './scenario.js'

/**
 * A difference between the real server and another target that is not a fault: something that werift, the WebRTC stack
 * below the embedded gateway, cannot do or does better in another way; or that a simulation leaves out on purpose.
 * Nothing else belongs here.
 */
interface Exception {
  target: 'embedded' | 'simulated'
  /** Only there; everywhere without it. */
  scenario?: string
  path: RegExp
  /** Both values, so that an exception never hides a third one. */
  matches: (real: Json | undefined, other: Json | undefined) => boolean
  reason: string
}

const words = (value: Json | undefined) => (Array.isArray(value) ? value.map(String) : [])

const transportCc = /transport-cc|transport-wide-cc/

const equalBut = (ignored: RegExp) => (real: Json | undefined, other: Json | undefined) => {
  const kept = (value: Json | undefined) => JSON.stringify(words(value).filter((word) => !ignored.test(word)))
  return kept(real) === kept(other)
}

const exceptions: readonly Exception[] = [
  {
    target: 'embedded',
    path: /\.feedback$/,
    matches: equalBut(transportCc),
    reason: 'werift sends transport-cc feedback per receiver, which collapses the estimate of the sender: REMB only.',
  },
  {
    target: 'embedded',
    path: /\.extensions$/,
    matches: equalBut(transportCc),
    reason: 'Without transport-cc feedback its header extension has no use.',
  },
  {
    target: 'embedded',
    scenario: 'timers/twenty seconds of silence, then the server is told a candidate of the client',
    path: /^healed$/,
    matches: (real, other) => real === true && other === false,
    reason: 'werift is ICE-lite here and makes no checks of its own, so a candidate of the client is of no use to it.',
  },
  ...(['embedded', 'simulated'] as const).map((target) => ({
    target,
    scenario: 'recovery/a server that stood still for 25 s',
    path: /^room\.(peer alice|stream alice.camera)$/,
    matches: (real: Json | undefined, other: Json | undefined) =>
      words(real).join(' ').includes('_removed') && other === undefined,
    reason:
      'Rooms are kept in keys there that expire after 10 s, also while the process stood still; here they do not.',
  })),
]

export const exceptionFor = (scenario: string, target: string, { path, real, other }: Difference) =>
  exceptions.find(
    (one) =>
      one.target === target &&
      (one.scenario ?? scenario) === scenario &&
      one.path.test(path) &&
      one.matches(real, other),
  )?.reason
