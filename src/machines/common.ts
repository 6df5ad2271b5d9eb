import { assign, createMachine, sendTo, type AnyActorRef, type EventObject, type setup } from 'xstate'
import { facts, inPhase, type ErrorFacts, type Phase } from '../errors.js'
import type { Deadlines } from '../interfaces/options.js'
import type { Told } from './ports.js'

/** XState's `setup` without the half of XState that it drags along (log, raise, cancel): same types, same charts. */
export const chart = ((implementations: never) => ({
  // Transitions without an event could go round for ever: XState's own bound is infinite.
  createMachine: (config: object) =>
    createMachine({ options: { maxIterations: 50 }, ...config } as never, implementations),
})) as unknown as typeof setup

/** What an application gets that sets none. */
export const DEADLINES: Deadlines = {
  connect: 15_000,
  selectGateway: 5_000,
  offer: 5_000,
  answer: 8_000,
  apply: 5_000,
  establish: 10_000,
  openChannel: 10_000,
  recovery: 120_000,
  request: 5_000,
  farewell: 5_000,
}

/** Each deadline as a delay of its name: `connect deadline` and so on. */
export const delays = Object.fromEntries(
  Object.keys(DEADLINES).map((of) => [
    `${of} deadline`,
    // A timer takes no more, and fires at once where it is asked to.
    ({ context }: { context: ChartInput }) => Math.min(context.deadlines[of as keyof Deadlines], 2 ** 31 - 1),
  ]),
) as { [Of in keyof Deadlines as `${Of} deadline`]: (args: { context: ChartInput }) => number }

/** Input of every chart below the session. */
export interface ChartInput {
  readonly deadlines: Deadlines
}

/** What every chart below the session remembers. */
export interface ChartContext extends ChartInput {
  /** Counts the attempts; each has its own peer connection and server session. */
  generation: number
  /** The data channel of this generation, as far as the chart was told. */
  channel: 'open' | 'held' | 'not-open'
  /** What went wrong last. */
  error: ErrorFacts | undefined
}

/** Beginning of a chart's context. */
export const begun = ({ deadlines }: ChartInput): ChartContext => ({
  deadlines,
  generation: 0,
  channel: 'not-open',
  error: undefined,
})

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** A word to the session; the generation and, where it has one, the error are added. */
export type Word = Without<Told, 'generation' | 'error'>

/** Reads an event as the one of the transition that the action stands on: the chart says which. */
export const reader =
  <E extends { type: string }>() =>
  <T extends E['type']>(event: { type: string }) =>
    event as Extract<E, { type: T }>

/** What was going on when a deadline passed; the whole connect's is in whatever phase it is. */
const PHASE: { [Of in keyof Deadlines]?: Phase } = {
  connect: 'idle',
  selectGateway: 'selecting-gateway',
  offer: 'offering',
  answer: 'awaiting-answer',
  apply: 'applying-answer',
  establish: 'establishing',
  openChannel: 'opening-channel',
}

/** The action that says a word to the session; `tellError` adds the chart's error. */
export const tell = <const W extends Word>(params: W) => ({ type: 'tell', params }) as const
export const tellError = <const W extends Word>(params: W) => ({ type: 'tell the error', params }) as const
/** The action that notes which deadline passed. */
export const tooLate = <const D extends keyof Deadlines>(params: D) =>
  ({ type: 'note that it took too long', params }) as const

type Args<C, E> = { context: C; event: E }

/** Guards and actions that the charts share. */
export const common = <C extends ChartContext, E extends EventObject>() => ({
  guards: {
    'belongs to this generation': ({ context, event }: Args<C, E>) =>
      (event as { generation?: number }).generation === context.generation,
    'the channel is held': ({ context }: Args<C, E>) => context.channel === 'held',
    'channel is open': ({ context }: Args<C, E>) => context.channel === 'open',
    'it is to be paused': ({ context }: Args<C, E>) => (context as { wish?: unknown }).wish === 'track.pause',
  },
  actions: {
    /**
     * Upward: every chart knows one name, `session`. A deferred send, so that the session sees the new state of who
     * told. (The pure functions have no system; there it is addressed to the chart itself, and never delivered.)
     */
    tell: sendTo<C, E, Word, AnyActorRef, E, never, never>(
      ({ system }) => system.get('session') as AnyActorRef,
      ({ context: { generation } }: Args<C, E>, word: Word) => ({ generation, ...word }),
    ),
    'tell the error': sendTo<C, E, Word, AnyActorRef, E, never, never>(
      ({ system }) => system.get('session') as AnyActorRef,
      ({ context: { generation, error } }: Args<C, E>, word: Word) => ({ generation, error, ...word }),
    ),
    /** The error that an event carries, seen from this phase if it names none. */
    'note the error': assign<C, E, { phase: Phase } | undefined, E, never>(({ event }, params) => {
      const { error } = event as unknown as { error: ErrorFacts }
      return { error: params && error.phase === 'idle' ? inPhase(error, params.phase) : error } as Partial<C>
    }),
    /** A deadline passed; by its name. */
    'note that it took too long': assign<C, E, keyof Deadlines, E, never>(
      ({ context }, of) =>
        ({
          error: facts('timeout', `deadline "${of}" passed: ${context.deadlines[of]} ms`, {
            phase: PHASE[of] ?? 'connected',
          }),
        }) as Partial<C>,
    ),
    /** What the application asked of a track last. */
    'keep the wish': assign<C, E, undefined, E, never>(({ event }) => ({ wish: event.type }) as never),
    'note that the channel is open': assign<C, E, undefined, E, never>({ channel: 'open' } as never),
    'note that the channel is held': assign<C, E, undefined, E, never>({ channel: 'held' } as never),
    'note that the channel is lost': assign<C, E, undefined, E, never>({ channel: 'not-open' } as never),
  },
})

/** What a track does about a request that was refused: it is reported, and not asked again. */
export const WARN = [
  { type: 'note the error', params: { phase: 'connected' } },
  tellError({ type: 'warning' }),
] as const

/** How a track ends: the server is told, as far as it must be and can be, and then it is over. */
export const stopping = <const Guard extends string, Input>(guard: Guard, input: Input) =>
  ({
    initial: 'deciding',
    on: { 'track.stop': {}, 'generation.ended': '.done' },
    onDone: 'stopped',
    states: {
      deciding: {
        always: [{ guard, target: 'telling' }, { guard: 'the channel is held', target: 'held' }, { target: 'done' }],
      },
      held: {
        on: {
          'channel.open': { target: 'deciding', actions: 'note that the channel is open' },
          'channel.lost': 'done',
        },
      },
      telling: {
        invoke: { src: 'server request', input, onDone: 'done', onError: 'done' },
        // It is on its way, and arrives when the path lives again.
        on: { 'channel.held': 'done' },
        after: { 'request deadline': 'done' },
      },
      done: { type: 'final' },
    },
  }) as const
