import type { Scenario } from '../scenario.js'
import { closingScenarios } from './closing.js'
import { connectScenarios } from './connect.js'
import { engineScenarios } from './engine.js'
import { httpScenarios } from './http.js'
import { publishScenarios } from './publish.js'
import { receiveScenarios } from './receive.js'
import { renegotiationScenarios } from './renegotiation.js'
import { rpcScenarios } from './rpc.js'
import { timerScenarios } from './timers.js'

/** In the order of the report. Scenarios by other clients join here. */
export const scenarios: readonly Scenario[] = [
  ...httpScenarios,
  ...connectScenarios,
  ...publishScenarios,
  ...receiveScenarios,
  ...rpcScenarios,
  ...renegotiationScenarios,
  ...closingScenarios,
  ...engineScenarios,
  ...timerScenarios,
]
