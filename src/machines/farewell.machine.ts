import { delays, chart, type ChartInput } from './common.js'
import { ofGeneration, ports, type OfGeneration } from './ports.js'

/**
 * What outlives a generation: an unanswered connect request is waited for, because only its answer names the server
 * session, and a session left behind deletes the room keys of its successor when it ends. Then the session is deleted.
 */
export const farewellMachine = chart({
  types: {} as { context: ChartInput & OfGeneration; input: ChartInput & OfGeneration },
  actors: ports,
  delays,
}).createMachine({
  id: 'farewell',
  context: ({ input }) => input,
  initial: 'awaitingSession',
  after: { 'farewell deadline': '.done' },
  states: {
    awaitingSession: {
      invoke: {
        src: 'await server session',
        input: ofGeneration,
        onDone: 'deleting',
        onError: 'done',
      },
    },
    deleting: {
      invoke: {
        src: 'delete server session',
        input: ofGeneration,
        onDone: 'done',
        onError: 'done',
      },
    },
    done: { type: 'final' },
  },
})
