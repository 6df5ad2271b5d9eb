import type {
  AttachedSource,
  ReceiverTrackContext,
  ReceiverTrackEvent,
} from '../../../machines/receiver-track.machine.js'
import type { ServerRequest } from '../../../protocol/gateway-protocol.js'
import type { Environment } from '../types.js'
import { application, deadlines, from, portsOf, session, task, trackRows, watch } from './common.js'

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

/** The world of a receiver: it is attached and detached, its line and its media come and go. */
export const receiverTrackEnvironment: Environment<ReceiverTrackEvent, ReceiverTrackContext, ReceiverMemory> = {
  inputs: [{ deadlines, id: 'receiver-1', kind: 'video' }],
  memories: [NOTHING],
  remember: (memory, { step: { stimulus, started } }) => {
    const { event } = stimulus
    const raw = event.type === 'receiver.overruled' && event.limit
    const kept = event.type !== 'generation.ended' && event.type !== 'receiver.overruled'
    const before = raw ? { ...memory, priority: raw.priority } : kept ? memory : NOTHING
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
    'stream.added': session(() => SOURCES.map((source) => ({ type: 'stream.added', source }))),
    'stream.removed': session(() => SOURCES.map((source) => ({ type: 'stream.removed', source }))),
    'receiver.overruled': application(() => [undefined, LOW].map((limit) => ({ type: 'receiver.overruled', limit }))),
    ...trackRows(0),
    'remote.track': from('receive line', () => [true, false].map((flowing) => ({ type: 'remote.track', flowing }))),
    'media.flows': from('watch media', () => [{ type: 'media.flows' }]),
    'media.stalled': from('watch media', () => [{ type: 'media.stalled' }]),
  },
  actors: portsOf({
    'receive line': watch,
    'watch media': watch,
    'hold line': watch,
    'server request': task('request-refused'),
  }),
  rests: {
    waiting: 'waits for its line',
    'stopping.held': 'waits for the path, or for the end of its generation',
    'live.media.none': 'waits for media of the far side',
    'live.media.flowing': 'plays until the far side or the generation ends it',
    'live.media.stalled': 'waits for media, or for the application',
    'live.playback.playing': 'waits for the application',
    'live.playback.paused': 'waits for the application',
    'live.subscription.detached': 'waits for a source, or for the channel',
    'live.subscription.attached': 'waits for the application or the channel',
    'live.subscription.sourceless': 'waits for its source to come back',
    'live.subscription.refused': 'waits for the application to attach it again',
  },
}
