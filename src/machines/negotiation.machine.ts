import { assign, setup } from 'xstate'
import { facts, inPhase, type ErrorFacts } from '../errors.js'
import type { Deadlines } from '../interfaces/socket.js'
import type { Line } from '../protocol/tracks-to-m-lines.js'
import {
  ports,
  tellSession,
  type ChannelLostEvent,
  type ChannelOpenEvent,
  type ChartInput,
  type OfferFacts,
  type Signalling,
} from './ports.js'

export interface NegotiationContext {
  readonly deadlines: Deadlines
  /** `manual`: only the first round and the application's own rounds. */
  readonly mode: 'auto' | 'manual'
  generation: number
  /** The lines that the tracks want, in m-line order. They only grow. */
  lines: readonly Line[]
  /** How many of them the last applied answer covered. */
  negotiated: number
  /** Who carries the current round's offer. */
  signalling: Signalling
  channel: 'open' | 'not-open'
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

type Context = NegotiationContext
type Event = NegotiationEvent

/** What went wrong in a round, from whichever event ended it. */
const roundError = (context: Context, event: Event | { type: string }): ErrorFacts => {
  const phase = context.signalling === 'gateway' ? 'awaiting-answer' : 'renegotiating'
  if ('error' in event) {
    const error = event.error as ErrorFacts
    return error.phase === 'idle' ? inPhase(error, phase) : error
  }
  const step = context.offer ? (context.sent > 0 ? 'answer' : 'apply') : 'offer'
  return facts('timeout', `no ${step === 'offer' ? 'offer' : 'answer'} within ${context.deadlines[step]} ms`, { phase })
}

const negotiationSetup = setup({
  types: {
    context: {} as Context,
    events: {} as Event,
    input: {} as ChartInput & { mode: 'auto' | 'manual' },
  },
  actors: {
    'create offer': ports['create offer'],
    'exchange offer': ports['exchange offer'],
    'apply answer': ports['apply answer'],
    'roll back': ports['roll back'],
  },
  delays: {
    'offer deadline': ({ context }) => context.deadlines.offer,
    'answer deadline': ({ context }) => context.deadlines.answer,
    'apply deadline': ({ context }) => context.deadlines.apply,
    // How long the application may keep a round of its own open.
    'hand deadline': 10_000,
    'cool-down': ({ context }) => Math.min(8_000, 250 * 2 ** context.failures),
  },
  guards: {
    'belongs to this generation': ({ context, event }) =>
      'generation' in event && event.generation === context.generation,
    'it is the first round': ({ context }) => context.signalling === 'gateway',
    'the offer may be sent once more': ({ context }) => context.signalling === 'channel' && context.sent < 2,
    'lines wait for a round': ({ context }) =>
      context.mode === 'auto' && context.channel === 'open' && context.lines.length > context.negotiated,
    'a caller waits for its turn': ({ context }) => context.waiting.length > 0,
    'answer belongs to this offer': ({ context, event }) =>
      event.type === 'hand.answered' && event.offer === context.offer?.ordinal,
  },
  actions: {
    'begin with this generation': assign({
      generation: ({ context, event }) => (event.type === 'generation.opened' ? event.generation : context.generation),
      negotiated: 0,
      channel: 'not-open',
      failures: 0,
    }),
    'keep the lines': assign({
      lines: ({ context, event }) => (event.type === 'lines.wanted' ? event.lines : context.lines),
    }),
    'sign by gateway': assign({ signalling: 'gateway', offer: undefined, sent: 0 }),
    'sign by channel': assign({ signalling: 'channel', offer: undefined, sent: 0 }),
    'sign by application': assign({ signalling: 'application', offer: undefined, sent: 0 }),
    'keep the offer': assign({
      offer: ({ event }) => (event as unknown as { output: OfferFacts }).output,
    }),
    'count the sending': assign({ sent: ({ context }) => context.sent + 1 }),
    'note what is negotiated': assign({
      negotiated: ({ context }) => context.offer?.lines ?? context.negotiated,
      failures: 0,
    }),
    'count the failure': assign({ failures: ({ context }) => context.failures + 1 }),
    'forget the offer': assign({ offer: undefined }),
    'note that the channel is open': assign({ channel: 'open' }),
    'note that the channel is lost': assign({ channel: 'not-open' }),
    'let the caller wait': assign({
      waiting: ({ context, event }) =>
        event.type === 'hand.wanted' ? [...context.waiting, event.ticket] : context.waiting,
    }),
    'serve the caller': assign({ waiting: ({ context }) => context.waiting.slice(1) }),
    'send nobody away twice': assign({ waiting: [] }),
    'tell the phase: offering': tellSession<Context, Event>(({ context }) => ({
      type: 'phase',
      phase: context.signalling === 'gateway' ? 'offering' : 'renegotiating',
    })),
    'tell the phase: awaiting the answer': tellSession<Context, Event>(({ context }) => ({
      type: 'phase',
      phase: context.signalling === 'gateway' ? 'awaiting-answer' : 'renegotiating',
    })),
    'tell the phase: applying': tellSession<Context, Event>(({ context }) => ({
      type: 'phase',
      phase: context.signalling === 'gateway' ? 'applying-answer' : 'renegotiating',
    })),
    'tell that it is negotiated': tellSession<Context, Event>(({ context }) => ({
      type: 'negotiation.done',
      generation: context.generation,
      lines: context.offer?.lines ?? context.negotiated,
    })),
    'tell that it cannot go on': tellSession<Context, Event>(({ context, event }) => ({
      type: 'negotiation.failed',
      generation: context.generation,
      error: roundError(context, event),
    })),
    'warn that the round failed': tellSession<Context, Event>(({ context, event }) => ({
      type: 'warning',
      error: roundError(context, event),
    })),
    'warn that the answer is stale': tellSession<Context, Event>(() => ({
      type: 'warning',
      error: facts('stale-offer', 'updateSdp for an offer that is no longer current', { phase: 'renegotiating' }),
    })),
    'hand out the offer': tellSession<Context, Event>(({ context, event }) => ({
      type: 'hand.offered',
      ticket: context.waiting[0] ?? -1,
      generation: context.generation,
      offer: (event as unknown as { output: OfferFacts }).output.ordinal,
    })),
    'refuse the offer': tellSession<Context, Event>(({ context, event }) => ({
      type: 'hand.refused',
      ticket: context.waiting[0] ?? -1,
      error: roundError(context, event),
    })),
    'send the caller away': tellSession<Context, Event>(({ event }) => ({
      type: 'hand.refused',
      ticket: event.type === 'hand.wanted' ? event.ticket : -1,
      error: facts('not-connected', 'there is no peer connection to make an offer with'),
    })),
  },
})

/**
 * The only way to the peer connection's descriptions: one round at a time, an offer is a token. The first round of a
 * generation goes by the gateway's connector, later ones by the data channel; rounds by hand are the application's.
 */
export const negotiationMachine = negotiationSetup.createMachine({
  id: 'negotiation',
  context: ({ input }) => ({
    deadlines: input.deadlines,
    mode: input.mode,
    generation: 0,
    lines: [],
    negotiated: 0,
    signalling: 'gateway',
    channel: 'not-open',
    offer: undefined,
    sent: 0,
    failures: 0,
    waiting: [],
  }),
  options: { maxIterations: 50 },
  initial: 'dormant',
  on: {
    close: '.closed',
    'generation.opened': { target: '.offering', actions: ['begin with this generation', 'sign by gateway'] },
    'generation.ended': { guard: 'belongs to this generation', target: '.dormant' },
    'lines.wanted': { actions: 'keep the lines' },
    'channel.open': { guard: 'belongs to this generation', actions: 'note that the channel is open' },
    'channel.lost': { guard: 'belongs to this generation', actions: 'note that the channel is lost' },
    'hand.wanted': { actions: 'let the caller wait' },
    'hand.answered': { actions: 'warn that the answer is stale' },
  },
  states: {
    dormant: {
      entry: 'send nobody away twice',
      on: { 'hand.wanted': { actions: 'send the caller away' } },
    },
    stable: {
      always: [
        { guard: 'a caller waits for its turn', target: 'byHand', actions: 'sign by application' },
        { guard: 'lines wait for a round', target: 'offering', actions: 'sign by channel' },
      ],
    },
    offering: {
      entry: 'tell the phase: offering',
      invoke: {
        src: 'create offer',
        input: ({ context }) => ({ generation: context.generation, lines: context.lines }),
        onDone: { target: 'awaitingAnswer', actions: 'keep the offer' },
        onError: [
          { guard: 'it is the first round', target: 'dormant', actions: 'tell that it cannot go on' },
          { target: 'coolingDown', actions: 'warn that the round failed' },
        ],
      },
      after: {
        'offer deadline': [
          { guard: 'it is the first round', target: 'dormant', actions: 'tell that it cannot go on' },
          { target: 'coolingDown', actions: 'warn that the round failed' },
        ],
      },
    },
    awaitingAnswer: {
      entry: ['count the sending', 'tell the phase: awaiting the answer'],
      invoke: {
        src: 'exchange offer',
        input: ({ context: { generation, offer, signalling } }) => ({
          generation,
          offer: offer?.ordinal ?? 0,
          signalling,
        }),
        onDone: 'applying',
        onError: [
          { guard: 'it is the first round', target: 'dormant', actions: 'tell that it cannot go on' },
          { target: 'rollingBack', actions: 'warn that the round failed' },
        ],
      },
      after: {
        'answer deadline': [
          { guard: 'it is the first round', target: 'dormant', actions: 'tell that it cannot go on' },
          // The gateway may have applied an offer whose answer was lost: the same offer again cannot hurt.
          { guard: 'the offer may be sent once more', target: 'awaitingAnswer', reenter: true },
          { target: 'rollingBack', actions: 'warn that the round failed' },
        ],
      },
    },
    applying: {
      entry: 'tell the phase: applying',
      invoke: {
        src: 'apply answer',
        input: ({ context }) => ({ generation: context.generation, offer: context.offer?.ordinal ?? 0 }),
        onDone: {
          target: 'stable',
          actions: ['tell that it is negotiated', 'note what is negotiated', 'forget the offer'],
        },
        onError: [
          { guard: 'it is the first round', target: 'dormant', actions: 'tell that it cannot go on' },
          { target: 'rollingBack', actions: 'warn that the round failed' },
        ],
      },
      after: {
        'apply deadline': [
          { guard: 'it is the first round', target: 'dormant', actions: 'tell that it cannot go on' },
          { target: 'rollingBack', actions: 'warn that the round failed' },
        ],
      },
    },
    rollingBack: {
      entry: 'forget the offer',
      invoke: {
        src: 'roll back',
        input: ({ context }) => ({ generation: context.generation }),
        onDone: 'coolingDown',
        onError: { target: 'dormant', actions: 'tell that it cannot go on' },
      },
      after: { 'apply deadline': { target: 'dormant', actions: 'tell that it cannot go on' } },
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
            input: ({ context }) => ({ generation: context.generation, lines: context.lines }),
            onDone: { target: 'open', actions: ['keep the offer', 'hand out the offer', 'serve the caller'] },
            onError: { target: '#negotiation.stable', actions: ['refuse the offer', 'serve the caller'] },
          },
          after: {
            'offer deadline': { target: '#negotiation.stable', actions: ['refuse the offer', 'serve the caller'] },
          },
        },
        open: {
          on: { 'hand.answered': { guard: 'answer belongs to this offer', target: '#negotiation.applying' } },
          after: { 'hand deadline': { target: '#negotiation.stable', actions: 'forget the offer' } },
        },
      },
    },
    closed: {
      on: {
        close: {},
        'generation.opened': {},
        'generation.ended': {},
        'hand.wanted': { actions: 'send the caller away' },
      },
    },
  },
})
