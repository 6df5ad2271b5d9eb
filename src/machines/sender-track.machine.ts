import { assign } from 'xstate'
import type { ServerRequest, StreamNews } from '../protocol/gateway-protocol.js'
import { delays, chart, begun, common, stopping, WARN, reader, type ChartContext, type ChartInput } from './common.js'
import {
  ports,
  type ChannelHeldEvent,
  type ChannelLostEvent,
  type ChannelOpenEvent,
  type LineReadyEvent,
  type SourceEndedEvent,
} from './ports.js'

export interface SenderTrackContext extends ChartContext {
  readonly id: string
  readonly name: string
  readonly kind: 'audio' | 'video'
  /** Id of the track that is to be sent; `null`: none. */
  source: string | null
  line: number
  /** What the server knows in this generation: by what it was told, or by the line itself. */
  announced: 'on' | 'off'
  /** What it is being told. */
  telling: 'on' | 'off'
  /** `reused`: the line was a stopped sender's of the same name, and the server holds it as switched off. */
  origin: 'fresh' | 'reused'
  /** What the application asked for last. */
  wish: 'track.resume' | 'track.pause'
}

export type SenderTrackEvent =
  | { type: 'source.changed'; source: string | null }
  | { type: 'track.pause' }
  | { type: 'track.resume' }
  | { type: 'track.stop' }
  | { type: 'generation.ended'; generation: number }
  | StreamNews
  | LineReadyEvent
  | SourceEndedEvent
  | ChannelOpenEvent
  | ChannelLostEvent
  | ChannelHeldEvent

export interface SenderTrackInput extends ChartInput {
  readonly id: string
  readonly name: string
  readonly kind: 'audio' | 'video'
  readonly source: string | null
  readonly origin: 'fresh' | 'reused'
}

type Context = SenderTrackContext
type Event = SenderTrackEvent

const as = reader<Event>()
const { guards, actions } = common<Context, Event>()

const isIts = ({ context, event }: { context: Context; event: Event }): boolean => {
  const { own, source } = as<StreamNews['type']>(event)
  return own === true && source.stream === context.name
}

const toggle = ({ name, kind }: Context, track: string | null): ServerRequest => ({
  kind: 'sender.toggle',
  name,
  media: kind,
  track,
})

const senderSetup = chart({
  types: {} as { context: Context; events: Event; input: SenderTrackInput },
  actors: ports,
  // A session that was frozen tells of its streams again when it goes on.
  delays: { ...delays, 'back by itself': 1_000 },
  guards: {
    ...guards,
    'there is no source': ({ context }) => context.source === null,
    'the server does not know that it flows': ({ context }) => context.announced === 'off',
    'the server knows that it flows': ({ context }) => context.announced === 'on',
    'the server holds the line as switched off': ({ context }) => context.origin === 'reused',
    'it is its stream': isIts,
    'it is its stream, which flows': (args) => isIts(args) && args.context.announced === 'on',
    'the server must be told': ({ context }) =>
      context.channel === 'open' && (context.announced === 'on') !== (context.source !== null),
  },
  actions: {
    ...actions,
    'keep the source': assign({ source: ({ event }) => as<'source.changed'>(event).source }),
    'the source is gone': assign({ source: null }),
    'keep the line': assign(({ event }) => {
      const { line, generation, channel } = as<'line.ready'>(event)
      return { line, generation, channel }
    }),
    // What it is told off it takes for off at once: nothing may flow before it was told on again.
    'note what it is told': assign(({ context }) =>
      context.source === null ? { telling: 'off', announced: 'off' } : { telling: 'on' },
    ),
    'the server knows what it was told': assign({ announced: ({ context }) => context.telling }),
    'the server takes it for off': assign({ announced: 'off' }),
    'the next line is a fresh one': assign({ origin: 'fresh' }),
  },
})

const switchedOff = ({ context }: { context: Context }) => ({
  generation: context.generation,
  request: toggle(context, null),
})

const MUST_TELL = { guard: 'the server must be told', target: 'telling' } as const

/** A sender: wished for, on a line, with a source that flows, is paused, ended or absent; the server is told of changes. */
export const senderTrackMachine = senderSetup.createMachine({
  id: 'sender',
  context: ({ input }) => ({
    ...begun(input),
    id: input.id,
    name: input.name,
    kind: input.kind,
    source: input.source,
    line: -1,
    announced: 'off',
    telling: 'off',
    origin: input.origin,
    wish: 'track.resume',
  }),
  initial: 'waiting',
  on: {
    'channel.open': { actions: 'note that the channel is open' },
    'channel.lost': { actions: 'note that the channel is lost' },
    'channel.held': { actions: 'note that the channel is held' },
    'generation.ended': {
      target: '.waiting',
      actions: ['note that the channel is lost', 'the next line is a fresh one'],
    },
    'source.changed': { actions: 'keep the source' },
    'track.pause': { actions: 'keep the wish' },
    'track.resume': { actions: 'keep the wish' },
    'track.stop': '.stopping',
  },
  states: {
    /** Wished for; its line is not negotiated yet, or not any more. */
    waiting: {
      on: {
        'line.ready': [
          {
            guard: 'the server holds the line as switched off',
            target: 'live',
            actions: 'keep the line',
          },
          // The server knows what it sees: a line without a source is silent anyway, only a change has to be told.
          { target: 'live', actions: ['keep the line', 'note what it is told', 'the server knows what it was told'] },
        ],
      },
    },
    live: {
      type: 'parallel',
      on: { 'line.ready': {} },
      states: {
        source: {
          initial: 'deciding',
          on: {
            'source.changed': { target: '.deciding', actions: 'keep the source' },
            'track.pause': { target: '.deciding', actions: 'keep the wish' },
            'track.resume': { target: '.deciding', actions: 'keep the wish' },
          },
          states: {
            deciding: {
              always: [
                { guard: 'it is to be paused', target: 'paused' },
                { guard: 'there is no source', target: 'absent' },
                { guard: 'the server knows that it flows', target: 'flowing' },
                { target: 'announcing' },
              ],
            },
            // What is sent before the server knows is discarded, and the first key frame with it: others would see
            // nothing for seconds.
            announcing: { always: { guard: 'the server knows that it flows', target: 'deciding' } },
            flowing: {
              invoke: {
                src: 'send source',
                input: ({ context: { generation, id, line } }) => ({ generation, id, line }),
              },
              always: { guard: 'the server does not know that it flows', target: 'announcing' },
              on: { 'source.ended': { target: 'ended', actions: 'the source is gone' } },
            },
            /** Nothing is sent, and the server is not told: it goes on without a word. */
            paused: {},
            absent: {},
            ended: {},
          },
        },
        server: {
          initial: 'informed',
          states: {
            informed: {
              always: MUST_TELL,
              on: { 'stream.added': { guard: 'it is its stream', target: 'shown' } },
            },
            /** The others see it. */
            shown: {
              always: MUST_TELL,
              on: { 'stream.removed': { guard: 'it is its stream, which flows', target: 'vanished' } },
            },
            /** They do not any more, though nobody asked for that: an older session of the same peer ended late. */
            vanished: {
              always: MUST_TELL,
              on: { 'stream.added': { guard: 'it is its stream', target: 'shown' } },
              after: {
                'back by itself': [
                  { guard: 'channel is open', target: 'silencing' },
                  { target: 'vanished', reenter: true },
                ],
              },
            },
            /** Switched off and on the server tells of it anew. */
            silencing: {
              entry: 'the server takes it for off',
              invoke: { src: 'server request', input: switchedOff, onDone: 'informed', onError: 'informed' },
              on: { 'channel.held': { target: 'informed', actions: 'note that the channel is held' } },
              after: { 'request deadline': 'informed' },
            },
            telling: {
              entry: 'note what it is told',
              // Refused or unanswered is told too: asking again would not mend it.
              exit: 'the server knows what it was told',
              invoke: {
                src: 'server request',
                input: ({ context }) => ({
                  generation: context.generation,
                  request: toggle(context, context.source),
                }),
                onDone: 'informed',
                onError: { target: 'informed', actions: WARN },
              },
              // It is on its way, and arrives when the path lives again.
              on: { 'channel.held': { target: 'informed', actions: 'note that the channel is held' } },
              after: { 'request deadline': 'informed' },
            },
          },
        },
      },
    },
    stopping: stopping('channel is open', switchedOff),
    stopped: { type: 'final' },
  },
})
