import type {
  AttachedSource,
  ReceiverTrackContext,
  ReceiverTrackEvent,
} from '../../../machines/receiver-track.machine.js'
import type { ServerRequest } from '../../../protocol/gateway-protocol.js'
import type { Environment } from '../types.js'
import { application, deadlines, error, from, GENERATIONS, portsOf, session, task, watch } from './common.js'

/** What the server was told of a receiver in this generation. */
export interface ReceiverMemory {
  /** The peer whose stream it shows. */
  readonly source: string | undefined
  /** Priority of the limit, which stands for all of it. */
  readonly priority: number | undefined
}

const NOTHING: ReceiverMemory = { source: undefined, priority: undefined }

const toldBy = ({ source }: ReceiverMemory, { request }: { request: ServerRequest }): ReceiverMemory => {
  if (request.kind === 'receiver.attach') return { source: request.peer, priority: undefined }
  if (request.kind === 'receiver.limit') return { source, priority: request.priority }
  return NOTHING
}

const SOURCES: readonly AttachedSource[] = [
  { peer: 'alice', stream: 'video_main' },
  { peer: 'bob', stream: 'video_main' },
]
const LOW = { priority: 1, maxSpatial: 0, maxTemporal: 0 }
const HIGH = { priority: 2, maxSpatial: 2, maxTemporal: 2 }
const GATES = ['open', 'not-open'] as const

/** The world of a receiver: it is attached and detached, its line and its media come and go. */
export const receiverTrackEnvironment: Environment<ReceiverTrackEvent, ReceiverTrackContext, ReceiverMemory> = {
  inputs: [{ deadlines, id: 'receiver-1', kind: 'video' }],
  memories: [NOTHING],
  remember: (memory, { step: { stimulus, started } }) => {
    const before = stimulus.event.type === 'generation.ended' ? NOTHING : memory
    return started
      .filter(({ name }) => name === 'server request')
      .reduce((known, { input }) => toldBy(known, input as { request: ServerRequest }), before)
  },
  inessential: ['deadlines', 'error'],
  events: {
    'receiver.attach': application(() =>
      SOURCES.flatMap((source) =>
        [undefined, LOW].map((limit) => ({ type: 'receiver.attach', source, priority: 1, limit })),
      ),
    ),
    'receiver.limit': application(() => [{ type: 'receiver.limit', limit: HIGH }]),
    'receiver.detach': application(() => [{ type: 'receiver.detach' }]),
    'track.pause': application(() => [{ type: 'track.pause' }]),
    'track.resume': application(() => [{ type: 'track.resume' }]),
    'track.stop': application(() => [{ type: 'track.stop' }]),
    'generation.ended': session(({ context: { generation } }) => [{ type: 'generation.ended', generation }]),
    'line.ready': session(({ context: { generation }, state }) => {
      const ready = state === 'waiting' ? Math.min(generation + 1, GENERATIONS) : generation
      return GATES.map((channel) => ({ type: 'line.ready', generation: ready, line: 0, ordinal: 0, channel }))
    }),
    'remote.track': from('receive line', () => [true, false].map((flowing) => ({ type: 'remote.track', flowing }))),
    'channel.open': session(({ context: { generation } }) => [{ type: 'channel.open', generation }]),
    'channel.lost': session(({ context: { generation } }) => [
      { type: 'channel.lost', generation, error: error('channel-closed') },
    ]),
  },
  actors: portsOf({ 'receive line': watch, 'hold line': watch, 'server request': task('request-refused') }),
  rests: {
    waiting: 'waits for its line',
    'live.media.none': 'waits for media of the far side',
    'live.media.flowing': 'plays until the far side or the generation ends it',
    'live.playback.playing': 'waits for the application',
    'live.playback.paused': 'waits for the application',
    'live.subscription.detached': 'waits for a source, or for the channel',
    'live.subscription.attached': 'waits for the application or the channel',
    'live.subscription.refused': 'waits for the application to attach it again',
  },
}
