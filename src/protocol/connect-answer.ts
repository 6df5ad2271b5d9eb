import { failure } from '../errors.js'
import type { IConnectResponse } from '../interfaces/connector.js'

/** What a usable answer to a connect request carries; a typed error for a refusal and for what is not of the protocol. */
export const connectAnswer = (answer: unknown): IConnectResponse['data'] => {
  const { status, data, error } = (answer ?? {}) as { status?: unknown; data?: unknown; error?: unknown }
  if (status === false)
    throw failure(
      error === 'INVALID_TOKEN' ? 'token-refused' : 'gateway-refused',
      `the gateway refused: ${String(error)}`,
    )
  const { node_id, conn_id, sdp } = (data ?? {}) as Partial<IConnectResponse['data']>
  if (status !== true || typeof sdp !== 'string' || typeof conn_id !== 'string')
    throw failure('gateway-broken', 'the answer to connect is not of the protocol')
  return { node_id: Number(node_id ?? 0), conn_id, sdp }
}
