import { assign } from 'xstate'
import { facts, inPhase, type ErrorFacts } from '../errors.js'
import type { Line } from '../protocol/tracks-to-m-lines.js'
import { delays, chart, common, tellError, reader, type ChartContext, type ChartInput } from './common.js'
import {
  ports,
  type ChannelHeldEvent,
  type ChannelLostEvent,
  type ChannelOpenEvent,
  type OfferFacts,
  type Signalling,
} from './ports.js'

export interface NegotiationContext extends ChartContext {
  /** `manual`: only the first round and the application's own rounds. */
  readonly mode: 'auto' | 'manual'
  /** The lines that the tracks want, in m-line order. They only grow. */
  lines: readonly Line[]
  /** How many of them the last applied answer covered, or were given up for this generation. */
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
  | ChannelHeldEvent

type Context = NegotiationContext
type Event = NegotiationEvent

const as = reader<Event>()
const { guards, actions } = common<Context, Event>()

const made = (event: object): OfferFacts => (event as { output: OfferFacts }).output

export const negotiationSetup = chart({
  types: {} as {
    context: Context
    events: Event
    input: ChartInput & Pick<Context, 'mode'>
  },
  actors: ports,
  delays: {
    ...delays,
    // How long the application may keep a round of its own open.
    'hand deadline': 10_000,
    'cool-down': ({ context }) => Math.min(8_000, 250 * 2 ** context.failures),
  },
  guards: {
    ...guards,
    'it is by hand': ({ context }) => context.signalling === 'application',
    'it is the first round': ({ context }) => context.signalling === 'gateway',
    'the offer may be sent once more': ({ context }) => context.signalling === 'channel' && context.sent < 2,
    'lines wait for a round': ({ context }) =>
      context.mode === 'auto' && context.channel === 'open' && context.lines.length > context.negotiated,
    'the answer would be too large': ({ event }) =>
      (event as unknown as { error: ErrorFacts }).error.code === 'offer-too-large',
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
    'forget that it was sent': assign({ sent: 0 }),
    'count the sending': assign({ sent: ({ context }) => context.sent + 1 }),
    'note what is negotiated': assign({
      negotiated: ({ context }) => context.offer?.lines ?? context.negotiated,
      failures: 0,
    }),
    /** They wait for the next generation: the answer to its first round has no bound. */
    'give the new lines up': assign({ negotiated: ({ context }) => context.lines.length }),
    'count the failure': assign({ failures: ({ context }) => context.failures + 1 }),
    'forget the offer': assign({ offer: undefined }),
    'let the caller wait': assign({
      waiting: ({ context, event }) => [...context.waiting, as<'hand.wanted'>(event).ticket],
    }),
    'serve the caller': assign({ waiting: ({ context }) => context.waiting.slice(1) }),
    /** The phases of a connect are those of the first round. */
    'see it as a later round': assign({
      error: ({ context }) => context.error && inPhase(context.error, 'renegotiating'),
    }),
    'send every caller away': assign({ waiting: [] }),
    'note that there is nothing to offer': assign({
      error: facts('not-connected', 'there is no peer connection'),
    }),
    'note that the answer is stale': assign({
      error: facts('stale-offer', 'updateSdp for an offer that is no longer current', { phase: 'renegotiating' }),
    }),
  },
})

/** Words of the chart that carry something of its context or event. */
export const done = ({ context }: { context: Context }) => ({
  type: 'negotiation.done' as const,
  lines: context.offer?.lines ?? context.negotiated,
})
export const offered = ({ context, event }: { context: Context; event: object }) => ({
  type: 'hand.offered' as const,
  ticket: context.waiting[0] ?? -1,
  offer: made(event).ordinal,
})
const refused = ({ context }: { context: Context }) => ({
  type: 'hand.refused' as const,
  tickets: context.waiting,
})

/** Where there is no peer connection nobody waits. */
export const NOBODY_WAITS = {
  guard: 'a caller waits for its turn',
  actions: [
    'note that there is nothing to offer',
    { type: 'tell the error', params: refused },
    'send every caller away',
  ],
} as const

/** The phase that the application sees: later rounds have one name for all their steps. */
export const phase =
  (first: 'offering' | 'awaiting-answer' | 'applying-answer') =>
  ({ context }: { context: Context }) => ({
    type: 'phase' as const,
    phase: context.signalling === 'gateway' ? first : ('renegotiating' as const),
  })

/** Where an offer could not be made all who wait for one are told so: theirs would be the same. */
export const refusal = <const A>(note: A) =>
  ({
    guard: 'it is by hand',
    target: 'stable',
    actions: [note, 'see it as a later round', { type: 'tell the error', params: refused }, 'send every caller away'],
  }) as const

/** A failed first round ends the attempt; a failed later one is rolled back (or was never sent) and tried again. */
export const afterFailure = <const A>(note: A, otherwise: 'rollingBack' | 'coolingDown') =>
  [
    {
      guard: 'it is the first round',
      target: 'dormant',
      actions: [note, tellError({ type: 'negotiation.failed' })],
    },
    { target: otherwise, actions: [note, 'see it as a later round', tellError({ type: 'warning' })] },
  ] as const
