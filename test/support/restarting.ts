import { MediaGatewayConnector, type ConnectorOptions, type IMediaGatewayConnector } from '../../src/index.js'

/** A connector that signals ICE restarts, for a gateway that takes them (`restarts`). */
export class RestartingConnector extends MediaGatewayConnector {
  restarts = 0

  constructor(
    private readonly fetch: typeof globalThis.fetch,
    options?: ConnectorOptions,
  ) {
    super(undefined, options)
  }

  restart: NonNullable<IMediaGatewayConnector['restart']> = async (url, _, connId, offer, { signal } = {}) => {
    this.restarts += 1
    const response = await this.fetch(`${url}/webrtc/restart/${connId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(offer),
      ...(signal && { signal }),
    })
    if (!response.ok) throw new Error(`refused: ${response.status}`)
    return ((await response.json()) as { data: { sdp: string } }).data
  }
}
