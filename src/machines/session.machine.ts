import { assign, emit, enqueueActions, sendTo, setup, spawnChild } from 'xstate'
import { facts, type ErrorFacts, type Phase } from '../errors.js'
import { RealtimeSocketState as State } from '../interfaces/enums.js'
import type { CloseReason, Deadlines } from '../interfaces/socket.js'
import {
  receiverCount,
  released,
  withReceiver,
  withReserve,
  withSender,
  type Line,
  type SenderLine,
} from '../protocol/tracks-to-m-lines.js'
import { channelMachine } from './channel.machine.js'
import { connectionMachine } from './connection.machine.js'
import { farewellMachine } from './farewell.machine.js'
import { negotiationMachine } from './negotiation.machine.js'
import { ports, type ConnectionState, type Told } from './ports.js'
import { receiverTrackMachine, type AttachedSource, type ReceiverLimit } from './receiver-track.machine.js'
import { senderTrackMachine } from './sender-track.machine.js'

export interface SessionInput {
  readonly deadlines: Deadlines
  readonly mode: 'auto' | 'manual'
}

export interface SessionContext extends SessionInput {
  generation: number
  /** The last generation that is over; its farewell was said. */
  ended: number
  connection: ConnectionState
  channel: 'absent' | 'opening' | 'open' | 'lost'
  lines: readonly Line[]
  /** How many of the lines are negotiated in this generation. */
  negotiated: number
  /** Ids of the track actors that are alive. */
  tracks: readonly string[]
  /** Farewells that are not over. */
  farewells: number
  peerState: State
  dcState: State
  reason: CloseReason | undefined
  lastError: ErrorFacts | undefined
}

/** Commands of the application, and what the page does. */
export type SessionCommand =
  | { type: 'connect'; reserve: { audio: number; video: number } }
  | { type: 'abort' }
  | { type: 'close'; reason: CloseReason }
  | { type: 'page.left' }
  | { type: 'sender.create'; id: string; kind: 'audio' | 'video'; line: SenderLine; source: string | null }
  | { type: 'receiver.create'; id: string; kind: 'audio' | 'video'; name: string }
  | { type: 'source.changed'; id: string; source: string | null }
  | { type: 'track.pause' | 'track.resume' | 'track.stop'; id: string }
  | { type: 'receiver.attach'; id: string; source: AttachedSource; priority: number; limit: ReceiverLimit | undefined }
  | { type: 'receiver.limit'; id: string; limit: ReceiverLimit }
  | { type: 'receiver.detach'; id: string }
  | { type: 'hand.wanted'; ticket: number }
  | { type: 'hand.answered'; offer: number }

/** Outward events; the facade turns them into its callbacks and settles its promises with them. */
export type SessionEmitted =
  | { type: 'peer_state'; state: State }
  | { type: 'dc_state'; state: State }
  | { type: 'phase'; phase: Phase }
  | { type: 'warning'; error: ErrorFacts }
  | { type: 'connected' }
  /** An answer was applied: transceivers carry what they were offered for. */
  | { type: 'negotiated' }
  | { type: 'failed'; error: ErrorFacts }
  | { type: 'hand.offered'; ticket: number; generation: number; offer: number }
  | { type: 'hand.refused'; ticket: number; error: ErrorFacts }

type Context = SessionContext
type Event = SessionCommand | Told

const PEER: Record<ConnectionState, State> = {
  new: State.Created,
  connecting: State.Connecting,
  connected: State.Connected,
  reconnecting: State.Reconnecting,
  failed: State.Failed,
  closed: State.Closed,
}

/** Both outward states out of the two charts, so that they cannot contradict each other. */
export const project = ({ connection, channel }: Pick<Context, 'connection' | 'channel'>) => {
  const peerState = PEER[connection]
  const follows =
    connection === 'closed' || connection === 'failed' || connection === 'new' || connection === 'reconnecting'
  if (follows) return { peerState, dcState: peerState }
  const dcState = channel === 'open' ? State.Connected : channel === 'lost' ? State.Disconnected : State.Connecting
  return { peerState, dcState }
}

/** Track of a command, or nobody. */
const addressee = (event: Event): string => ('id' in event ? event.id : '')

const sessionSetup = setup({
  types: {
    context: {} as Context,
    events: {} as Event,
    emitted: {} as SessionEmitted,
    input: {} as SessionInput,
  },
  actors: {
    connection: connectionMachine,
    negotiation: negotiationMachine,
    channel: channelMachine,
    sender: senderTrackMachine,
    receiver: receiverTrackMachine,
    farewell: farewellMachine,
    page: ports.page,
  },
  delays: { 'farewells deadline': ({ context }) => context.deadlines.farewell + 1_000 },
  guards: {
    'nothing is left': ({ context }) => context.connection === 'closed' && context.farewells === 0,
    'a generation ends': ({ context, event }) => event.type === 'generation.ended' && event.generation > context.ended,
    'a generation is open': ({ context }) => context.generation > context.ended,
    'a farewell is over': ({ event }) => event.type.startsWith('xstate.done.actor.farewell-'),
    'the track is alive': ({ context, event }) => context.tracks.includes(addressee(event)),
  },
  actions: {
    'pass to the connection': sendTo('connection', ({ event }) => event as never),
    'pass to the negotiation': sendTo('negotiation', ({ event }) => event as never),
    'pass to the channel': sendTo('channel', ({ event }) => event as never),
    'pass to its track': sendTo(
      ({ event }) => addressee(event),
      ({ event }) => event as never,
    ),
    'pass to every track': enqueueActions(({ context, event, enqueue }) => {
      for (const id of context.tracks) enqueue.sendTo(id as never, event as never)
    }),
    'tell the negotiation which lines are wanted': sendTo('negotiation', ({ context }) => ({
      type: 'lines.wanted' as const,
      lines: context.lines,
    })),
    'tell the tracks which lines are ready': enqueueActions(({ context, enqueue }) => {
      for (const { id: line, owner, kind, ordinal } of context.lines)
        if (owner && line < context.negotiated && context.tracks.includes(owner))
          enqueue.sendTo(
            owner as never,
            {
              type: 'line.ready',
              generation: context.generation,
              line,
              serverId: ordinal < 0 ? '' : `${kind}_${ordinal}`,
            } as never,
          )
    }),
    'tell its track that the channel is open': enqueueActions(({ context, event, enqueue }) => {
      if (context.channel === 'open')
        enqueue.sendTo(addressee(event) as never, { type: 'channel.open', generation: context.generation } as never)
    }),
    'close the charts': enqueueActions(({ enqueue }) => {
      for (const chart of ['channel', 'negotiation', 'connection'] as const) enqueue.sendTo(chart, { type: 'close' })
    }),
    'reserve receivers': assign({
      lines: ({ context, event }) =>
        event.type === 'connect' ? withReserve(context.lines, event.reserve) : context.lines,
    }),
    'begin a generation': assign({
      generation: ({ context, event }) => (event.type === 'generation.opened' ? event.generation : context.generation),
      negotiated: 0,
    }),
    'note what is negotiated': assign({
      negotiated: ({ context, event }) => (event.type === 'negotiation.done' ? event.lines : context.negotiated),
    }),
    'note the connection': assign({
      connection: ({ context, event }) => (event.type === 'connection.changed' ? event.state : context.connection),
      lastError: ({ context, event }) =>
        event.type === 'connection.changed' && event.error ? event.error : context.lastError,
    }),
    'note that the channel opens': assign({ channel: 'opening' }),
    'note that the channel is open': assign({ channel: 'open' }),
    'note that the channel is lost': assign({ channel: 'lost' }),
    'note that the channel is gone': assign({ channel: 'absent', negotiated: 0 }),
    'note the warning': assign({
      lastError: ({ context, event }) => (event.type === 'warning' ? event.error : context.lastError),
    }),
    'note why it closes': assign({
      reason: ({ event }) => (event.type === 'close' ? event.reason : 'page-left'),
    }),
    'note the defect': assign({
      lastError: ({ event }) =>
        facts('internal', 'a chart failed', { cause: (event as unknown as { error: unknown }).error }),
      reason: 'internal',
    }),
    'create the sender': enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'sender.create') return
      const lines = withSender(context.lines, event.id, event.kind, event.line)
      const reused = lines.length === context.lines.length
      enqueue.assign({ lines, tracks: [...context.tracks, event.id] })
      enqueue.spawnChild('sender', {
        id: event.id,
        input: {
          deadlines: context.deadlines,
          id: event.id,
          name: event.line.name,
          kind: event.kind,
          source: event.source,
          origin: reused ? 'reused' : 'fresh',
        },
      })
    }),
    'create the receiver': enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'receiver.create') return
      enqueue.assign({
        lines: withReceiver(context.lines, event.id, event.kind),
        tracks: [...context.tracks, event.id],
      })
      enqueue.spawnChild('receiver', {
        id: event.id,
        input: { deadlines: context.deadlines, id: event.id, kind: event.kind },
      })
    }),
    // The line is free at once: what the old track still asks of the server goes out before the new one's wishes.
    'release its line': assign({ lines: ({ context, event }) => released(context.lines, addressee(event)) }),
    'forget the track': assign({
      tracks: ({ context, event }) =>
        context.tracks.filter((id) => event.type !== (`xstate.done.actor.${id}` as never)),
    }),
    'note that the generation ended': assign({ ended: ({ context }) => context.generation }),
    'take the connection for closed': assign({ connection: 'closed' }),
    'say farewell': spawnChild('farewell', {
      id: ({ context }: { context: Context }) => `farewell-${context.generation}`,
      input: ({ context }: { context: Context }) => ({ deadlines: context.deadlines, generation: context.generation }),
    }),
    'count the farewell': assign({ farewells: ({ context }) => context.farewells + 1 }),
    'count the farewell off': assign({ farewells: ({ context }) => context.farewells - 1 }),
    /** Emits what changed, the channel's state first. */
    'announce what changed': enqueueActions(({ context, enqueue }) => {
      const { peerState, dcState } = project(context)
      enqueue.assign({ peerState, dcState })
      if (dcState !== context.dcState) enqueue.emit({ type: 'dc_state', state: dcState })
      if (peerState !== context.peerState) enqueue.emit({ type: 'peer_state', state: peerState })
    }),
    'report the outcome': enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'connection.changed') return
      if (event.state === 'connected') enqueue.emit({ type: 'connected' })
      if (event.state === 'failed' && event.error) enqueue.emit({ type: 'failed', error: event.error })
    }),
    'say that it is negotiated': emit({ type: 'negotiated' }),
    'say it outward': emit(({ event }) => event as SessionEmitted),
  },
})

/**
 * The hub: owns the other charts, relays what one tells to those whom it concerns, and projects the whole outward.
 * Nobody below it knows anybody but it.
 */
export const sessionMachine = sessionSetup.createMachine({
  id: 'session',
  context: ({ input }) => ({
    ...input,
    generation: 0,
    ended: 0,
    connection: 'new',
    channel: 'absent',
    lines: [],
    negotiated: 0,
    tracks: [],
    farewells: 0,
    peerState: State.Created,
    dcState: State.Created,
    reason: undefined,
    lastError: undefined,
  }),
  options: { maxIterations: 50 },
  // Negotiation and channel before the connection: what the connection tells finds them.
  invoke: [
    { src: 'negotiation', id: 'negotiation', input: ({ context: { deadlines, mode } }) => ({ deadlines, mode }) },
    { src: 'channel', id: 'channel', input: ({ context: { deadlines } }) => ({ deadlines }) },
    { src: 'connection', id: 'connection', input: ({ context: { deadlines } }) => ({ deadlines }) },
  ],
  on: {
    phase: { actions: 'say it outward' },
    warning: { actions: ['note the warning', 'say it outward'] },
    'hand.offered': { actions: 'say it outward' },
    'hand.refused': { actions: 'say it outward' },
    'track.changed': {},
    'generation.ended': {
      guard: 'a generation ends',
      actions: [
        'note that the generation ended',
        'note that the channel is gone',
        'pass to the channel',
        'pass to the negotiation',
        'pass to every track',
        'say farewell',
        'count the farewell',
      ],
    },
    'connection.changed': { actions: ['note the connection', 'announce what changed', 'report the outcome'] },
    'xstate.done.actor.*': [
      { guard: 'a farewell is over', actions: 'count the farewell off' },
      { actions: 'forget the track' },
    ],
    // A chart that failed cannot be asked any more: the session ends, and what it held is released by the facade.
    'xstate.error.actor.*': [
      {
        guard: 'a generation is open',
        target: '.closing',
        actions: [
          'note the defect',
          'note that the generation ended',
          'take the connection for closed',
          'announce what changed',
          'say farewell',
          'count the farewell',
        ],
      },
      { target: '.closing', actions: ['note the defect', 'take the connection for closed', 'announce what changed'] },
    ],
  },
  initial: 'open',
  states: {
    open: {
      invoke: { src: 'page', id: 'page' },
      on: {
        connect: {
          actions: ['reserve receivers', 'tell the negotiation which lines are wanted', 'pass to the connection'],
        },
        abort: { actions: 'pass to the connection' },
        close: { target: 'closing', actions: 'note why it closes' },
        'page.left': { target: 'closing', actions: 'note why it closes' },
        'sender.create': {
          actions: [
            'create the sender',
            'tell its track that the channel is open',
            'tell the negotiation which lines are wanted',
            'tell the tracks which lines are ready',
          ],
        },
        'receiver.create': {
          actions: [
            'create the receiver',
            'tell its track that the channel is open',
            'tell the negotiation which lines are wanted',
            'tell the tracks which lines are ready',
          ],
        },
        'source.changed': { guard: 'the track is alive', actions: 'pass to its track' },
        'track.pause': { guard: 'the track is alive', actions: 'pass to its track' },
        'track.resume': { guard: 'the track is alive', actions: 'pass to its track' },
        'track.stop': { guard: 'the track is alive', actions: ['pass to its track', 'release its line'] },
        'receiver.attach': { guard: 'the track is alive', actions: 'pass to its track' },
        'receiver.limit': { guard: 'the track is alive', actions: 'pass to its track' },
        'receiver.detach': { guard: 'the track is alive', actions: 'pass to its track' },
        'hand.wanted': { actions: 'pass to the negotiation' },
        'hand.answered': { actions: 'pass to the negotiation' },
        'generation.opened': {
          actions: [
            'begin a generation',
            'note that the channel opens',
            'pass to the channel',
            'pass to the negotiation',
          ],
        },
        'negotiation.done': {
          actions: [
            'note what is negotiated',
            'pass to the connection',
            'tell the tracks which lines are ready',
            'say that it is negotiated',
          ],
        },
        'negotiation.failed': { actions: 'pass to the connection' },
        'channel.opening': { actions: ['note that the channel opens', 'announce what changed'] },
        'channel.open': {
          actions: [
            'note that the channel is open',
            'announce what changed',
            'pass to every track',
            'pass to the connection',
            'pass to the negotiation',
          ],
        },
        'channel.lost': {
          actions: [
            'note that the channel is lost',
            'announce what changed',
            'pass to every track',
            'pass to the negotiation',
            'pass to the connection',
          ],
        },
      },
    },
    /** Closed outwardly; only farewells are left. */
    closing: {
      entry: 'close the charts',
      on: {
        // `peer_state: closed` is the last that is heard.
        warning: { actions: 'note the warning' },
        phase: {},
      },
      always: { guard: 'nothing is left', target: 'closed' },
      after: { 'farewells deadline': 'closed' },
    },
    closed: { type: 'final' },
  },
})

/** How many receivers of each kind the session's offer has. */
export const offeredReceivers = ({ lines }: Pick<Context, 'lines'>) => receiverCount(lines)
