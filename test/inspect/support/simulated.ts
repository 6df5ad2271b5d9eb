import {
  MediaGatewayConnector,
  RealtimeSocket,
  type IRealtimeSocketOptions,
  type ISessionConfig,
} from '../../../src/index.js'
import { SimulatedWorld, type Device } from '../../../src/testing/index.js'

/** A session on a device of its own, in a simulated world. */
export class Simulated {
  readonly world = new SimulatedWorld()
  readonly device: Device = this.world.device()
  readonly socket: RealtimeSocket
  readonly token = this.world.gateway.token('room', 'alice')

  constructor(options: IRealtimeSocketOptions = {}) {
    this.socket = new RealtimeSocket(this.world.gateway.url, { environment: this.device.environment, ...options })
  }

  async connect(more: Partial<ISessionConfig> = {}): Promise<void> {
    const { world, socket, token } = this
    const connector = new MediaGatewayConnector(undefined, { environment: this.device.environment })
    await world.until(socket.connect(connector, { roomId: 'room', peerId: 'alice', token, ...more }))
  }

  /** Ends it, and says what is left. */
  dispose(): Promise<SimulatedWorld['leftovers']> {
    return this.world.dispose(this.socket)
  }
}
