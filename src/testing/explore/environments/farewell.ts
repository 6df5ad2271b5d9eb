import type { EventObject } from 'xstate'
import type { ChartInput } from '../../../machines/common.js'
import type { OfGeneration } from '../../../machines/ports.js'
import type { Environment } from '../types.js'
import { deadlines, portsOf, task } from './common.js'

/** The world of a farewell: nobody talks to it, only its tasks end. */
export const farewellEnvironment: Environment<EventObject & { type: never }, ChartInput & OfGeneration> = {
  inputs: [{ deadlines, generation: 1 }],
  memories: [undefined],
  inessential: ['deadlines'],
  events: {},
  actors: portsOf({
    'await server session': task('aborted'),
    'delete server session': task('gateway-unreachable'),
  }),
  rests: {},
}
