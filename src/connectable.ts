import { failure } from './errors.js'
import type { ISessionConfig } from './interfaces/config.js'
import type { Rung } from './recovery/ladder.js'
import type { IMediaGatewayConnector } from './interfaces/connector.js'

/** Throws `invalid-config` for what no connect can be tried with: where an application is there may be no types. */
export const assertConnectable = (
  connector: IMediaGatewayConnector,
  config: ISessionConfig,
  ladder: readonly Rung[],
): void => {
  const { selectFromUrls, connect, iceCandidate } = connector ?? {}
  const { roomId, peerId, token, receivers } = config ?? {}
  const fits =
    [selectFromUrls, connect, iceCandidate].every((member) => typeof member === 'function') &&
    typeof roomId === 'string' &&
    typeof peerId === 'string' &&
    /string|function/.test(typeof token) &&
    // The server counts them in a byte.
    Object.values(receivers ?? {}).every((count) => count >= 0 && count < 256) &&
    Array.isArray(ladder) &&
    ladder.every(
      (rung?: Rung) => /^re(vive|sume|join)$/.test(rung?.way ?? '') && rung!.tries >= 0 && rung!.tries < Infinity,
    )
  if (!fits)
    throw failure('invalid-config', 'connect takes a connector, roomId, peerId, token, up to 255 receivers, a ladder')
}
