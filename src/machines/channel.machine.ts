import { assign, setup } from 'xstate'
import { facts } from '../errors.js'
import type { Deadlines } from '../interfaces/socket.js'
import { ports, tellSession, type ChannelLostEvent, type ChannelOpenEvent, type ChartInput } from './ports.js'

export interface ChannelContext {
  readonly deadlines: Deadlines
  generation: number
}

export type ChannelEvent =
  | { type: 'generation.opened'; generation: number }
  | { type: 'generation.ended'; generation: number }
  | { type: 'close' }
  | ChannelOpenEvent
  | ChannelLostEvent

type Context = ChannelContext
type Event = ChannelEvent

const channelSetup = setup({
  types: { context: {} as Context, events: {} as Event, input: {} as ChartInput },
  actors: { 'data channel': ports['data channel'], 'open gate': ports['open gate'] },
  delays: {
    // The connection's own deadlines are shorter; this one only keeps a forgotten channel from waiting for ever.
    'channel deadline': ({ context }) => context.deadlines.connect,
  },
  guards: {
    'belongs to this generation': ({ context, event }) =>
      'generation' in event && event.generation === context.generation,
  },
  actions: {
    'take this generation': assign({
      generation: ({ context, event }) => (event.type === 'generation.opened' ? event.generation : context.generation),
    }),
    'tell: opening': tellSession<Context, Event>(({ context }) => ({
      type: 'channel.opening',
      generation: context.generation,
    })),
    'tell: open': tellSession<Context, Event>(({ context }) => ({
      type: 'channel.open',
      generation: context.generation,
    })),
    'tell: lost': tellSession<Context, Event>(({ context, event }) => ({
      type: 'channel.lost',
      generation: context.generation,
      error:
        event.type === 'channel.lost'
          ? event.error
          : facts('timeout', `the data channel is not open within ${context.deadlines.connect} ms`, {
              phase: 'opening-channel',
            }),
    })),
  },
})

/** The data channel's life, and with it whether `send` goes out or is kept. */
export const channelMachine = channelSetup.createMachine({
  id: 'channel',
  context: ({ input }) => ({ deadlines: input.deadlines, generation: 0 }),
  options: { maxIterations: 50 },
  initial: 'absent',
  on: {
    close: '.closed',
    'generation.opened': { target: '.present', actions: 'take this generation' },
    'generation.ended': { guard: 'belongs to this generation', target: '.absent' },
  },
  states: {
    absent: {},
    present: {
      invoke: { src: 'data channel', input: ({ context }) => ({ generation: context.generation }) },
      on: { 'channel.lost': { guard: 'belongs to this generation', target: 'lost' } },
      initial: 'opening',
      states: {
        opening: {
          entry: 'tell: opening',
          on: { 'channel.open': { guard: 'belongs to this generation', target: 'open' } },
          after: { 'channel deadline': '#channel.lost' },
        },
        open: {
          invoke: { src: 'open gate', input: ({ context }) => ({ generation: context.generation }) },
          // Two steps, since an entry action runs before the invoked actor: whoever hears of it must find the gate open.
          initial: 'flushing',
          states: { flushing: { always: 'flowing' }, flowing: { entry: 'tell: open' } },
        },
      },
    },
    lost: { entry: 'tell: lost' },
    closed: { on: { close: {}, 'generation.opened': {}, 'generation.ended': {} } },
  },
})
