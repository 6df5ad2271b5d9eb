import type { EventObject } from 'xstate'
import { facts, type ErrorFacts, type RealtimeErrorCode } from '../../../errors.js'
import { DEADLINES } from '../../../machines/common.js'
import type {
  ChannelHeldEvent,
  ChannelLostEvent,
  ChannelOpenEvent,
  LineReadyEvent,
  Ports,
} from '../../../machines/ports.js'
import type { Configuration, Outcomes, Row } from '../types.js'

/** Input that every chart below the session takes. */
export const deadlines = DEADLINES

/** How many generations are explored: the current one and one before it are all that a chart can tell apart. */
export const GENERATIONS = 2

/** Error facts of a code, as an adapter reports them. */
export const error = (code: RealtimeErrorCode): ErrorFacts => facts(code, code)

/** Everything that the application may command. */
export const application = <Event extends EventObject, Context, Memory>(
  offers: (configuration: Configuration<Context, Memory>) => readonly Event[],
): Row<Event, Context, Memory> => ({ cause: 'application', offers })

/** Everything that the session relays from another chart. */
export const session = <Event extends EventObject, Context, Memory>(
  offers: (configuration: Configuration<Context, Memory>) => readonly Event[],
): Row<Event, Context, Memory> => ({ cause: 'session', offers })

/** What an actor reports of its generation while it runs. A stopped one is not heard any more: XState drops it. */
export const from = <Event extends EventObject, Context, Memory>(
  actor: string,
  offers: (configuration: Configuration<Context, Memory>) => readonly Event[],
): Row<Event, Context, Memory> => ({
  cause: 'actor',
  by: actor,
  offers: (configuration) => (configuration.actors.some(({ name }) => name === actor) ? offers(configuration) : []),
})

/** This generation and the one before it; the first has one before it too, though nobody ever saw it. */
export const generations = ({ context: { generation } }: Configuration<{ generation: number }>): number[] =>
  generation > 0 ? [generation, generation - 1] : []

/** What the session tells every chart of a generation: it begins, it ends; and in the end the application closes. */
export const generationRows = <Context extends { generation: number }, Memory>() => ({
  'generation.opened': session<{ type: 'generation.opened'; generation: number }, Context, Memory>(
    ({ context: { generation } }) =>
      generation < GENERATIONS ? [{ type: 'generation.opened', generation: generation + 1 }] : [],
  ),
  'generation.ended': session<{ type: 'generation.ended'; generation: number }, Context, Memory>((at) =>
    generations(at).map((generation) => ({ type: 'generation.ended', generation })),
  ),
  close: application<{ type: 'close' }, Context, Memory>(() => [{ type: 'close' }]),
})

type Gate = LineReadyEvent['channel']
const GATES: readonly Gate[] = ['open', 'not-open']

/** What every track is told: by the application, and by the session of its line and of the channel. */
export const trackRows = <Context extends { generation: number }, Memory>(ordinal: number) => {
  const asked = <const Type extends 'track.pause' | 'track.resume' | 'track.stop'>(type: Type) =>
    application<{ type: Type }, Context, Memory>(() => [{ type }])
  return {
    'track.pause': asked('track.pause'),
    'track.resume': asked('track.resume'),
    'track.stop': asked('track.stop'),
    'generation.ended': session<{ type: 'generation.ended'; generation: number }, Context, Memory>(
      ({ context: { generation } }) => [{ type: 'generation.ended', generation }],
    ),
    'line.ready': session<LineReadyEvent, Context, Memory>(({ context: { generation }, state }) => {
      const ready = state === 'waiting' ? Math.min(generation + 1, GENERATIONS) : generation
      return GATES.map((channel) => ({ type: 'line.ready', generation: ready, line: 0, ordinal, channel }))
    }),
    'channel.open': session<ChannelOpenEvent, Context, Memory>(({ context: { generation } }) => [
      { type: 'channel.open', generation },
    ]),
    'channel.held': session<ChannelHeldEvent, Context, Memory>(({ context: { generation } }) => [
      { type: 'channel.held', generation },
    ]),
    'channel.lost': session<ChannelLostEvent, Context, Memory>(({ context: { generation } }) => [
      { type: 'channel.lost', generation, error: error('channel-closed') },
    ]),
  }
}

type Some<Context, Memory> = Partial<Record<keyof Ports, Outcomes<Context, Memory>>>

/** How the ports end that a chart uses. */
export const portsOf = <Context, Memory>(outcomes: Some<Context, Memory>): Record<string, Outcomes<Context, Memory>> =>
  outcomes as Record<string, Outcomes<Context, Memory>>

/** A task that ends with nothing, or with one of these errors. */
export const task = (...codes: RealtimeErrorCode[]) =>
  ({ role: 'task', done: () => [undefined], failed: () => codes.map(error) }) as const

/** An actor that runs until it is stopped. */
export const watch = { role: 'watch' } as const
