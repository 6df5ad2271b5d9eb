import { assign } from 'xstate'
import { facts } from '../errors.js'
import type { Line } from '../protocol/tracks-to-m-lines.js'
import { chart, begun, common, tellError, tooLate, reader, type ChartContext, type ChartInput } from './common.js'
import {
  ofGeneration,
  ports,
  type ChannelLostEvent,
  type ChannelOpenEvent,
  type OfferFacts,
  type Signalling,
} from './ports.js'

interface Context extends ChartContext {
  /** `manual`: only the first round and the application's own rounds. */
  readonly mode: 'auto' | 'manual'
  /** The lines that the tracks want, in m-line order. They only grow. */
  lines: readonly Line[]
  /** How many of them the last applied answer covered. */
  negotiated: number
  /** Who carries the current round's offer. */
  signalling: Signalling
  /** The current offer; `undefined` while there is none. */
  offer: OfferFacts | undefined
  /** How often the current offer was sent. */
  sent: number
  /** Rounds that failed in a row: the cool-down grows with them. */
  failures: number
  /** Callers of `generateOffer` that wait for their turn, first come first served. */
  waiting: readonly number[]
}

export type NegotiationEvent =
  | { type: 'generation.opened'; generation: number }
  | { type: 'generation.ended'; generation: number }
  | { type: 'close' }
  | { type: 'lines.wanted'; lines: readonly Line[] }
  | { type: 'hand.wanted'; ticket: number }
  | { type: 'hand.answered'; offer: number }
  | ChannelOpenEvent
  | ChannelLostEvent

type Event = NegotiationEvent

const as = reader<Event>()
const { guards, actions } = common<Context, Event>()

const made = (event: object): OfferFacts => (event as { output: OfferFacts }).output

const negotiationSetup = chart({
  types: {} as {
    context: Context
    events: Event
    input: ChartInput & Pick<Context, 'mode'>
  },
  actors: ports,
  delays: {
    'offer deadline': ({ context }) => context.deadlines.offer,
    'answer deadline': ({ context }) => context.deadlines.answer,
    'apply deadline': ({ context }) => context.deadlines.apply,
    // How long the application may keep a round of its own open.
    'hand deadline': 10_000,
    'cool-down': ({ context }) => Math.min(8_000, 250 * 2 ** context.failures),
  },
  guards: {
    ...guards,
    'it is the first round': ({ context }) => context.signalling === 'gateway',
    'the offer may be sent once more': ({ context }) => context.signalling === 'channel' && context.sent < 2,
    'lines wait for a round': ({ context }) =>
      context.mode === 'auto' && context.channel === 'open' && context.lines.length > context.negotiated,
    'a caller waits for its turn': ({ context }) => context.waiting.length > 0,
    'answer belongs to this offer': ({ context, event }) => as<'hand.answered'>(event).offer === context.offer?.ordinal,
  },
  actions: {
    ...actions,
    'begin with this generation': assign({
      generation: ({ event }) => as<'generation.opened'>(event).generation,
      negotiated: 0,
      channel: 'not-open',
      failures: 0,
    }),
    'keep the lines': assign({
      lines: ({ event }) => as<'lines.wanted'>(event).lines,
    }),
    'begin a round': assign({
      signalling: (_, signalling: Signalling) => signalling,
      offer: undefined,
      sent: 0,
    }),
    'keep the offer': assign({ offer: ({ event }) => made(event) }),
    'count the sending': assign({ sent: ({ context }) => context.sent + 1 }),
    'note what is negotiated': assign({
      negotiated: ({ context }) => context.offer?.lines ?? context.negotiated,
      failures: 0,
    }),
    'count the failure': assign({ failures: ({ context }) => context.failures + 1 }),
    'forget the offer': assign({ offer: undefined }),
    'let the caller wait': assign({
      waiting: ({ context, event }) => [...context.waiting, as<'hand.wanted'>(event).ticket],
    }),
    'serve the caller': assign({ waiting: ({ context }) => context.waiting.slice(1) }),
    'send every caller away': assign({ waiting: [] }),
    'note that there is nothing to offer': assign({
      error: facts('not-connected', 'there is no peer connection to make an offer with'),
    }),
    'note that the answer is stale': assign({
      error: facts('stale-offer', 'updateSdp for an offer that is no longer current', { phase: 'renegotiating' }),
    }),
  },
})

/** Words of the chart that carry something of its context or event. */
const done = ({ context }: { context: Context }) => ({
  type: 'negotiation.done' as const,
  lines: context.offer?.lines ?? context.negotiated,
})
const offered = ({ context, event }: { context: Context; event: object }) => ({
  type: 'hand.offered' as const,
  ticket: context.waiting[0] ?? -1,
  offer: made(event).ordinal,
})
const refused = ({ context }: { context: Context }) => ({
  type: 'hand.refused' as const,
  tickets: context.waiting.slice(0, 1),
})
const allRefused = ({ context }: { context: Context }) => ({
  type: 'hand.refused' as const,
  tickets: context.waiting,
})

/** Where there is no peer connection nobody waits. */
const NOBODY_WAITS = {
  guard: 'a caller waits for its turn',
  actions: [
    'note that there is nothing to offer',
    { type: 'tell the error', params: allRefused },
    'send every caller away',
  ],
} as const

/** The phase that the application sees: later rounds have one name for all their steps. */
const phase =
  (first: 'offering' | 'awaiting-answer' | 'applying-answer') =>
  ({ context }: { context: Context }) => ({
    type: 'phase' as const,
    phase: context.signalling === 'gateway' ? first : ('renegotiating' as const),
  })

/** A failed first round ends the attempt; a failed later one is rolled back (or was never sent) and tried again. */
const afterFailure = <A>(note: A, otherwise: 'rollingBack' | 'coolingDown') =>
  [
    {
      guard: 'it is the first round',
      target: 'dormant',
      actions: [note, tellError({ type: 'negotiation.failed' })],
    },
    { target: otherwise, actions: [note, tellError({ type: 'warning' })] },
  ] as const

/**
 * The only way to the peer connection's descriptions: one round at a time, an offer is a token. The first round of a
 * generation goes by the gateway's connector, later ones by the data channel; rounds by hand are the application's.
 */
export const negotiationMachine = negotiationSetup.createMachine({
  id: 'negotiation',
  context: ({ input }) => ({
    ...begun(input),
    mode: input.mode,
    lines: [],
    negotiated: 0,
    signalling: 'gateway',
    offer: undefined,
    sent: 0,
    failures: 0,
    waiting: [],
  }),
  initial: 'dormant',
  on: {
    close: '.closed',
    'generation.opened': {
      target: '.offering',
      actions: ['begin with this generation', { type: 'begin a round', params: 'gateway' }],
    },
    'generation.ended': { guard: 'belongs to this generation', target: '.dormant' },
    'lines.wanted': { actions: 'keep the lines' },
    'channel.open': { guard: 'belongs to this generation', actions: 'note that the channel is open' },
    'channel.lost': { guard: 'belongs to this generation', actions: 'note that the channel is lost' },
    'hand.wanted': { actions: 'let the caller wait' },
    'hand.answered': {
      actions: ['note that the answer is stale', tellError({ type: 'warning' })],
    },
  },
  states: {
    dormant: { always: NOBODY_WAITS },
    stable: {
      always: [
        {
          guard: 'a caller waits for its turn',
          target: 'byHand',
          actions: { type: 'begin a round', params: 'application' },
        },
        { guard: 'lines wait for a round', target: 'offering', actions: { type: 'begin a round', params: 'channel' } },
      ],
    },
    offering: {
      entry: { type: 'tell', params: phase('offering') },
      invoke: {
        src: 'create offer',
        input: ({ context: { generation, lines } }) => ({ generation, lines }),
        onDone: { target: 'awaitingAnswer', actions: 'keep the offer' },
        onError: afterFailure('note the error', 'coolingDown'),
      },
      after: {
        'offer deadline': afterFailure(tooLate('offer'), 'coolingDown'),
      },
    },
    awaitingAnswer: {
      entry: ['count the sending', { type: 'tell', params: phase('awaiting-answer') }],
      invoke: {
        src: 'exchange offer',
        input: ({ context: { generation, offer, signalling } }) => ({
          generation,
          offer: offer?.ordinal ?? 0,
          signalling,
        }),
        onDone: 'applying',
        onError: afterFailure('note the error', 'rollingBack'),
      },
      after: {
        'answer deadline': [
          // The gateway may have applied an offer whose answer was lost: the same offer again cannot hurt.
          { guard: 'the offer may be sent once more', target: 'awaitingAnswer', reenter: true },
          ...afterFailure(tooLate('answer'), 'rollingBack'),
        ],
      },
    },
    applying: {
      entry: { type: 'tell', params: phase('applying-answer') },
      invoke: {
        src: 'apply answer',
        input: ({ context }) => ({ generation: context.generation, offer: context.offer?.ordinal ?? 0 }),
        onDone: {
          target: 'stable',
          actions: [{ type: 'tell', params: done }, 'note what is negotiated', 'forget the offer'],
        },
        onError: afterFailure('note the error', 'rollingBack'),
      },
      after: {
        'apply deadline': afterFailure(tooLate('apply'), 'rollingBack'),
      },
    },
    rollingBack: {
      entry: 'forget the offer',
      invoke: {
        src: 'roll back',
        input: ofGeneration,
        onDone: 'coolingDown',
        onError: {
          target: 'dormant',
          actions: ['note the error', tellError({ type: 'negotiation.failed' })],
        },
      },
      after: {
        'apply deadline': {
          target: 'dormant',
          actions: [tooLate('apply'), tellError({ type: 'negotiation.failed' })],
        },
      },
    },
    /** After a failed round, so that a gateway that refuses is not asked in a loop. */
    coolingDown: {
      entry: 'count the failure',
      after: { 'cool-down': 'stable' },
    },
    /** A round of the application: `generateOffer`, its own signalling, `updateSdp`. */
    byHand: {
      initial: 'offering',
      states: {
        offering: {
          invoke: {
            src: 'create offer',
            input: ({ context: { generation, lines } }) => ({ generation, lines }),
            onDone: {
              target: 'open',
              actions: ['keep the offer', { type: 'tell', params: offered }, 'serve the caller'],
            },
            onError: {
              target: '#negotiation.stable',
              actions: ['note the error', { type: 'tell the error', params: refused }, 'serve the caller'],
            },
          },
          after: {
            'offer deadline': {
              target: '#negotiation.stable',
              actions: [tooLate('offer'), { type: 'tell the error', params: refused }, 'serve the caller'],
            },
          },
        },
        open: {
          on: { 'hand.answered': { guard: 'answer belongs to this offer', target: '#negotiation.applying' } },
          after: { 'hand deadline': { target: '#negotiation.stable', actions: 'forget the offer' } },
        },
      },
    },
    closed: { always: NOBODY_WAITS, on: { close: {}, 'generation.opened': {}, 'generation.ended': {} } },
  },
})
