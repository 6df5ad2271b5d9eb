import { assign } from 'xstate'
import type { ReceiverRef, StreamNews } from '../protocol/gateway-protocol.js'
import {
  chart,
  delays,
  begun,
  common,
  stopping,
  WARN,
  tellError,
  tooLate,
  reader,
  type ChartContext,
  type ChartInput,
} from './common.js'
import {
  ports,
  type ChannelHeldEvent,
  type ChannelLostEvent,
  type ChannelOpenEvent,
  type LineReadyEvent,
  type RemoteTrackEvent,
} from './ports.js'

/** What a receiver shows. */
export interface AttachedSource {
  readonly peer: string
  readonly stream: string
}

/** Layers and share of a receiver. */
export interface ReceiverLimit {
  /** Share of the bandwidth among the receivers; 1 to 65,535. */
  readonly priority: number
  /** Highest spatial layer, 0 to 2. */
  readonly maxSpatial: number
  /** Highest temporal layer, 0 to 2. */
  readonly maxTemporal: number
}

export interface ReceiverTrackContext extends ChartContext {
  readonly id: string
  readonly kind: 'audio' | 'video'
  line: number
  /** Position among the receivers of its kind, -1 until it has a line; the server names it by that. */
  ordinal: number
  /** What is wanted; `undefined`: nothing. */
  source: AttachedSource | undefined
  /** The server was told of a source in this generation, and not that there is none any more. */
  shown: boolean
  priority: number
  limit: ReceiverLimit | undefined
  wish: 'track.resume' | 'track.pause'
}

export type ReceiverTrackEvent =
  | { type: 'receiver.attach'; source: AttachedSource; priority: number; limit: ReceiverLimit | undefined }
  | { type: 'receiver.limit'; limit: ReceiverLimit }
  | { type: 'receiver.detach' }
  | StreamNews
  /** The application told the server by itself what to do: without a limit, what to show. */
  | { type: 'receiver.overruled'; limit: ReceiverLimit | undefined }
  | { type: 'track.pause' }
  | { type: 'track.resume' }
  | { type: 'track.stop' }
  | { type: 'generation.ended'; generation: number }
  | LineReadyEvent
  | RemoteTrackEvent
  | ChannelOpenEvent
  | ChannelLostEvent
  | ChannelHeldEvent

export interface ReceiverTrackInput extends ChartInput {
  readonly id: string
  readonly kind: 'audio' | 'video'
}

type Context = ReceiverTrackContext
type Event = ReceiverTrackEvent

const as = reader<Event>()
const { guards, actions } = common<Context, Event>()

const ref = ({ id, kind, ordinal }: Context): ReceiverRef => ({ id, kind, ordinal })

const receiverSetup = chart({
  types: {} as { context: Context; events: Event; input: ReceiverTrackInput },
  actors: ports,
  delays,
  guards: {
    ...guards,
    'there is a source, and a server to tell': ({ context }) =>
      context.channel === 'open' && context.source !== undefined,
    'it is about a limit': ({ event }) => as<'receiver.overruled'>(event).limit !== undefined,
    'the server shows it something': ({ context }) => context.channel === 'open' && context.shown,
    'there is a limit': ({ context }) => context.limit !== undefined,
    'it is its source': ({ context: { source }, event }) => {
      const told = as<StreamNews['type']>(event).source
      return told.peer === source?.peer && told.stream === source.stream
    },
    'media flows': ({ event }) => as<'remote.track'>(event).flowing,
  },
  actions: {
    ...actions,
    'keep the source': assign(({ event }) => {
      const { source, priority, limit } = as<'receiver.attach'>(event)
      return { source, priority, limit }
    }),
    'keep the limit': assign({ limit: ({ event }) => as<'receiver.limit'>(event).limit }),
    'forget the source': assign({ source: undefined, limit: undefined }),
    'note that the server shows it': assign({ shown: true }),
    'note that the server shows nothing': assign({ shown: false }),
    'keep the line': assign(({ event }) => {
      const { line, ordinal, generation, channel } = as<'line.ready'>(event)
      return { line, ordinal, generation, channel, shown: false }
    }),
  },
})

const SILENT = [tooLate('request'), tellError({ type: 'warning' })] as const

/** The last call wins, and nothing is sent: the server was told already. A limit is kept, since an attachment precedes it. */
const overruled = <const To extends object>(to: To) =>
  [
    { guard: 'it is about a limit', actions: 'keep the limit' },
    { ...to, actions: ['forget the source', 'note that the server shows nothing'] },
  ] as const

const detached = ({ context }: { context: Context }) => ({
  generation: context.generation,
  request: { kind: 'receiver.detach' as const, receiver: ref(context) },
})

/** A receiver: wished for, on a line, attached to a source of the room; its stream object stays the same for life. */
export const receiverTrackMachine = receiverSetup.createMachine({
  id: 'receiver',
  context: ({ input }) => ({
    ...begun(input),
    id: input.id,
    kind: input.kind,
    line: -1,
    ordinal: -1,
    source: undefined,
    shown: false,
    priority: 1,
    limit: undefined,
    wish: 'track.resume',
  }),
  initial: 'waiting',
  on: {
    'channel.open': { actions: 'note that the channel is open' },
    'channel.lost': { actions: 'note that the channel is lost' },
    'channel.held': { actions: 'note that the channel is held' },
    'generation.ended': { target: '.waiting', actions: 'note that the channel is lost' },
    'receiver.attach': { actions: 'keep the source' },
    'receiver.limit': { actions: 'keep the limit' },
    'receiver.detach': { actions: 'forget the source' },
    'receiver.overruled': overruled({}),
    'track.pause': { actions: 'keep the wish' },
    'track.resume': { actions: 'keep the wish' },
    'track.stop': '.stopping',
  },
  states: {
    /** Wished for; its line is not negotiated yet, or not any more. */
    waiting: { on: { 'line.ready': { target: 'live', actions: 'keep the line' } } },
    live: {
      type: 'parallel',
      on: { 'line.ready': {} },
      states: {
        media: {
          invoke: {
            src: 'receive line',
            input: ({ context: { generation, id, line } }) => ({ generation, id, line }),
          },
          initial: 'none',
          states: {
            none: { on: { 'remote.track': { guard: 'media flows', target: 'flowing' } } },
            flowing: {
              on: {
                'remote.track': [{ guard: 'media flows' }, { target: 'none' }],
              },
            },
          },
        },
        playback: {
          initial: 'deciding',
          on: {
            'track.pause': { target: '.deciding', actions: 'keep the wish' },
            'track.resume': { target: '.deciding', actions: 'keep the wish' },
          },
          states: {
            deciding: { always: [{ guard: 'it is to be paused', target: 'paused' }, { target: 'playing' }] },
            playing: {},
            /** Local: the server goes on to send. */
            paused: {
              invoke: {
                src: 'hold line',
                input: ({ context: { generation, id, line } }) => ({ generation, id, line }),
              },
            },
          },
        },
        subscription: {
          initial: 'detached',
          on: {
            'receiver.attach': { target: '.detached', actions: 'keep the source' },
            'receiver.overruled': overruled({ target: '.detached' }),
            'channel.lost': { target: '.detached', actions: 'note that the channel is lost' },
            'channel.held': { target: '.detached', actions: 'note that the channel is held' },
          },
          states: {
            detached: {
              always: [
                { guard: 'there is a source, and a server to tell', target: 'attaching' },
                { guard: 'the server shows it something', target: 'detaching' },
              ],
            },
            attaching: {
              entry: 'note that the server shows it',
              invoke: {
                src: 'server request',
                input: ({ context }) => ({
                  generation: context.generation,
                  request: {
                    kind: 'receiver.attach' as const,
                    receiver: ref(context),
                    ...(context.source as AttachedSource),
                    priority: context.priority,
                  },
                }),
                // The server forgets the limit at each switch to another source: first the one, then the other.
                onDone: [{ guard: 'there is a limit', target: 'limiting' }, { target: 'attached' }],
                onError: { target: 'refused', actions: WARN },
              },
              on: { 'receiver.detach': 'detaching' },
              after: { 'request deadline': { target: 'refused', actions: SILENT } },
            },
            limiting: {
              invoke: {
                src: 'server request',
                input: ({ context }) => ({
                  generation: context.generation,
                  request: {
                    kind: 'receiver.limit' as const,
                    receiver: ref(context),
                    ...(context.limit as ReceiverLimit),
                  },
                }),
                onDone: 'attached',
                onError: { target: 'attached', actions: WARN },
              },
              on: {
                'receiver.limit': { target: 'limiting', reenter: true, actions: 'keep the limit' },
                'receiver.detach': 'detaching',
              },
              after: { 'request deadline': { target: 'attached', actions: SILENT } },
            },
            attached: {
              on: {
                'stream.removed': { guard: 'it is its source', target: 'sourceless' },
                'receiver.limit': { target: 'limiting', actions: 'keep the limit' },
                'receiver.detach': 'detaching',
              },
            },
            /** The source has left the room. When it is back, the server shows it to those who switch to it anew. */
            sourceless: {
              on: {
                'stream.added': { guard: 'it is its source', target: 'renewing' },
                'receiver.limit': { actions: 'keep the limit' },
                'receiver.detach': 'detaching',
              },
            },
            renewing: {
              invoke: { src: 'server request', input: detached, onDone: 'detached', onError: 'detached' },
              on: { 'receiver.detach': 'detaching' },
              after: { 'request deadline': 'detached' },
            },
            detaching: {
              invoke: {
                src: 'server request',
                input: detached,
                onDone: { target: 'detached', actions: 'note that the server shows nothing' },
                onError: { target: 'detached', actions: ['note that the server shows nothing', ...WARN] },
              },
              entry: ['forget the source'],
              after: {
                'request deadline': { target: 'detached', actions: ['note that the server shows nothing', ...SILENT] },
              },
            },
            /** Until the application attaches it again; the wish itself is kept. */
            refused: {},
          },
        },
      },
    },
    stopping: stopping('the server shows it something', detached),
    stopped: { type: 'final' },
  },
})
