import { assign } from 'xstate'
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
import { ofGeneration, ports, type ChannelLostEvent, type ChannelOpenEvent, type MessagesSentEvent } from './ports.js'

export type ChannelEvent =
  | { type: 'generation.opened'; generation: number }
  | { type: 'generation.ended'; generation: number }
  | { type: 'path.held' | 'path.back'; generation: number }
  | { type: 'close' }
  | ChannelOpenEvent
  | ChannelLostEvent
  | MessagesSentEvent

const { guards, actions } = common<ChartContext, ChannelEvent>()

const channelSetup = chart({
  types: {} as { context: ChartContext; events: ChannelEvent; input: ChartInput },
  actors: ports,
  delays: { ...delays, 'confirmation is due': 1_000 },
  guards: { ...guards, 'more was sent': ({ event }) => (event as unknown as { output: boolean }).output },
  actions: {
    ...actions,
    'take this generation': assign({
      generation: ({ event }) => reader<ChannelEvent>()<'generation.opened'>(event).generation,
    }),
  },
})

/** The data channel's life, and with it whether `send` goes out or is kept. */
export const channelMachine = channelSetup.createMachine({
  id: 'channel',
  context: ({ input }) => begun(input),
  initial: 'absent',
  on: {
    close: '.closed',
    'generation.opened': { target: '.present', actions: 'take this generation' },
    'generation.ended': { guard: 'belongs to this generation', target: '.absent' },
  },
  states: {
    absent: {},
    present: {
      invoke: { src: 'data channel', input: ofGeneration },
      on: {
        'channel.lost': { guard: 'belongs to this generation', target: 'lost', actions: 'note the error' },
      },
      initial: 'opening',
      states: {
        opening: {
          entry: tell({ type: 'channel.opening' }),
          on: { 'channel.open': { guard: 'belongs to this generation', target: 'open' } },
          after: {
            'connect deadline': {
              target: '#channel.lost',
              actions: tooLate('connect'),
            },
          },
        },
        open: {
          invoke: { src: 'open gate', input: ofGeneration },
          // Two steps, since an entry action runs before the invoked actor: whoever hears of it must find the gate open.
          initial: 'flushing',
          states: {
            flushing: { always: { target: 'flowing', actions: tell({ type: 'channel.open' }) } },
            flowing: {
              on: { 'path.held': { guard: 'belongs to this generation', target: 'held' } },
              initial: 'confirmed',
              states: {
                confirmed: { on: { 'messages.sent': 'unconfirmed' } },
                unconfirmed: { after: { 'confirmation is due': 'confirming' } },
                confirming: {
                  invoke: {
                    src: 'confirm messages',
                    input: ofGeneration,
                    onDone: [{ guard: 'more was sent', target: 'unconfirmed' }, { target: 'confirmed' }],
                    onError: 'confirmed',
                  },
                  on: { 'messages.sent': 'unconfirmed' },
                  after: { 'request deadline': 'unconfirmed' },
                },
              },
            },
            /** The path is dead: what is sent is kept, and goes out when it lives again, over this channel or another. */
            held: {
              entry: tell({ type: 'channel.held' }),
              invoke: { src: 'hold messages', input: ofGeneration },
              on: { 'path.back': { guard: 'belongs to this generation', target: 'released' } },
            },
            released: { always: { target: 'flowing.unconfirmed', actions: tell({ type: 'channel.open' }) } },
          },
        },
      },
    },
    lost: { entry: tellError({ type: 'channel.lost' }) },
    closed: { on: { close: {}, 'generation.opened': {}, 'generation.ended': {} } },
  },
})
