import type { ChannelEvent } from '../../../machines/channel.machine.js'
import type { ChartContext } from '../../../machines/common.js'
import type { Environment } from '../types.js'
import { deadlines, error, from, generationRows, generations, portsOf, watch } from './common.js'

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
    'messages.sent': from('data channel', () => [{ type: 'messages.sent' }]),
  },
  actors: portsOf({
    'data channel': watch,
    'open gate': watch,
    'confirm messages': { role: 'task', done: () => [true, false], failed: () => [error('timeout')] },
  }),
  rests: {
    absent: 'waits for a generation',
    'present.open.flowing.confirmed': 'lives until the data channel or its generation ends',
    lost: 'waits for the end of its generation',
    closed: 'is over for good',
  },
}
