import type { ConnectionContext, ConnectionEvent } from '../../../machines/connection.machine.js'
import type { ConnectionState, PathReport } from '../../../machines/ports.js'
import { LADDER } from '../../../recovery/ladder.js'
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

const REPORTS: readonly PathReport[] = [
  { alive: true },
  ...(['held', 'doubtful', 'broken', 'gone'] as const).map((session) => ({ alive: false, session })),
  { alive: false, revivable: false },
  { alive: false, resumable: true },
]

/** The world of a connection: its peer connection in every state, negotiation and channel as the session relays them. */
export const connectionEnvironment: Environment<ConnectionEvent, ConnectionContext, ConnectionMemory> = {
  // Each way once: what budgets and back-off do to it is a matter of numbers.
  inputs: [LADDER, LADDER.slice(0, 1)].map((ladder) => ({
    deadlines,
    ladder: ladder.map((rung) => ({ ...rung, tries: 1 })),
  })),
  memories: [{ state: 'new', open: 0 }],
  inessential: ['deadlines', 'tried', 'patience', 'attempts'],
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
    retry: application(({ context }) => (context.generation < GENERATIONS ? [{ type: 'retry' }] : [])),
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
    'page.woke': session(({ context }) => (context.generation < GENERATIONS ? [{ type: 'page.woke' }] : [])),
    'farewell.over': session((at) => generations(at).map((generation) => ({ type: 'farewell.over', generation }))),
    'attempt.due': from('back off', ({ context }) =>
      context.generation < GENERATIONS ? [{ type: 'attempt.due' }] : [],
    ),
    'recovery.late': from('count awake time', () => [{ type: 'recovery.late' }]),
    'path.silent': from('watch path', (at) =>
      generations(at).map((generation) => ({ type: 'path.silent', generation })),
    ),
    'peer.broken': from('peer connection', (at) =>
      generations(at).map((generation) => ({ type: 'peer.broken', generation, error: error('no-webrtc') })),
    ),
  },
  actors: portsOf({
    'select gateway': task('no-gateway', 'token-refused'),
    'back off': watch,
    'count awake time': watch,
    'watch path': watch,
    'probe path': { role: 'task', done: () => REPORTS, failed: () => [error('internal')] },
    'revive path': { role: 'task', done: () => REPORTS, failed: () => [error('internal')] },
    'resume path': { role: 'task', done: () => REPORTS.slice(0, 4), failed: () => [error('internal')] },
    'peer connection': watch,
    'trickle candidates': watch,
  }),
  rests: {
    new: 'waits for connect',
    'connected.stable': 'lives until the transport, the channel or the application ends it',
    'reconnecting.rejoining.waiting': 'waits for its time and the network, as long as the recovery may last',
    failed: 'waits for another connect',
    closed: 'is over for good',
  },
}
