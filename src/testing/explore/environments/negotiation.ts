import type { NegotiationContext, NegotiationEvent } from '../../../machines/negotiation.setup.js'
import type { OfferFacts } from '../../../machines/ports.js'
import type { Line } from '../../../protocol/tracks-to-m-lines.js'
import type { Configuration, Environment } from '../types.js'
import { application, deadlines, error, generationRows, generations, portsOf, session, task } from './common.js'

/** How many lines are wished for at the most. */
const LINES = 3
/** Callers that wait at the same time; the tickets are used again once they are answered. */
const TICKETS = [1, 2] as const

/** What was made and asked for, besides what the chart itself remembers. */
export interface NegotiationMemory {
  /** Ordinal of the offer that was made last, 1 or 2 in turn: a chart can tell the current one and a stale one apart. */
  readonly made: number
  /** Whether that offer's answer was applied, or is being applied. */
  readonly used: boolean
  /** Tickets that were not answered yet, in the order of their asking. */
  readonly asked: readonly number[]
}

type At = Configuration<NegotiationContext, NegotiationMemory>

const line = (id: number): Line => ({ id, kind: 'video', role: 'receiver', owner: `receiver-${id}`, ordinal: id })
const lines = (count: number): Line[] => Array.from({ length: count }, (_, id) => line(id))

/** The world of a negotiation: lines are wished for, rounds by hand asked for, offers made, exchanged and applied. */
export const negotiationEnvironment: Environment<NegotiationEvent, NegotiationContext, NegotiationMemory> = {
  inputs: [
    { deadlines, mode: 'auto' },
    { deadlines, mode: 'manual' },
  ],
  memories: [{ made: 0, used: false, asked: [] }],
  remember: ({ made, used, asked }, { step: { stimulus, told, started } }) => {
    const { ends, outcome, event } = stimulus
    if (ends?.name === 'create offer' && outcome && 'output' in outcome)
      [made, used] = [(outcome.output as OfferFacts).ordinal, false]
    if (started.some(({ name }) => name === 'apply answer')) used = true
    if (event.type === 'hand.wanted') asked = [...asked, event.ticket]
    const answered = told.flatMap(({ type, ticket, tickets }) =>
      type === 'hand.offered' ? [ticket] : type === 'hand.refused' ? tickets : [],
    )
    if (answered.length > 0) asked = asked.filter((one) => !answered.includes(one))
    return { made, used, asked }
  },
  // The error is written before it is read, and the cool-down alone counts the failures.
  inessential: ['deadlines', 'error', 'failures'],
  events: {
    ...generationRows(),
    'lines.wanted': application(({ context }) =>
      [context.lines.length, context.lines.length + 1]
        .filter((count) => count <= LINES)
        .map((count) => ({ type: 'lines.wanted', lines: lines(count) })),
    ),
    // A session that closes passes no command on: an invariant of the session.
    'hand.wanted': application(({ memory, state }) =>
      TICKETS.filter((ticket) => state !== 'closed' && !memory.asked.includes(ticket))
        .slice(0, 1)
        .map((ticket) => ({ type: 'hand.wanted', ticket })),
    ),
    'hand.answered': application(({ state }) =>
      state === 'closed' ? [] : [1, 2].map((offer) => ({ type: 'hand.answered', offer })),
    ),
    'channel.open': session((at) => generations(at).map((generation) => ({ type: 'channel.open', generation }))),
    'channel.held': session((at) => generations(at).map((generation) => ({ type: 'channel.held', generation }))),
    'channel.lost': session((at) =>
      generations(at).map((generation) => ({
        type: 'channel.lost',
        generation,
        error: error('channel-closed'),
      })),
    ),
  },
  actors: portsOf<NegotiationContext, NegotiationMemory>({
    'create offer': {
      role: 'task',
      done: ({ input }, { memory }: At) => [
        { ordinal: memory.made === 1 ? 2 : 1, bytes: 900, lines: (input as { lines: Line[] }).lines.length },
      ],
      failed: () => [error('offer-failed'), error('offer-too-large')],
    },
    'exchange offer': task('request-refused'),
    'apply answer': task('answer-refused'),
    'roll back': task('internal'),
  }),
  rests: {
    dormant: 'waits for a generation',
    stable: 'waits for lines or a caller',
    awaitingPath: 'waits for the path, or for the end of its generation',
    closed: 'is over for good',
  },
}
