/**
 * What the actions send that are code of their own. XState keeps the receiver and the event of such an action in a
 * function, where no picture can see them; so they are said here a second time, and a test holds each row against what
 * the explorer saw the charts do. `tell` and its kin need no row: their word is in the chart.
 */

/** What an action sets off beyond the memory of its chart. */
export interface Declared {
  /** Receiver and event, as often as one action may send. */
  readonly sends?: readonly (readonly [to: string, event: string])[]
  /** Events that go outward. */
  readonly emits?: readonly string[]
  /** Actors that it begins, by their names. */
  readonly starts?: readonly string[]
}

/** In place of an event: the one that the transition is about. */
export const THE_SAME = 'the same'
/** In place of a receiver: the one that the action is given as its parameter. */
export const THE_GIVEN = 'the given'

const SAME_TO_TRACKS = [
  ['sender', THE_SAME],
  ['receiver', THE_SAME],
] as const

/** Charts, and in each the actions by their names. */
export const DECLARED: Readonly<Record<string, Readonly<Record<string, Declared>>>> = {
  session: {
    'pass to': { sends: [[THE_GIVEN, THE_SAME]] },
    'pass to its track': { sends: SAME_TO_TRACKS },
    'pass to every track': { sends: SAME_TO_TRACKS },
    'pass to the receiver': { sends: [['receiver', THE_SAME]] },
    'tell the negotiation which lines are wanted': { sends: [['negotiation', 'lines.wanted']] },
    'tell the tracks which lines are ready': {
      sends: [
        ['sender', 'line.ready'],
        ['receiver', 'line.ready'],
      ],
    },
    'tell the connection that it is over': { sends: [['connection', 'farewell.over']] },
    close: { sends: [[THE_GIVEN, 'close']] },
    'create the sender': { starts: ['sender'] },
    'create the receiver': { starts: ['receiver'] },
    'end the generation': { starts: ['farewell'], sends: [['connection', 'farewell.over']] },
    'let go of the actor': {},
    'say it outward': { emits: [THE_SAME] },
    'announce what changed': { emits: ['dc_state', 'peer_state'] },
  },
  connection: {
    'open a peer connection': { starts: ['peer connection'] },
    'close the peer connection': {},
  },
}
