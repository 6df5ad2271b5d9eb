import { seeded, type Random } from '../../src/testing/scheduler/random.js'
import type { Call, End, Step } from './calls.js'

interface Chance {
  /** Below this number. */
  upTo(most: number): number
  of<T>(all: readonly T[]): T
  /** True so often. */
  once(share: number): boolean
}

const chanceOf = (random: Random): Chance => {
  const upTo = (most: number) => Math.floor(random() * most)
  return { upTo, of: <T>(all: readonly T[]) => all[upTo(all.length)] as T, once: (share) => random() < share }
}

const KINDS = ['audio', 'video'] as const
const DIRECTIONS = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const

type Make = (chance: Chance) => Call

/** Each with how often it comes: what lets a session go on more often than what is refused. */
const CALLS: readonly (readonly [number, Make])[] = [
  [
    10,
    ({ of, once, upTo }) => ({
      op: 'addTransceiver',
      kind: of(KINDS),
      track: once(0.5),
      direction: once(0.3) ? undefined : once(0.05) ? 'stopped' : of(DIRECTIONS),
      streams: upTo(3),
      encodings: once(0.8)
        ? 'none'
        : of(['bitrate', 'inactive', 'layers', 'an empty rid', 'enlarged', 'one without rid']),
    }),
  ],
  [8, ({ of, upTo }) => ({ op: 'addTrack', kind: of(KINDS), streams: upTo(3) })],
  [1, ({ upTo }) => ({ op: 'addTrack again', pick: upTo(9) })],
  [4, ({ upTo }) => ({ op: 'removeTrack', pick: upTo(9) })],
  [1, ({ upTo }) => ({ op: 'removeTrack of the other', pick: upTo(9) })],
  [7, ({ of, upTo, once }) => ({ op: 'direction', pick: upTo(9), direction: once(0.05) ? 'stopped' : of(DIRECTIONS) })],
  [4, ({ upTo }) => ({ op: 'stop', pick: upTo(9) })],
  [
    6,
    ({ of, once }) => ({
      op: 'createDataChannel',
      what: once(0.6)
        ? 'plain'
        : of(['unordered', 'both limits', 'negotiated 5', 'negotiated without id', 'id too high', 'ignored id']),
    }),
  ],
  [5, ({ upTo, once }) => ({ op: 'send', pick: upTo(9), bytes: once(0.1) ? 300_000 : upTo(2_000) })],
  [2, ({ upTo }) => ({ op: 'close channel', pick: upTo(9) })],
  [4, ({ once }) => ({ op: 'createOffer', restart: once(0.3) })],
  [2, () => ({ op: 'createAnswer' })],
  [
    6,
    ({ of }) => ({
      op: 'setLocal',
      what: of(['by itself', 'offer', 'answer', 'pranswer', 'rollback', 'rollback', 'empty offer', 'stale offer']),
    }),
  ],
  [
    6,
    ({ of }) => ({
      op: 'setRemote',
      what: of(['local', 'offer', 'answer', 'pranswer', 'rollback', 'rubbish', 'no fingerprint', 'own', 'no type']),
    }),
  ],
  [
    4,
    ({ of, once }) => ({
      op: 'addIceCandidate',
      what: once(0.4)
        ? 'all'
        : of(['rubbish', 'no line', 'unknown mid', 'index too high', 'unknown ufrag', 'end', 'null']),
    }),
  ],
  [3, () => ({ op: 'restartIce' })],
  [4, ({ of, upTo }) => ({ op: 'replaceTrack', pick: upTo(9), track: of([...KINDS, null]) })],
  [
    3,
    ({ of, upTo }) => ({
      op: 'setParameters',
      pick: upTo(9),
      what: of(['same', 'inactive', 'bitrate', 'old', 'one more', 'enlarged']),
    }),
  ],
  [2, ({ of, upTo }) => ({ op: 'setCodecPreferences', pick: upTo(9), what: of(['first', 'last', 'none', 'unknown']) })],
  [2, ({ of }) => ({ op: 'getStats', of: of(['all', 'all', 'a sender', 'a stranger']) })],
  [1, ({ of }) => ({ op: 'setConfiguration', what: of(['same', 'other bundle', 'bad url']) })],
  [20, () => ({ op: 'next' })],
  [12, ({ of }) => ({ op: 'round', candidates: of(['in it', 'apart']) })],
  [3, () => ({ op: 'glare' })],
  [
    5,
    (chance) => ({
      op: 'at once',
      calls: Array.from({ length: 2 + chance.upTo(2) }, () => one(chance, TOGETHER)),
    }),
  ],
]

const WEIGHT = CALLS.reduce((sum, [weight]) => sum + weight, 0)

const one = (chance: Chance, suits: (call: Call) => boolean = () => true): Call => {
  for (;;) {
    let at = chance.upTo(WEIGHT)
    const [, make] = CALLS.find(([weight]) => (at -= weight) < 0) as (typeof CALLS)[number]
    const call = make(chance)
    if (suits(call)) return call
  }
}

/** What is several calls by itself is not made together with others. */
const TOGETHER = ({ op }: Call): boolean => !['next', 'round', 'glare', 'at once', 'getStats'].includes(op)

const BEGINNING = ({ op }: Call): boolean => ['addTransceiver', 'addTrack', 'createDataChannel'].includes(op)

const LENGTH = 20

/** The sequence of a seed: twenty calls; in every third one, one end closes and a few more calls follow. */
export const sequenceOf = (seed: number): Step[] => {
  const chance = chanceOf(seeded(seed))
  const end = (): End => chance.of(['a', 'b'])
  const steps: Step[] = Array.from({ length: LENGTH }, (_, at) => ({
    // Most begin with something to negotiate.
    ...one(chance, at < 2 && chance.once(0.8) ? BEGINNING : undefined),
    on: end(),
  }))
  if (seed % 3 > 0) return steps
  const closing = end()
  const after = Array.from({ length: 4 }, (): Step => ({
    ...one(chance, TOGETHER),
    on: chance.once(0.7) ? closing : end(),
  }))
  return [...steps.slice(0, LENGTH - 5), { op: 'close', on: closing }, ...after]
}
