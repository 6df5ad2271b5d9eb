import { assign, spawnChild, stopChild } from 'xstate'
import { facts, triedBefore, type ErrorFacts, type Tried } from '../errors.js'
import { rungFrom, type Outlook, type Rung, type SessionOutlook } from '../recovery/ladder.js'
import { begun, chart, common, delays, reader, type ChartContext, type ChartInput } from './common.js'
import {
  ofGeneration,
  ports,
  type ChannelLostEvent,
  type ChannelOpenEvent,
  type PathReport,
  type PathSilentEvent,
  type PeerBrokenEvent,
  type PeerStateEvent,
} from './ports.js'

export interface ConnectionInput extends ChartInput {
  readonly ladder: readonly Rung[]
}

export interface ConnectionContext extends ChartContext, ConnectionInput, Outlook {
  /** `connectionState` as the peer connection last told it. */
  transport: RTCPeerConnectionState
  session: SessionOutlook
  revivable: boolean
  resumable: boolean
  /** How many rounds of probes may stay unanswered: more after each that was wrongly feared. */
  patience: number
  /** The rung that is tried; -1 before the first. */
  rung: number
  /** How often each rung was tried since the session was stable for long. */
  spent: readonly number[]
  /** How often it was joined again in this recovery. */
  attempts: number
  /** What was tried since then, and what became of it. */
  tried: readonly Tried[]
}

export type ConnectionEvent =
  | { type: 'connect' }
  | { type: 'abort' }
  | { type: 'retry' }
  | { type: 'close' }
  | { type: 'page.woke' }
  | { type: 'farewell.over'; generation: number }
  | { type: 'attempt.due' }
  | { type: 'recovery.late' }
  | { type: 'negotiation.done'; generation: number; lines: number }
  | { type: 'negotiation.failed'; generation: number; error: ErrorFacts }
  | PeerStateEvent
  | PeerBrokenEvent
  | ChannelOpenEvent
  | ChannelLostEvent
  | PathSilentEvent

type Context = ConnectionContext
type Event = ConnectionEvent
type Args = { context: Context; event: Event }

const as = reader<Event>()
const { guards, actions } = common<Context, Event>()

/** A probe's rounds at the least and at the most, 250 ms each. */
const PATIENCE = 5
const MOST_PATIENCE = 16
/** How many of the last tries an error tells of. */
const REMEMBERED = 32

const peerIs = ({ context, event }: Args, ...states: RTCPeerConnectionState[]): boolean => {
  const { generation, state } = as<'peer.state'>(event)
  return generation === context.generation && states.includes(state)
}

const reportOf = (event: object): PathReport => (event as { output: PathReport }).output

/** What was tried, with what became of it. */
const outcome = ({ ladder, rung, tried, error }: Context): readonly Tried[] =>
  [...tried, ...(rung < 0 ? [] : [{ rung: ladder[rung]?.name ?? '', code: error?.code ?? 'internal' }])].slice(
    -REMEMBERED,
  )

export const connectionSetup = chart({
  types: {} as { context: Context; events: Event; input: ConnectionInput },
  actors: ports,
  delays: {
    ...delays,
    // The server learns our address from the first check (peer-reflexive), so candidates are posted only where that
    // does not do: one HTTP request each is load that a connect can do without.
    'candidates are needed': 500,
    'stable for long': 10_000,
    // A probe ends by itself; this is for one that cannot.
    'probe deadline': 30_000,
    'parting deadline': 2_000,
    // Longer than any silence in which a server keeps a session.
    'revive deadline': 90_000,
  },
  guards: {
    ...guards,
    'transport failed': (args) => peerIs(args, 'failed', 'closed'),
    'transport is closed': (args) => peerIs(args, 'closed'),
    'transport is in doubt': (args) => peerIs(args, 'disconnected', 'failed'),
    'transport is up': ({ context }) => context.transport === 'connected',
    'the path lives': ({ event }) => reportOf(event).alive,
    'retrying is in vain': ({ context }) => context.error?.fatal === true,
    'the rung is to revive': ({ context }) => context.ladder[context.rung]?.way === 'revive',
    'the rung is to resume': ({ context }) => context.ladder[context.rung]?.way === 'resume',
    'the rung is to rejoin': ({ context }) => context.ladder[context.rung]?.way === 'rejoin',
  },
  actions: {
    ...actions,
    'begin a generation': assign({
      generation: ({ context }) => context.generation + 1,
      transport: 'new',
      channel: 'not-open',
      session: 'held',
      error: undefined,
    }),
    'note the transport': assign({
      transport: ({ event }) => as<'peer.state'>(event).state,
    }),
    'note that the transport failed': assign({
      error: ({ context }) =>
        facts('transport-failed', 'ICE or DTLS failed', {
          phase: context.channel === 'open' ? 'connected' : 'establishing',
        }),
    }),
    'note that the path is dead': assign({
      error: facts('transport-failed', 'nothing is answered any more', { phase: 'connected' }),
    }),
    'note that it was aborted': assign({ error: facts('aborted', 'connect was aborted') }),
    'note the report': assign(({ context, event }) => {
      const { session, revivable, resumable } = { ...context, ...reportOf(event) }
      return { session, revivable, resumable }
    }),
    'note the session': assign((_, session: SessionOutlook) => ({ session })),
    'be more patient': assign({ patience: ({ context }) => Math.min(MOST_PATIENCE, context.patience + 3) }),
    /** What was spent comes back only after a while, so that a session that flaps ends. */
    'refill the budgets': assign({ spent: [], patience: PATIENCE, tried: [], rung: -1 }),
    /** A rung that brought it back, and not for long, counts as tried. */
    'begin a recovery': assign(({ context }) => ({
      tried: outcome(context),
      rung: -1,
      patience: PATIENCE,
      attempts: 0,
    })),
    'choose the rung': assign(({ context }) => {
      const { ladder, rung, spent } = context
      // To revive or resume is tried once in a recovery, to rejoin as often as the budget allows.
      const from = rung + (ladder[rung]?.way === 'rejoin' ? 0 : 1)
      const next = rungFrom(ladder, from, spent, context) ?? ladder.length
      return {
        rung: next,
        spent: ladder.map((_, at) => (spent[at] ?? 0) + (at === next ? 1 : 0)),
        tried: outcome(context),
      }
    }),
    'count the attempt': assign({ attempts: ({ context }) => context.attempts + 1 }),
    'tell what was tried': assign({
      error: ({ context }) => context.error && triedBefore(context.error, context.tried),
    }),
    'open a peer connection': spawnChild('peer connection', {
      id: ({ context }: Args) => `peer-${context.generation}`,
      input: ofGeneration,
    }),
    'close the peer connection': stopChild(({ context }: Args) => `peer-${context.generation}`),
  },
})

/** Beginning of the chart's context. */
export const newConnection = (input: ConnectionInput): Context => ({
  ...begun(input),
  ladder: input.ladder,
  transport: 'new',
  session: 'held',
  revivable: true,
  resumable: false,
  patience: PATIENCE,
  rung: -1,
  spent: [],
  attempts: 0,
  tried: [],
})

/** The end of a generation that another one follows: its farewell is short, and there is none where it could do harm. */
export const parting = ({ context: { session } }: { context: Context }) => ({
  type: 'generation.ended' as const,
  farewell: session === 'gone' || session === 'doubtful' ? ('none' as const) : ('quick' as const),
})
