import type { Scenario } from '../scenario.js'
import { channelScenarios } from './channel.js'
import { closingScenarios } from './closing.js'
import { connectShapeScenarios } from './connect-shapes.js'
import { connectScenarios } from './connect.js'
import { endingScenarios } from './endings.js'
import { engineScenarios } from './engine.js'
import { httpBodyScenarios } from './http-bodies.js'
import { httpTokenScenarios } from './http-tokens.js'
import { whipScenarios } from './http-whip.js'
import { httpScenarios } from './http.js'
import { lineScenarios } from './lines.js'
import { presenceScenarios } from './presence.js'
import { publishScenarios } from './publish.js'
import { receiveScenarios } from './receive.js'
import { recoveryScenarios } from './recovery.js'
import { renegotiationScenarios } from './renegotiation.js'
import { rpcShapeScenarios } from './rpc-shapes.js'
import { rpcScenarios } from './rpc.js'
import { timerScenarios } from './timers.js'

/** In the order of the report. Scenarios by other clients join here. */
export const scenarios: readonly Scenario[] = [
  ...httpScenarios,
  ...httpBodyScenarios,
  ...httpTokenScenarios,
  ...whipScenarios,
  ...connectScenarios,
  ...connectShapeScenarios,
  ...channelScenarios,
  ...publishScenarios,
  ...presenceScenarios,
  ...receiveScenarios,
  ...rpcScenarios,
  ...rpcShapeScenarios,
  ...renegotiationScenarios,
  ...lineScenarios,
  ...closingScenarios,
  ...endingScenarios,
  ...engineScenarios,
  ...recoveryScenarios,
  ...timerScenarios,
]
