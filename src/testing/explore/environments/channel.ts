import type { ChannelEvent } from '../../../machines/channel.machine.js'
import type { ChartContext } from '../../../machines/common.js'
import type { Configuration, Environment } from '../types.js'
import { deadlines, error, from, generationRows, generations, portsOf, session, watch } from './common.js'

/** The generations of which a path is told: only of one that was connected. */
const connected = (at: Configuration<ChartContext>): number[] =>
  at.state.startsWith('present.open.') ? generations(at) : []

/** The world of a channel: generations come and go, the data channel opens, is used and is lost. */
export const channelEnvironment: Environment<ChannelEvent, ChartContext> = {
  inputs: [{ deadlines }],
  memories: [undefined],
  inessential: ['deadlines'],
  events: {
    ...generationRows(),
    'channel.open': from('data channel', (at) =>
      generations(at).map((generation) => ({ type: 'channel.open', generation })),
    ),
    'channel.lost': from('data channel', (at) =>
      generations(at).map((generation) => ({ type: 'channel.lost', generation, error: error('channel-closed') })),
    ),
    'path.held': session((at) => connected(at).map((generation) => ({ type: 'path.held', generation }))),
    'path.back': session((at) => connected(at).map((generation) => ({ type: 'path.back', generation }))),
    'messages.sent': from('data channel', () => [{ type: 'messages.sent' }]),
  },
  actors: portsOf({
    'data channel': watch,
    'open gate': watch,
    'hold messages': watch,
    'confirm messages': { role: 'task', done: () => [true, false], failed: () => [error('timeout')] },
  }),
  rests: {
    absent: 'waits for a generation',
    'present.open.flowing.confirmed': 'lives until the data channel or its generation ends',
    'present.open.held': 'waits for the path, or for the end of its generation',
    lost: 'waits for the end of its generation',
    closed: 'is over for good',
  },
}
