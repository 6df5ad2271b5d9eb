import { assign, setup, spawnChild, stopChild } from 'xstate'
import { facts, type ErrorFacts, type Phase } from '../errors.js'
import type { Deadlines } from '../interfaces/socket.js'
import {
  ports,
  tellSession,
  type ChannelLostEvent,
  type ChannelOpenEvent,
  type ChartInput,
  type PeerBrokenEvent,
  type PeerStateEvent,
} from './ports.js'

export interface ConnectionContext {
  readonly deadlines: Deadlines
  /** Counts the attempts; each has its own peer connection and server session. */
  generation: number
  /** `connectionState` as the peer connection last told it. */
  transport: RTCPeerConnectionState
  /** Whether the channel of this generation is open. */
  channel: 'open' | 'not-open'
  error: ErrorFacts | undefined
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

type Args = { context: ConnectionContext; event: ConnectionEvent }

const connectionSetup = setup({
  types: { context: {} as ConnectionContext, events: {} as ConnectionEvent, input: {} as ChartInput },
  actors: {
    'select gateway': ports['select gateway'],
    'peer connection': ports['peer connection'],
    'trickle candidates': ports['trickle candidates'],
  },
  delays: {
    'connect deadline': ({ context }) => context.deadlines.connect,
    'select deadline': ({ context }) => context.deadlines.selectGateway,
    'negotiate deadline': ({ context: { deadlines } }) => deadlines.offer + deadlines.answer + deadlines.apply + 1_000,
    'establish deadline': ({ context }) => context.deadlines.establish,
    'channel deadline': ({ context }) => context.deadlines.openChannel,
    // The server learns our address from the first check (peer-reflexive), so candidates are posted only where that
    // does not do: one HTTP request each is load that a connect can do without.
    'candidates are needed': 500,
  },
  guards: {
    'belongs to this generation': ({ context, event }) =>
      'generation' in event && event.generation === context.generation,
    'transport failed': ({ context, event }) =>
      event.type === 'peer.state' &&
      event.generation === context.generation &&
      (event.state === 'failed' || event.state === 'closed'),
    'transport is interrupted': ({ context, event }) =>
      event.type === 'peer.state' && event.generation === context.generation && event.state === 'disconnected',
    'transport is up': ({ context }) => context.transport === 'connected',
    'channel is open': ({ context }) => context.channel === 'open',
  },
  actions: {
    'begin a generation': assign({
      generation: ({ context }) => context.generation + 1,
      transport: 'new',
      channel: 'not-open',
      error: undefined,
    }),
    'note the transport': assign({
      transport: ({ context, event }) => (event.type === 'peer.state' ? event.state : context.transport),
    }),
    'note that the channel is open': assign({ channel: 'open' }),
    'note the error': assign({
      error: ({ context, event }) => {
        if (event.type === 'peer.state')
          return facts('transport-failed', `the peer connection is ${event.state}`, {
            phase: context.channel === 'open' ? 'connected' : 'establishing',
          })
        if (event.type === 'abort') return facts('aborted', 'connect was aborted by its signal')
        return 'error' in event ? (event.error as ErrorFacts) : context.error
      },
    }),
    'note that it took too long': assign({
      error: ({ context }, { phase, what, of }: { phase: Phase; what: string; of: keyof Deadlines }) =>
        facts('timeout', `${what} within ${context.deadlines[of]} ms`, { phase }),
    }),
    'open a peer connection': spawnChild('peer connection', {
      id: ({ context }: Args) => `peer-${context.generation}`,
      input: ({ context }: Args) => ({ generation: context.generation }),
    }),
    'close the peer connection': stopChild(({ context }: Args) => `peer-${context.generation}`),
    'tell that a generation began': tellSession<ConnectionContext, ConnectionEvent>(({ context }) => ({
      type: 'generation.opened',
      generation: context.generation,
    })),
    'tell that the generation ended': tellSession<ConnectionContext, ConnectionEvent>(({ context }) => ({
      type: 'generation.ended',
      generation: context.generation,
    })),
    'tell: connecting': tellSession(() => ({ type: 'connection.changed', state: 'connecting' })),
    'tell: connected': tellSession(() => ({ type: 'connection.changed', state: 'connected' })),
    'tell: reconnecting': tellSession(() => ({ type: 'connection.changed', state: 'reconnecting' })),
    'tell: failed': tellSession<ConnectionContext, ConnectionEvent>(({ context }) => ({
      type: 'connection.changed',
      state: 'failed',
      error: context.error ?? facts('internal', 'the connection failed without a reason'),
    })),
    'tell: closed': tellSession(() => ({ type: 'connection.changed', state: 'closed' })),
    'tell: selecting a gateway': tellSession(() => ({ type: 'phase', phase: 'selecting-gateway' })),
    'tell: establishing': tellSession(() => ({ type: 'phase', phase: 'establishing' })),
    'tell: opening the channel': tellSession(() => ({ type: 'phase', phase: 'opening-channel' })),
    /** What carries an old generation changes nothing; an inspector sees that it came. */
    'ignore what came late': () => {},
  },
})

/** The connection's life: one attempt after another, each with a generation of its own. */
export const connectionMachine = connectionSetup.createMachine({
  id: 'connection',
  context: ({ input }) => ({
    deadlines: input.deadlines,
    generation: 0,
    transport: 'new',
    channel: 'not-open',
    error: undefined,
  }),
  options: { maxIterations: 50 },
  initial: 'new',
  on: {
    close: '.closed',
    'peer.state': { actions: 'ignore what came late' },
    'channel.open': { actions: 'ignore what came late' },
    'channel.lost': { actions: 'ignore what came late' },
  },
  states: {
    new: { on: { connect: 'connecting' } },
    connecting: {
      entry: ['begin a generation', 'tell: connecting'],
      after: {
        'connect deadline': {
          target: 'failed',
          actions: {
            type: 'note that it took too long',
            params: { phase: 'establishing', what: 'not connected', of: 'connect' },
          },
        },
      },
      on: {
        abort: { target: 'failed', actions: 'note the error' },
        'peer.broken': { guard: 'belongs to this generation', target: 'failed', actions: 'note the error' },
        'negotiation.failed': { guard: 'belongs to this generation', target: 'failed', actions: 'note the error' },
        'channel.lost': { guard: 'belongs to this generation', target: 'failed', actions: 'note the error' },
        'channel.open': { guard: 'belongs to this generation', actions: 'note that the channel is open' },
        'peer.state': [
          { guard: 'transport failed', target: 'failed', actions: 'note the error' },
          { guard: 'belongs to this generation', actions: 'note the transport' },
        ],
      },
      initial: 'selectingGateway',
      states: {
        selectingGateway: {
          entry: 'tell: selecting a gateway',
          invoke: {
            src: 'select gateway',
            input: ({ context }) => ({ generation: context.generation }),
            onDone: 'negotiating',
            onError: {
              target: '#connection.failed',
              actions: 'note the error',
            },
          },
          after: {
            'select deadline': {
              target: '#connection.failed',
              actions: {
                type: 'note that it took too long',
                params: { phase: 'selecting-gateway', what: 'no gateway chosen', of: 'selectGateway' },
              },
            },
          },
        },
        negotiating: {
          // The peer connection first: what is told then finds it.
          entry: ['open a peer connection', 'tell that a generation began'],
          on: { 'negotiation.done': { guard: 'belongs to this generation', target: 'establishing' } },
          after: {
            'negotiate deadline': {
              target: '#connection.failed',
              actions: {
                type: 'note that it took too long',
                params: { phase: 'awaiting-answer', what: 'not negotiated', of: 'answer' },
              },
            },
          },
        },
        establishing: {
          entry: 'tell: establishing',
          always: [
            { guard: 'channel is open', target: '#connection.connected' },
            { guard: 'transport is up', target: 'openingChannel' },
          ],
          after: {
            'establish deadline': {
              target: '#connection.failed',
              actions: {
                type: 'note that it took too long',
                params: { phase: 'establishing', what: 'ICE and DTLS not up', of: 'establish' },
              },
            },
          },
          initial: 'direct',
          states: {
            direct: { after: { 'candidates are needed': 'trickling' } },
            trickling: {
              invoke: { src: 'trickle candidates', input: ({ context }) => ({ generation: context.generation }) },
            },
          },
        },
        openingChannel: {
          entry: 'tell: opening the channel',
          always: { guard: 'channel is open', target: '#connection.connected' },
          after: {
            'channel deadline': {
              target: '#connection.failed',
              actions: {
                type: 'note that it took too long',
                params: { phase: 'opening-channel', what: 'data channel not open', of: 'openChannel' },
              },
            },
          },
        },
      },
    },
    connected: {
      entry: 'tell: connected',
      on: {
        'peer.state': [
          { guard: 'transport failed', target: 'reconnecting', actions: 'note the error' },
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
    reconnecting: { entry: 'tell: reconnecting', always: 'failed' },
    failed: {
      entry: ['close the peer connection', 'tell that the generation ended', 'tell: failed'],
      on: { connect: 'connecting' },
    },
    closed: {
      entry: ['close the peer connection', 'tell that the generation ended', 'tell: closed'],
      on: { close: {} },
    },
  },
})
