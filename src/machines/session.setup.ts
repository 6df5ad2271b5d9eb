import { assign, emit, enqueueActions, sendTo, stopChild } from 'xstate'
import { facts, type ErrorFacts, type Phase } from '../errors.js'
import type { RealtimeSocketState as State } from '../interfaces/enums.js'
import type { CloseReason } from '../interfaces/options.js'
import type { StreamNews } from '../protocol/gateway-protocol.js'
import {
  released,
  withReceiver,
  withReserve,
  withSender,
  type Line,
  type SenderLine,
} from '../protocol/tracks-to-m-lines.js'
import { channelMachine } from './channel.machine.js'
import { chart, reader } from './common.js'
import { connectionMachine } from './connection.machine.js'
import type { ConnectionInput } from './connection.setup.js'
import { farewellMachine } from './farewell.machine.js'
import { negotiationMachine } from './negotiation.machine.js'
import { pageMachine } from './page.machine.js'
import { ports, type ConnectionState, type OfGeneration, type Told } from './ports.js'
import { receiverTrackMachine, type AttachedSource, type ReceiverLimit } from './receiver-track.machine.js'
import { senderTrackMachine } from './sender-track.machine.js'

export interface SessionInput extends ConnectionInput {
  readonly mode: 'auto' | 'manual'
}

export interface SessionContext extends SessionInput {
  generation: number
  /** The last generation that is over; its farewell was said. */
  ended: number
  connection: ConnectionState
  channel: 'absent' | 'opening' | 'open' | 'held' | 'lost'
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
  /** Waits no longer before the next attempt to recover. */
  | { type: 'retry' }
  | { type: 'close'; reason: CloseReason }
  | { type: 'sender.create'; id: string; line: SenderLine; source: string | null }
  | { type: 'receiver.create'; id: string; kind: 'audio' | 'video' }
  | { type: 'source.changed'; id: string; source: string | null }
  | { type: 'track.pause' | 'track.resume' | 'track.stop'; id: string }
  | { type: 'receiver.attach'; id: string; source: AttachedSource; priority: number; limit: ReceiverLimit | undefined }
  | { type: 'receiver.limit'; id: string; limit: ReceiverLimit }
  | { type: 'receiver.detach'; id: string }
  /** The application told the server by itself what to do with this receiver. */
  | { type: 'receiver.overruled'; kind: 'audio' | 'video'; ordinal: number; limit: ReceiverLimit | undefined }
  | StreamNews
  | { type: 'hand.wanted'; ticket: number }
  | { type: 'hand.answered'; offer: number }

/** Outward events; the facade turns them into its callbacks and settles its promises with them. */
export type SessionEmitted =
  | { type: 'peer_state'; state: State }
  | { type: 'dc_state'; state: State }
  | { type: 'phase'; phase: Phase }
  | { type: 'warning'; error: ErrorFacts }
  | Extract<Told, { type: 'connection.changed' | 'negotiation.done' }>
  | { type: 'hand.offered'; ticket: number; generation: number; offer: number }
  | { type: 'hand.refused'; tickets: readonly number[]; error: ErrorFacts }

type Context = SessionContext
type Event = SessionCommand | Told

const as = reader<Event>()

const CHANNEL: Record<Context['channel'], State> = {
  absent: 'connecting',
  opening: 'connecting',
  open: 'connected',
  // Open as such; `peer_state` says that nothing gets through.
  held: 'connected',
  lost: 'disconnected',
}

/** Both outward states out of the two charts, so that they cannot contradict each other. */
export const project = ({
  connection,
  channel,
}: Pick<Context, 'connection' | 'channel'>): { peerState: State; dcState: State } => {
  const peerState = connection === 'new' ? 'created' : connection
  const own = connection === 'connecting' || connection === 'connected'
  return { peerState, dcState: own ? CHANNEL[channel] : peerState }
}

/** The charts that live as long as the session. */
export type Chart = 'connection' | 'negotiation' | 'channel'

type GenerationEnded = Extract<Told, { type: 'generation.ended' }>

/** How long the farewell before a rejoin may take: a late one would do harm. */
const SHORT = 1_000

const farewellOver = ({ generation }: OfGeneration) => ({ type: 'farewell.over' as const, generation })

/** Id of the actor that has ended. */
const over = (event: { type: string }): string => event.type.slice('xstate.done.actor.'.length)

export const sessionSetup = chart({
  types: {} as {
    context: Context
    events: Event
    emitted: SessionEmitted
    input: SessionInput
  },
  actors: {
    connection: connectionMachine,
    negotiation: negotiationMachine,
    channel: channelMachine,
    sender: senderTrackMachine,
    receiver: receiverTrackMachine,
    farewell: farewellMachine,
    page: pageMachine,
    ...ports,
  },
  delays: { 'farewells deadline': ({ context }) => context.deadlines.farewell + 1_000 },
  guards: {
    'the connection is closed': ({ context }) => context.connection === 'closed',
    'nothing is left': ({ context }) => context.connection === 'closed' && context.farewells === 0,
    'a farewell is over': ({ event }) => over(event).startsWith('farewell-'),
    'a track is over': ({ context, event }) => context.tracks.includes(over(event)),
    'the track is alive': ({ context, event }) => context.tracks.includes(as<'receiver.detach'>(event).id),
  },
  actions: {
    /** Relays the event to one of the charts that always live. */
    'pass to': sendTo(
      (_, to: Chart) => to,
      ({ event }) => event as never,
    ),
    /** Relays the event to the track that it names. */
    'pass to its track': sendTo(
      ({ event }) => as<'receiver.detach'>(event).id,
      ({ event }) => event as never,
    ),
    /** Relays the event to the receiver that the server knows by that number. */
    'pass to the receiver': enqueueActions(({ context: { lines, tracks }, event, enqueue }) => {
      const { kind, ordinal } = as<'receiver.overruled'>(event)
      for (const { owner, ...line } of lines)
        if (line.kind === kind && line.ordinal === ordinal && tracks.includes(`${owner}`))
          enqueue.sendTo(owner as never, event as never)
    }),
    'pass to every track': enqueueActions(({ context: { tracks }, event, enqueue }) => {
      for (const id of tracks) enqueue.sendTo(id as never, event as never)
    }),
    'tell the negotiation which lines are wanted': sendTo('negotiation', ({ context: { lines } }) => ({
      type: 'lines.wanted' as const,
      lines,
    })),
    'tell the tracks which lines are ready': enqueueActions(({ context, enqueue }) => {
      const { lines, negotiated, tracks, generation } = context
      const channel = context.channel === 'open' ? 'open' : 'not-open'
      for (const { id: line, owner, ordinal } of lines.slice(0, negotiated))
        if (owner && tracks.includes(owner))
          enqueue.sendTo(owner as never, { type: 'line.ready', generation, line, ordinal, channel } as never)
    }),
    close: sendTo((_, to: Chart) => to, { type: 'close' }),
    'reserve receivers': assign({
      lines: ({ context, event }) => withReserve(context.lines, as<'connect'>(event).reserve),
    }),
    'begin a generation': assign({
      generation: ({ event }) => as<'generation.opened'>(event).generation,
      channel: 'opening',
      negotiated: 0,
    }),
    'note what is negotiated': assign({ negotiated: ({ event }) => as<'negotiation.done'>(event).lines }),
    'note the connection': assign({ connection: ({ event }) => as<'connection.changed'>(event).state }),
    'note the channel': assign((_, channel: Context['channel']) => ({ channel })),
    'note the error': assign({
      lastError: ({ context, event }) => as<'connection.changed'>(event).error ?? context.lastError,
    }),
    'note why it closes': assign({ reason: ({ event }) => as<'close'>(event).reason }),
    'note the defect': assign({
      lastError: ({ event }) => facts('internal', 'a chart failed', { cause: (event as { error?: unknown }).error }),
      reason: 'internal',
      connection: 'closed',
    }),
    'create the sender': enqueueActions(({ context: { lines: present, tracks, deadlines }, event, enqueue }) => {
      const { id, line, source } = as<'sender.create'>(event)
      const lines = withSender(present, id, line)
      const { name, kind } = line.info
      const origin = lines.length > present.length ? 'fresh' : 'reused'
      enqueue.assign({ lines, tracks: [...tracks, id] })
      enqueue.spawnChild('sender', { id, input: { deadlines, id, name, kind, source, origin } })
    }),
    'create the receiver': enqueueActions(({ context: { lines, tracks, deadlines }, event, enqueue }) => {
      const { id, kind } = as<'receiver.create'>(event)
      enqueue.assign({ lines: withReceiver(lines, id, kind), tracks: [...tracks, id] })
      enqueue.spawnChild('receiver', { id, input: { deadlines, id, kind } })
    }),
    // The line is free at once: what the old track still asks of the server goes out before the new one's wishes.
    'release its line': assign({
      lines: ({ context, event }) => released(context.lines, as<'receiver.detach'>(event).id),
    }),
    'forget the track': assign({
      tracks: ({ context, event }) => context.tracks.filter((id) => id !== over(event)),
    }),
    /** XState keeps who has ended among the children. */
    'let go of the actor': stopChild(({ event }) => over(event)),
    /** Once for each; one that never opened, because no gateway was chosen, has nothing to end. */
    'end the generation': enqueueActions(({ context, event, enqueue }) => {
      const { generation, ended, deadlines, farewells } = context
      const { farewell = 'full' } = event as Partial<GenerationEnded>
      const due = generation > ended && farewell !== 'none'
      if (generation > ended) enqueue.assign({ ended: generation, channel: 'absent', negotiated: 0 })
      if (due) {
        enqueue.assign({ farewells: farewells + 1 })
        enqueue.spawnChild('farewell', {
          id: `farewell-${generation}`,
          input: { generation, deadlines: farewell === 'full' ? deadlines : { ...deadlines, farewell: SHORT } },
        })
      } else if (farewell !== 'full') enqueue.sendTo('connection', farewellOver(event as GenerationEnded))
    }),
    'count the farewell': assign({ farewells: ({ context }) => context.farewells - 1 }),
    /** Who joins again waits for it. */
    'tell the connection that it is over': sendTo('connection', ({ event }) =>
      farewellOver({ generation: Number(over(event).slice('farewell-'.length)) }),
    ),
    /** Emits what changed, the channel's state first. */
    'announce what changed': enqueueActions(({ context, enqueue }) => {
      const { peerState, dcState } = project(context)
      enqueue.assign({ peerState, dcState })
      if (dcState !== context.dcState) enqueue.emit({ type: 'dc_state', state: dcState })
      if (peerState !== context.peerState) enqueue.emit({ type: 'peer_state', state: peerState })
    }),
    'say it outward': emit(({ event }) => event as SessionEmitted),
  },
})
