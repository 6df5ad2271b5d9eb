import type { ServerRequest } from '../../../protocol/gateway-protocol.js'
import type { SenderTrackContext, SenderTrackEvent } from '../../../machines/sender-track.machine.js'
import type { Environment } from '../types.js'
import { application, deadlines, from, portsOf, session, task, trackRows, watch } from './common.js'

/** What the server knows of a sender in this generation, seen from outside of the chart; `undefined`: nothing yet. */
export interface SenderMemory {
  readonly server: 'on' | 'off' | undefined
}

/** What a request of a sender tells the server. */
export const toggled = (input: unknown): 'on' | 'off' => {
  const { request } = input as { request: ServerRequest }
  return request.kind === 'sender.toggle' && request.track !== null ? 'on' : 'off'
}

const OWN = { peer: 'alice', stream: 'video_main' }

/**
 * The world of a sender: its source changes and ends, its line comes and goes with the generations. The session relays
 * to tracks what belongs to the current generation only.
 */
export const senderTrackEnvironment: Environment<SenderTrackEvent, SenderTrackContext, SenderMemory> = {
  inputs: [null, 'camera'].flatMap((source) =>
    (['fresh', 'reused'] as const).map((origin) => ({
      deadlines,
      id: 'sender-1',
      name: 'video_main',
      kind: 'video',
      source,
      origin,
    })),
  ),
  memories: [{ server: undefined }],
  remember: ({ server }, { from, step: { stimulus, started }, to }) => {
    // A fresh line tells by itself whether it carries media; a reused one is held as switched off.
    if (stimulus.event.type === 'line.ready' && from?.state === 'waiting')
      server = to.context.origin === 'fresh' && to.context.source !== null ? 'on' : 'off'
    if (stimulus.event.type === 'generation.ended') server = undefined
    for (const { name, input } of started) if (name === 'server request') server = toggled(input)
    return { server }
  },
  inessential: ['deadlines', 'error'],
  events: {
    'source.changed': application(() =>
      [null, 'camera', 'screen'].map((source) => ({ type: 'source.changed', source })),
    ),
    ...trackRows(-1),
    'stream.added': session(() => [true, false].map((own) => ({ type: 'stream.added', source: OWN, own }))),
    'stream.removed': session(() => [true, false].map((own) => ({ type: 'stream.removed', source: OWN, own }))),
    'source.ended': from('send source', () => [{ type: 'source.ended' }]),
  },
  actors: portsOf({ 'send source': watch, 'server request': task('request-refused') }),
  rests: {
    waiting: 'waits for its line',
    'stopping.held': 'waits for the path, or for the end of its generation',
    'live.source.announcing': 'waits for the server to be told, which has a deadline, or for the channel',
    'live.source.flowing': 'sends until its source, the application or the generation ends it',
    'live.source.paused': 'waits for the application',
    'live.source.absent': 'waits for a source',
    'live.source.ended': 'waits for another source',
    'live.server.shown': 'the others see it; waits for a change, or for the channel',
    'live.server.informed': 'the server knows; waits for a change, or for the channel',
  },
}
