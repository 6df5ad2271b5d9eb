import type { AnyEventObject } from 'xstate'
import type { ConnectionState, Told } from '../../../machines/ports.js'
import { LADDER } from '../../../recovery/ladder.js'
import type { SessionCommand, SessionContext } from '../../../machines/session.setup.js'
import type { SenderLine } from '../../../protocol/tracks-to-m-lines.js'
import type { Configuration, Environment, Outcomes } from '../types.js'
import { application, deadlines, error, from, GENERATIONS } from './common.js'

/** What the session's charts may still say, and what was heard outside. */
export interface SessionMemory {
  /**
   * Two worlds, since all at once would be their product: attempts and defects without tracks, and tracks in one
   * attempt without defects. A word of an old generation is not among them: each chart tells of its own one alone.
   */
  readonly world: 'attempts' | 'tracks'
  /** What the connection told last, and of which generation. */
  readonly connection: ConnectionState
  readonly generation: number
  readonly opened: boolean
  /** The end of the generation was told on the way to this state; a connection that failed tells it again at `close`. */
  readonly ended: 'failed' | 'closed' | 'parted' | undefined
  /** The connection was told to close. */
  readonly closing: boolean
  /** A chart failed: one defect is enough. */
  readonly defect: boolean
  /** How many tracks were made. */
  readonly made: number
  /** Farewells that were said, by the generation. */
  readonly farewells: readonly string[]
  /** `dc_state` and `peer_state` as they were heard last. */
  readonly dc: string
  readonly peer: string
}

/**
 * In which order the connection tells its states: an invariant of the connection holds it to that, the session's world
 * relies on it.
 */
export const CONNECTION_CHANGES: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  new: ['connecting', 'closed'],
  connecting: ['connected', 'failed', 'closed'],
  connected: ['disconnected', 'reconnecting', 'failed', 'closed'],
  disconnected: ['connected', 'reconnecting', 'failed', 'closed'],
  // Once for each attempt.
  reconnecting: ['reconnecting', 'connected', 'failed', 'closed'],
  failed: ['connecting', 'closed'],
  closed: [],
}

const TRACKS = 2
const RESERVES = [
  { audio: 0, video: 0 },
  { audio: 0, video: 1 },
] as const

const line: SenderLine = {
  info: { uuid: 'uuid-1', label: 'microphone', kind: 'audio', name: 'audio_main' },
  preferredCodecs: [],
}

const SOURCE = { peer: 'alice', stream: 'video_main' }

type At = Configuration<SessionContext, SessionMemory>

/** The generation of which negotiation and channel may speak: between its beginning and its end. */
const spoken = ({ memory: { generation, opened, ended } }: At): number[] => (opened && !ended ? [generation] : [])
/** A channel opens once in a generation, is held and open again, and is lost once. */
const channelSays = (at: At, ...before: SessionContext['channel'][]): number[] =>
  before.includes(at.context.channel) ? spoken(at) : []
const ofTracks = <T>(at: At, say: (id: string) => T): T[] => at.context.tracks.map(say)
const changesOf = ({ memory }: At): ConnectionState[] =>
  CONNECTION_CHANGES[memory.connection].filter((state) => {
    const { ended, connection, generation, world } = memory
    // What ends an attempt is told before the state that it leads to, and nothing in between.
    if (state === 'failed' || state === 'closed') return ended === state
    if (ended === 'closed') return false
    if (state === 'connecting') return generation < (world === 'attempts' ? GENERATIONS : 1)
    // Tracks hear of a recovery by their channel; what leads there is the other world's.
    if (world === 'tracks' && state === 'reconnecting') return false
    return !ended || (ended === 'parted' && connection === 'reconnecting' && state === 'reconnecting')
  })
/** The connection may end its generation so: for good, or because another follows. */
const endings = ({
  memory: { connection, ended, closing },
}: At): Extract<Told, { type: 'generation.ended' }>['farewell'][] => {
  if (closing) return ended === 'closed' ? [] : ['full']
  if (ended === 'failed' || /^(new|failed|closed)$/.test(connection)) return []
  return connection === 'reconnecting' && !ended ? ['full', 'quick', 'none'] : ['full']
}

const chart: Outcomes<SessionContext, SessionMemory> = {
  role: 'chart',
  failed: (_, { memory: { defect, world } }) => (defect || world === 'tracks' ? [] : ['a defect']),
}
const farewell: Outcomes<SessionContext, SessionMemory> = { ...chart, done: () => [undefined] }
/** A track ends only after it was stopped, and its line released. */
const track: Outcomes<SessionContext, SessionMemory> = {
  ...chart,
  done: ({ id }, { context: { lines } }) => (lines.some(({ owner }) => owner === id) ? [] : [undefined]),
}

const heard = (emitted: readonly AnyEventObject[], type: string, before: string): string =>
  (emitted.findLast((event) => event.type === type) as { state: string } | undefined)?.state ?? before

/** The world of a session: the application's commands, and whatever its charts may tell, in any order between them. */
export const sessionEnvironment: Environment<SessionCommand | Told, SessionContext, SessionMemory> = {
  inputs: [{ deadlines, mode: 'auto', ladder: LADDER }],
  memories: (['attempts', 'tracks'] as const).map((world) => ({
    world,
    connection: 'new',
    generation: 0,
    opened: false,
    ended: undefined,
    closing: false,
    defect: false,
    made: 0,
    farewells: [],
    dc: 'created',
    peer: 'created',
  })),
  remember: (memory, { step: { stimulus, sent, emitted, started } }) => {
    const { event } = stimulus
    const next = { ...memory }
    if (event.type === 'connection.changed') {
      next.connection = event.state
      if (event.state === 'connecting') {
        next.generation += 1
        next.opened = false
        next.ended = undefined
      }
    }
    if (event.type === 'generation.opened') {
      // A recovery begins its generations without a word.
      if (next.ended) next.generation += 1
      next.ended = undefined
      next.opened = true
    }
    if (event.type === 'generation.ended')
      next.ended = memory.closing ? 'closed' : event.farewell === 'full' ? 'failed' : 'parted'
    if (event.type.startsWith('xstate.error')) next.defect = true
    if (event.type === 'sender.create' || event.type === 'receiver.create') next.made += 1
    if (sent.some(({ to, event: { type } }) => to === 'connection' && type === 'close')) next.closing = true
    next.farewells = [...next.farewells, ...started.filter(({ name }) => name === 'farewell').map(({ id }) => id)]
    next.dc = heard(emitted, 'dc_state', next.dc)
    next.peer = heard(emitted, 'peer_state', next.peer)
    return next
  },
  inessential: ['deadlines', 'ladder', 'lastError', 'reason'],
  events: {
    connect: application(({ memory: { world } }) =>
      RESERVES.slice(world === 'tracks' ? 1 : 0).map((reserve) => ({ type: 'connect', reserve })),
    ),
    abort: application(() => [{ type: 'abort' }]),
    retry: application(() => [{ type: 'retry' }]),
    'page.woke': from('page', () => [{ type: 'page.woke' }]),
    close: application(() => [{ type: 'close', reason: 'closed-by-application' }]),
    'page.left': from('page', ({ memory: { world } }) =>
      world === 'attempts' ? [{ type: 'page.left', reason: 'page-left' }] : [],
    ),
    // The facade lets nobody have a name that a live sender has.
    'sender.create': application(({ context: { lines }, memory: { made, world } }) =>
      world === 'tracks' && made < TRACKS && !lines.some(({ role, owner }) => role === 'sender' && owner)
        ? [{ type: 'sender.create', id: `sender-${made + 1}`, line, source: 'microphone' }]
        : [],
    ),
    'receiver.create': application(({ memory: { made, world } }) =>
      world === 'tracks' && made < TRACKS
        ? [{ type: 'receiver.create', id: `receiver-${made + 1}`, kind: 'video' }]
        : [],
    ),
    'source.changed': application((at) => ofTracks(at, (id) => ({ type: 'source.changed', id, source: null }))),
    'track.pause': application((at) => ofTracks(at, (id) => ({ type: 'track.pause', id }))),
    'track.resume': application((at) => ofTracks(at, (id) => ({ type: 'track.resume', id }))),
    // A handle outlives its track: one command stands for those that nobody takes.
    'track.stop': application((at) => ['gone', ...at.context.tracks].map((id) => ({ type: 'track.stop', id }))),
    'receiver.attach': application((at) =>
      ofTracks(at, (id) => ({
        type: 'receiver.attach',
        id,
        source: SOURCE,
        priority: 1,
        limit: undefined,
      })),
    ),
    'receiver.limit': application((at) =>
      ofTracks(at, (id) => ({ type: 'receiver.limit', id, limit: { priority: 1, maxSpatial: 2, maxTemporal: 2 } })),
    ),
    'receiver.detach': application((at) => ofTracks(at, (id) => ({ type: 'receiver.detach', id }))),
    'receiver.overruled': application(() => [
      { type: 'receiver.overruled', kind: 'video', ordinal: 0, limit: undefined },
    ]),
    'stream.added': application(({ memory: { world } }) =>
      world === 'tracks' ? [{ type: 'stream.added', source: SOURCE }] : [],
    ),
    'stream.removed': application(({ memory: { world } }) =>
      world === 'tracks' ? [{ type: 'stream.removed', source: SOURCE }] : [],
    ),
    'hand.wanted': application(() => [{ type: 'hand.wanted', ticket: 1 }]),
    'hand.answered': application(() => [{ type: 'hand.answered', offer: 1 }]),
    phase: from('connection', ({ memory: { generation } }) => [{ type: 'phase', generation, phase: 'establishing' }]),
    warning: from('negotiation', ({ memory: { generation } }) => [
      { type: 'warning', generation, error: error('request-refused') },
    ]),
    'connection.changed': from('connection', (at) =>
      changesOf(at).map((state) => ({
        type: 'connection.changed',
        generation: at.memory.generation + (state === 'connecting' ? 1 : 0),
        state,
        ...(state === 'failed' && { error: error('transport-failed') }),
      })),
    ),
    'generation.opened': from('connection', ({ memory: { connection, generation, opened, ended } }) => {
      if (connection === 'connecting') return !opened && !ended ? [{ type: 'generation.opened', generation }] : []
      return connection === 'reconnecting' && ended === 'parted' && generation < GENERATIONS
        ? [{ type: 'generation.opened', generation: generation + 1 }]
        : []
    }),
    'generation.ended': from('connection', (at) =>
      endings(at).map((farewell) => ({ type: 'generation.ended', generation: at.memory.generation, farewell })),
    ),
    'path.held': from('connection', ({ memory: { connection, generation } }) =>
      connection === 'disconnected' ? [{ type: 'path.held', generation }] : [],
    ),
    'path.back': from('connection', ({ memory: { connection, generation } }) =>
      connection === 'disconnected' ? [{ type: 'path.back', generation }] : [],
    ),
    'negotiation.done': from('negotiation', (at) =>
      spoken(at).map((generation) => ({ type: 'negotiation.done', generation, lines: at.context.lines.length })),
    ),
    'negotiation.failed': from('negotiation', (at) =>
      spoken(at).map((generation) => ({ type: 'negotiation.failed', generation, error: error('offer-failed') })),
    ),
    'hand.offered': from('negotiation', ({ memory: { generation } }) => [
      { type: 'hand.offered', ticket: 1, generation, offer: 1 },
    ]),
    'hand.refused': from('negotiation', () => [{ type: 'hand.refused', tickets: [1], error: error('not-connected') }]),
    'channel.opening': from('channel', (at) =>
      channelSays(at, 'opening').map((generation) => ({ type: 'channel.opening', generation })),
    ),
    'channel.open': from('channel', (at) =>
      channelSays(at, 'opening', 'held').map((generation) => ({ type: 'channel.open', generation })),
    ),
    'channel.held': from('channel', (at) =>
      channelSays(at, 'open').map((generation) => ({ type: 'channel.held', generation })),
    ),
    'channel.lost': from('channel', (at) =>
      channelSays(at, 'opening', 'open', 'held').map((generation) => ({
        type: 'channel.lost',
        generation,
        error: error('channel-closed'),
      })),
    ),
  },
  actors: {
    connection: chart,
    negotiation: chart,
    channel: chart,
    sender: track,
    receiver: track,
    farewell,
    page: chart,
  },
  rests: { open: 'lives until the application closes it or the page is left' },
}
