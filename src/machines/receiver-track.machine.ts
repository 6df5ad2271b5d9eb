import { sourceKey } from '../protocol/gateway-protocol.js'
import { begun, stopping, tellError, tooLate, WARN } from './common.js'
import {
  receiverSetup,
  ref,
  type AttachedSource,
  type ReceiverLimit,
  type ReceiverTrackContext,
} from './receiver-track.setup.js'

export type { AttachedSource, ReceiverLimit, ReceiverTrackContext, ReceiverTrackEvent } from './receiver-track.setup.js'

const SILENT = [tooLate('request'), tellError({ type: 'warning' })] as const

/** The last call wins, and nothing is sent: the server was told already. A limit is kept, since an attachment precedes it. */
const overruled = <const To extends object>(to: To) =>
  [
    { guard: 'it is about a limit', actions: 'keep the limit' },
    { ...to, actions: ['forget the source', 'note that the server shows nothing'] },
  ] as const

const detached = ({ context }: { context: ReceiverTrackContext }) => ({
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
    renewals: 0,
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
          on: { 'media.flows': '.flowing', 'media.stalled': '.stalled' },
          states: {
            none: { on: { 'remote.track': { guard: 'media flows', target: 'flowing' } } },
            flowing: {
              on: {
                'remote.track': [{ guard: 'media flows' }, { target: 'none' }],
              },
            },
            /** Nothing comes in, though the source is in the room: it is paused there, or the server has lost its way. */
            stalled: {
              on: {
                'remote.track': { guard: 'media flows', target: 'flowing' },
                'receiver.detach': 'none',
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
              invoke: {
                src: 'watch media',
                input: ({ context: { generation, line, source } }) => ({
                  generation,
                  line,
                  source: sourceKey(source as AttachedSource),
                }),
              },
              on: {
                'media.flows': { actions: 'forget the renewals' },
                'media.stalled': {
                  guard: 'it may be asked for anew',
                  target: 'renewing',
                  actions: 'count the renewal',
                },
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
