import { begun, tellError, tooLate } from './common.js'
import { afterFailure, done, negotiationSetup, NOBODY_WAITS, offered, phase, refusal } from './negotiation.setup.js'
import { ofGeneration } from './ports.js'

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
    'channel.held': { guard: 'belongs to this generation', actions: 'note that the channel is lost' },
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
          target: 'offering',
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
        onDone: [
          {
            guard: 'it is by hand',
            target: 'byHand',
            actions: ['keep the offer', { type: 'tell', params: offered }, 'serve the caller'],
          },
          { target: 'awaitingAnswer', actions: 'keep the offer' },
        ],
        onError: [
          refusal('note the error'),
          {
            guard: 'the answer would be too large',
            target: 'stable',
            actions: [
              'note the error',
              'see it as a later round',
              'give the new lines up',
              tellError({ type: 'warning' }),
            ],
          },
          ...afterFailure('note the error', 'coolingDown'),
        ],
      },
      after: {
        'offer deadline': [refusal(tooLate('offer')), ...afterFailure(tooLate('offer'), 'coolingDown')],
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
      on: {
        'channel.held': {
          guard: 'belongs to this generation',
          target: 'awaitingPath',
          actions: ['note that the channel is lost', 'forget that it was sent'],
        },
      },
    },
    /** The offer is on its way over a path that is dead: it is sent again when that lives. */
    awaitingPath: {
      on: {
        'channel.open': {
          guard: 'belongs to this generation',
          target: 'awaitingAnswer',
          actions: 'note that the channel is open',
        },
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
          actions: ['note the error', 'see it as a later round', tellError({ type: 'negotiation.failed' })],
        },
      },
      after: {
        'apply deadline': {
          target: 'dormant',
          actions: [tooLate('apply'), 'see it as a later round', tellError({ type: 'negotiation.failed' })],
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
      on: { 'hand.answered': { guard: 'answer belongs to this offer', target: 'applying' } },
      after: { 'hand deadline': { target: 'stable', actions: 'forget the offer' } },
    },
    closed: { on: { close: {}, 'generation.opened': {}, 'generation.ended': {} } },
  },
})
