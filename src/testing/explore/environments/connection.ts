import type { ConnectionContext, ConnectionEvent } from '../../../machines/connection.machine.js'
import type { ConnectionState } from '../../../machines/ports.js'
import type { Environment } from '../types.js'
import {
  application,
  deadlines,
  error,
  from,
  generations,
  GENERATIONS,
  portsOf,
  session,
  task,
  watch,
} from './common.js'

/** What was told of the connection: its last state, and the generation that was opened and has not ended. */
export interface ConnectionMemory {
  readonly state: ConnectionState
  readonly open: number
}

const TRANSPORT: readonly RTCPeerConnectionState[] = [
  'new',
  'connecting',
  'connected',
  'disconnected',
  'failed',
  'closed',
]

/** The world of a connection: its peer connection in every state, negotiation and channel as the session relays them. */
export const connectionEnvironment: Environment<ConnectionEvent, ConnectionContext, ConnectionMemory> = {
  inputs: [{ deadlines }],
  memories: [{ state: 'new', open: 0 }],
  inessential: ['deadlines'],
  remember: (memory, { step: { told } }) => {
    let { state, open } = memory
    for (const word of told) {
      if (word.type === 'connection.changed') state = word.state
      if (word.type === 'generation.opened') open = word.generation
      if (word.type === 'generation.ended' && word.generation === open) open = 0
    }
    return { state, open }
  },
  events: {
    connect: application(({ context }) => (context.generation < GENERATIONS ? [{ type: 'connect' }] : [])),
    abort: application(() => [{ type: 'abort' }]),
    close: application(() => [{ type: 'close' }]),
    'negotiation.done': session((at) =>
      generations(at).map((generation) => ({ type: 'negotiation.done', generation, lines: 1 })),
    ),
    'negotiation.failed': session((at) =>
      generations(at).map((generation) => ({
        type: 'negotiation.failed',
        generation,
        error: error('gateway-refused'),
      })),
    ),
    'channel.open': session((at) => generations(at).map((generation) => ({ type: 'channel.open', generation }))),
    'channel.lost': session((at) =>
      generations(at).map((generation) => ({ type: 'channel.lost', generation, error: error('channel-closed') })),
    ),
    'peer.state': from('peer connection', (at) =>
      generations(at).flatMap((generation) => TRANSPORT.map((state) => ({ type: 'peer.state', generation, state }))),
    ),
    'peer.broken': from('peer connection', (at) =>
      generations(at).map((generation) => ({ type: 'peer.broken', generation, error: error('no-webrtc') })),
    ),
  },
  actors: portsOf({
    'select gateway': task('no-gateway', 'token-refused'),
    'peer connection': watch,
    'trickle candidates': watch,
  }),
  rests: {
    new: 'waits for connect',
    'connected.stable': 'lives until the transport, the channel or the application ends it',
    'connected.suspect': 'the peer connection itself decides, within 30 s',
    failed: 'waits for another connect',
    closed: 'is over for good',
  },
}
