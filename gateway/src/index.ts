export { type Gateway, startGateway } from './gateway.js'
export type { GatewayOptions, SessionTimers } from './options.js'
export type { SessionFacts } from './session/session.js'
