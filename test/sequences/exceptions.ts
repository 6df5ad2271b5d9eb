import type { Compared } from './compare.js'

/** Which real stack. */
export type RealStack = 'chromium' | 'node'

interface Listed {
  /** As docs/simulator.md names it. */
  readonly id: string
  readonly stacks: readonly RealStack[]
  readonly reason: string
  /** The step of the specification that the stack departs from, or where it leaves the choice. */
  readonly spec: string
}

/** Lines of both traces that are compared in another form: what the pattern finds is replaced. */
export interface Rewriting extends Listed {
  readonly kind: 'rewriting'
  readonly of: 'outcome' | 'heard' | 'seen'
  readonly pattern: RegExp
  readonly as: string
}

/** The order within what was heard does not count in these calls. */
export interface Unordered extends Listed {
  readonly kind: 'unordered'
  readonly call: RegExp
}

/** From here on the two go different ways: what follows in this sequence is not compared. */
export interface Ending extends Listed {
  readonly kind: 'ending'
  when(compared: Compared): boolean
}

export type Exception = Rewriting | Unordered | Ending

/** Differences that are not imitated. Each is needed: without it at least one sequence differs (a test holds that). */
export const EXCEPTIONS: readonly Exception[] = [
  {
    id: 'ice-completed',
    kind: 'rewriting',
    stacks: ['node'],
    of: 'seen',
    pattern: /^([ab] = ice) completed$/,
    as: '$1 connected',
    reason: 'The offerer goes on to `completed`, after a time that is chance.',
    spec: 'webrtc-pc 5.6, RTCIceTransportState: when it is final is left to the agent',
  },
  {
    id: 'events-of-the-path',
    kind: 'rewriting',
    stacks: ['node'],
    of: 'heard',
    pattern: /^[ab] (gathering|ice|connection): .*$/,
    as: '',
    reason:
      'States are read where they are at the moment, the events come later, some more than once or not at all: the ' +
      'states themselves are compared once all is quiet.',
    spec: 'webrtc-pc 4.8.1.3, 5.5, 5.6: the state is set in the task that fires the event',
  },
  {
    id: 'parameters-in-node',
    kind: 'rewriting',
    stacks: ['node'],
    of: 'outcome',
    pattern: /parameters [^,]*, of encodings[^,]*/g,
    as: 'parameters',
    reason:
      'Encodings are not shown before the line is negotiated; afterwards setParameters() refuses what it has returned ' +
      'itself, "modified SSRC".',
    spec: 'webrtc-pc 5.2, getParameters() and setParameters()',
  },
  {
    id: 'name-of-an-empty-description',
    kind: 'rewriting',
    stacks: ['node'],
    of: 'outcome',
    pattern: /Expect line: v=/,
    as: 'TypeError',
    reason: 'The parser throws an error whose name is its message.',
    spec: 'webrtc-pc 4.4.2, setLocalDescription(): an empty description is made',
  },
  {
    id: 'early-outbound-stats',
    kind: 'rewriting',
    stacks: ['node'],
    of: 'outcome',
    pattern: /sends \w+, /g,
    as: '',
    reason: '`outbound-rtp` is there as soon as the offer is set, before anything is negotiated.',
    spec: 'webrtc-stats 8.5: an RTP stream that is sent',
  },
  {
    id: 'negotiation-told-twice',
    kind: 'rewriting',
    stacks: ['node'],
    of: 'heard',
    pattern: /negotiationneeded, negotiationneeded/,
    as: 'negotiationneeded',
    reason: 'At some rollbacks negotiationneeded is fired twice.',
    spec: 'webrtc-pc 4.7.3 step 2.6: once, until the flag is cleared',
  },
  {
    id: 'order-at-once',
    kind: 'unordered',
    stacks: ['chromium'],
    call: /at once/,
    reason:
      'Where calls are made in one task, negotiationneeded comes before or behind the promise of a call that is under way.',
    spec: 'webrtc-pc 4.7.3 step 2.1: not while an operation is in the chain',
  },
  {
    id: 'another-transport',
    kind: 'ending',
    stacks: ['chromium', 'node'],
    when: ({ real, outcomes }) =>
      real.some((line) =>
        /(icegatheringstatechange|connectionstatechange|ice|connection|gathering) new\b/.test(line),
      ) ||
      (outcomes.simulated.endsWith(', no candidates, no candidates') && outcomes.real.endsWith(', done, done')),
    reason:
      'When the line that carries the transport is stopped or taken by another, a new transport is made for the next ' +
      'one: gathering, ICE and DTLS begin anew, and a role of DTLS that was settled may be refused.',
    spec: 'RFC 9143 section 7.5: the address that was negotiated, or a new one; the simulator keeps it under another tag',
  },
  {
    id: 'own-offer-refused',
    kind: 'ending',
    stacks: ['chromium'],
    when: ({ outcomes }) =>
      outcomes.real.endsWith('rejects InvalidAccessError') && !outcomes.simulated.includes('InvalidAccessError'),
    reason:
      'An offer that was just made is refused: after a rollback the header extensions of two kinds of media have got ' +
      'one number, "A BUNDLE group contains a codec collision for header extension".',
    spec: 'webrtc-pc 4.4.2, createOffer(): what it returns can be set as long as nothing changes; RFC 8285 section 6',
  },
  {
    id: 'track-that-was-removed',
    kind: 'ending',
    stacks: ['chromium'],
    when: ({ real }) => real.some((line) => / signalling: .*removetrack .*track \d+ of \[./.test(line)),
    reason:
      'When an offer takes a track away, or the rollback of one brings it back, `track` is fired once more for it, and ' +
      'its streams tell of the removal a second time.',
    spec: 'webrtc-pc 4.4.1.5 step 10: an offer does not process the removal of its own receivers',
  },
  {
    id: 'own-offer-as-remote',
    kind: 'ending',
    stacks: ['chromium', 'node'],
    when: ({ call, before }) =>
      /setRemote own/.test(call) ||
      before.some(({ call: one, outcome }) => /setRemote own/.test(one) && /done/.test(outcome)),
    reason:
      'An end that has taken its own offer for that of the far side has a transport with its own fingerprint and ' +
      "channels with the ids of the far side: what becomes of it is each one's own affair.",
    spec: 'RFC 8842 section 5: another fingerprint is another DTLS association; RFC 8832 section 6: ids by role',
  },
  {
    id: 'channel-after-the-far-close',
    kind: 'ending',
    stacks: ['node'],
    when: ({ call, real, before }) =>
      /createDataChannel/.test(call) &&
      real.some((line) => /channel \w+ open id/.test(line)) &&
      before.some(({ call: one }) => one.endsWith(' close')),
    reason: 'A channel that is made after the far side has closed its connection says that it is open.',
    spec: 'webrtc-pc 6.1.1.4: only an association that is connected announces channels as open',
  },
  {
    id: 'needed-once-more',
    kind: 'ending',
    stacks: ['chromium'],
    when: ({ real, simulated }) =>
      real.length === simulated.length && real.every((line, at) => line === `${simulated[at]}, negotiationneeded`),
    reason:
      'After the far side had refused the channels, and after addTrack() had changed the streams of a sender in ' +
      'have-local-offer, negotiationneeded is fired in a stable state in which nothing is left to tell.',
    spec: 'webrtc-pc 4.7.3, check if negotiation is needed, steps 4 and 5',
  },
]
