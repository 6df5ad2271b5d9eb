import { failure } from '../errors.js'
import type { IConnectResponse } from '../interfaces/connector.js'

/**
 * What a usable answer to a connect request carries; a typed error for a refusal and for what is not of the protocol.
 * A refusal's reason is shown where it is a plain code: a text could repeat what was sent, the token included.
 */
export const connectAnswer = (answer: unknown): IConnectResponse['data'] => {
  const { status, data, error: cause } = (answer ?? {}) as { status?: unknown; data?: unknown; error?: unknown }
  if (status === false) {
    const reason = typeof cause === 'string' && /^[A-Z_]{1,40}$/.test(cause) ? cause : 'no reason given'
    throw failure(reason === 'INVALID_TOKEN' ? 'token-refused' : 'gateway-refused', `the gateway refused: ${reason}`, {
      cause,
    })
  }
  const { node_id = 0, conn_id, sdp } = (data ?? {}) as Partial<IConnectResponse['data']>
  if (status !== true || typeof sdp !== 'string' || typeof conn_id !== 'string' || typeof node_id !== 'number')
    throw failure('gateway-broken', 'not an answer of the protocol')
  return { node_id, conn_id, sdp }
}
