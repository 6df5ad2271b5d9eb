import { assign, spawnChild, stopChild } from 'xstate'
import { facts } from '../errors.js'
import {
  delays,
  chart,
  begun,
  common,
  tell,
  tellError,
  tooLate,
  reader,
  type ChartContext,
  type ChartInput,
} from './common.js'
import {
  ofGeneration,
  ports,
  type ChannelLostEvent,
  type ChannelOpenEvent,
  type PeerBrokenEvent,
  type PeerStateEvent,
} from './ports.js'
import type { ErrorFacts } from '../errors.js'

export interface ConnectionContext extends ChartContext {
  /** `connectionState` as the peer connection last told it. */
  transport: RTCPeerConnectionState
}

export type ConnectionEvent =
  | { type: 'connect' }
  | { type: 'abort' }
  | { type: 'close' }
  | { type: 'negotiation.done'; generation: number; lines: number }
  | { type: 'negotiation.failed'; generation: number; error: ErrorFacts }
  | PeerStateEvent
  | PeerBrokenEvent
  | ChannelOpenEvent
  | ChannelLostEvent

type Context = ConnectionContext
type Event = ConnectionEvent
type Args = { context: Context; event: Event }

const as = reader<Event>()
const { guards, actions } = common<Context, Event>()

const peerIs = ({ context, event }: Args, ...states: RTCPeerConnectionState[]): boolean => {
  const { generation, state } = as<'peer.state'>(event)
  return generation === context.generation && states.includes(state)
}

const connectionSetup = chart({
  types: {} as { context: Context; events: Event; input: ChartInput },
  actors: ports,
  delays: {
    ...delays,
    // The server learns our address from the first check (peer-reflexive), so candidates are posted only where that
    // does not do: one HTTP request each is load that a connect can do without.
    'candidates are needed': 500,
  },
  guards: {
    ...guards,
    'transport failed': (args) => peerIs(args, 'failed', 'closed'),
    'transport is interrupted': (args) => peerIs(args, 'disconnected'),
    'transport is up': ({ context }) => context.transport === 'connected',
  },
  actions: {
    ...actions,
    'begin a generation': assign({
      generation: ({ context }) => context.generation + 1,
      transport: 'new',
      channel: 'not-open',
      error: undefined,
    }),
    'note the transport': assign({
      transport: ({ event }) => as<'peer.state'>(event).state,
    }),
    'note that the transport failed': assign({
      error: ({ context }) =>
        facts('transport-failed', 'ICE or DTLS failed', {
          phase: context.channel === 'open' ? 'connected' : 'establishing',
        }),
    }),
    'note that it was aborted': assign({ error: facts('aborted', 'connect was aborted') }),
    'open a peer connection': spawnChild('peer connection', {
      id: ({ context }: Args) => `peer-${context.generation}`,
      input: ofGeneration,
    }),
    'close the peer connection': stopChild(({ context }: Args) => `peer-${context.generation}`),
  },
})

/**
 * The connection's life: one attempt after another, each with a generation of its own. What carries an old one passes
 * no guard and changes nothing; an inspector sees that it came.
 */
export const connectionMachine = connectionSetup.createMachine({
  id: 'connection',
  context: ({ input }) => ({ ...begun(input), transport: 'new' }),
  initial: 'new',
  on: {
    close: '.closed',
  },
  states: {
    new: { on: { connect: 'connecting' } },
    connecting: {
      entry: ['begin a generation', tell({ type: 'connection.changed', state: 'connecting' })],
      on: {
        abort: { target: 'failed', actions: 'note that it was aborted' },
        'peer.broken': { guard: 'belongs to this generation', target: 'failed', actions: 'note the error' },
        'negotiation.failed': { guard: 'belongs to this generation', target: 'failed', actions: 'note the error' },
        'channel.lost': { guard: 'belongs to this generation', target: 'failed', actions: 'note the error' },
        'channel.open': { guard: 'belongs to this generation', actions: 'note that the channel is open' },
        'peer.state': [
          { guard: 'transport failed', target: 'failed', actions: 'note that the transport failed' },
          { guard: 'belongs to this generation', actions: 'note the transport' },
        ],
      },
      after: {
        'connect deadline': {
          target: 'failed',
          actions: tooLate('connect'),
        },
      },
      initial: 'selectingGateway',
      states: {
        selectingGateway: {
          entry: tell({ type: 'phase', phase: 'selecting-gateway' }),
          invoke: {
            src: 'select gateway',
            input: ofGeneration,
            onDone: 'negotiating',
            onError: { target: '#connection.failed', actions: 'note the error' },
          },
          after: {
            'selectGateway deadline': {
              target: '#connection.failed',
              actions: tooLate('selectGateway'),
            },
          },
        },
        negotiating: {
          // The peer connection first: those who are told then find it.
          entry: ['open a peer connection', tell({ type: 'generation.opened' })],
          on: { 'negotiation.done': { guard: 'belongs to this generation', target: 'establishing' } },
        },
        establishing: {
          entry: tell({ type: 'phase', phase: 'establishing' }),
          always: [
            { guard: 'channel is open', target: '#connection.connected' },
            { guard: 'transport is up', target: 'openingChannel' },
          ],
          after: {
            'establish deadline': {
              target: '#connection.failed',
              actions: tooLate('establish'),
            },
          },
          initial: 'direct',
          states: {
            direct: { after: { 'candidates are needed': 'trickling' } },
            trickling: {
              invoke: { src: 'trickle candidates', input: ofGeneration },
            },
          },
        },
        openingChannel: {
          entry: tell({ type: 'phase', phase: 'opening-channel' }),
          always: { guard: 'channel is open', target: '#connection.connected' },
          after: {
            'openChannel deadline': {
              target: '#connection.failed',
              actions: tooLate('openChannel'),
            },
          },
        },
      },
    },
    connected: {
      entry: tell({ type: 'connection.changed', state: 'connected' }),
      on: {
        'peer.state': [
          { guard: 'transport failed', target: 'reconnecting', actions: 'note that the transport failed' },
          { guard: 'transport is interrupted', target: '.suspect', actions: 'note the transport' },
          { guard: 'belongs to this generation', target: '.stable', actions: 'note the transport' },
        ],
        'negotiation.failed': {
          guard: 'belongs to this generation',
          target: 'reconnecting',
          actions: 'note the error',
        },
        'channel.lost': { guard: 'belongs to this generation', target: 'reconnecting', actions: 'note the error' },
      },
      initial: 'stable',
      states: {
        stable: {},
        /** Silent: nothing is announced. The peer connection itself decides within 30 s at the most. */
        suspect: {},
      },
    },
    /** No rung of the ladder yet: it ends at once, with the reason that led here. */
    reconnecting: {
      entry: tell({ type: 'connection.changed', state: 'reconnecting' }),
      always: 'failed',
    },
    failed: {
      entry: [
        'close the peer connection',
        tell({ type: 'generation.ended' }),
        tellError({ type: 'connection.changed', state: 'failed' }),
      ],
      on: { connect: 'connecting' },
    },
    closed: {
      entry: [
        'close the peer connection',
        tell({ type: 'generation.ended' }),
        tell({ type: 'connection.changed', state: 'closed' }),
      ],
      on: { close: {} },
    },
  },
})
