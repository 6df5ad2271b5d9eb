import type { ISessionConfig } from './interfaces/config.js'
import type { IMediaGatewayConnector } from './interfaces/connector.js'

/** Why a connect cannot be tried with these arguments, or `undefined`. Types are not there where an application is. */
export const whatIsWrong = (connector: IMediaGatewayConnector, config: ISessionConfig): string | undefined => {
  const { selectFromUrls, connect, iceCandidate } = connector ?? {}
  const { roomId, peerId, token, receivers = {} } = config ?? {}
  const fits =
    [selectFromUrls, connect, iceCandidate].every((member) => typeof member === 'function') &&
    typeof roomId === 'string' &&
    typeof peerId === 'string' &&
    /string|function/.test(typeof token) &&
    // The server counts them in a byte.
    Object.values(receivers).every((count) => count >= 0 && count < 256)
  return fits
    ? undefined
    : 'connect takes a connector and a config: roomId, peerId, token, at most 255 receivers of a kind'
}
