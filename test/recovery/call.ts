import { expect } from 'vitest'
import {
  MediaGatewayConnector,
  RealtimeSocket,
  RPC,
  type IMediaGatewayConnector,
  type IRealtimeSocketOptions,
  type ReceiverTrack,
} from '../../src/index.js'
import {
  SimulatedWorld,
  type Device,
  type DeviceEnvironment,
  type DeviceOptions,
  type WorldOptions,
} from '../../src/testing/index.js'
import { differences } from '../support/replayed.js'

/** One who sends a camera and sees that of another, in a simulated world. */
export class Party {
  readonly socket: RealtimeSocket
  readonly device: Device
  readonly connecting: Promise<void>
  readonly view: ReceiverTrack
  /** What was heard since the connect: `peer_state`. */
  readonly states: string[] = []
  /** The connection chart's way, state by state. */
  readonly path: string[] = []

  constructor(
    readonly world: SimulatedWorld,
    readonly name: string,
    other: string,
    { device, urls, token, connector, ...options }: PartyOptions = {},
  ) {
    this.device = world.device(device)
    const { environment } = this.device
    this.socket = new RealtimeSocket(urls ?? world.gateway.url, { ...options, environment })
    this.socket.on('transition', ({ chart, to }) => {
      if (chart === 'connection') this.path.push(to)
    })
    this.socket.createSenderTrack({ name: 'camera', kind: 'video', stream: this.device.stream('video') })
    this.view = this.socket.createReceiverTrack('view', 'video')
    this.view.attach({ peer: other, stream: 'camera' })
    this.connecting = this.socket.connect(
      connector?.(environment) ?? new MediaGatewayConnector(undefined, { environment }),
      {
        roomId: 'room',
        peerId: name,
        token: token ?? (() => world.gateway.token('room', name)),
      },
    )
  }

  get frames(): number {
    return this.device.received(this.view.getTrack())?.frames ?? 0
  }

  get state(): string {
    return this.socket.getSnapshot().charts.connection
  }

  get generation(): number {
    return this.socket.getSnapshot().generation
  }

  /** From now on states are noted. */
  listen(): this {
    this.path.length = 0
    this.socket.on('peer_state', (state) => this.states.push(state))
    return this
  }

  /** Whether the server answers over the channel. */
  async answers(): Promise<boolean> {
    const rpc = new RPC(this.socket, this.device)
    const answer = await this.world.until(rpc.request('room.unsubscribe', { peer: 'x' }, { timeoutMs: 4_000 }))
    return !answer.status && answer.error === 'refused'
  }
}

interface PartyOptions extends Omit<IRealtimeSocketOptions, 'environment'> {
  device?: DeviceOptions
  urls?: string | string[]
  token?: () => string | Promise<string>
  connector?: (environment: DeviceEnvironment) => IMediaGatewayConnector
}

/** Two who see each other. */
export class Call {
  readonly world: SimulatedWorld
  readonly alice: Party
  readonly bob: Party

  private constructor({ alice = {}, bob = {}, onWorld, ...world }: CallOptions) {
    this.world = new SimulatedWorld(world)
    onWorld?.(this.world)
    this.alice = new Party(this.world, 'alice', 'bob', alice)
    this.bob = new Party(this.world, 'bob', 'alice', bob)
  }

  static async begin(options: CallOptions = {}): Promise<Call> {
    const call = new Call(options)
    await call.world.until(Promise.all([call.alice.connecting, call.bob.connecting]))
    expect(await call.world.holds(() => call.alice.frames > 0 && call.bob.frames > 0, 5_000)).toBe(true)
    call.alice.listen()
    call.bob.listen()
    return call
  }

  /** Whether both see new frames of each other within so many milliseconds. */
  async flows(ms = 2_000): Promise<boolean> {
    const [alice, bob] = [this.alice.frames, this.bob.frames]
    return this.world.holds(() => this.alice.frames > alice && this.bob.frames > bob, ms)
  }

  /** Ends it: nothing may be left, and every session is replayed. */
  async end(): Promise<void> {
    const sockets = [this.alice.socket, this.bob.socket]
    const left = await this.world.dispose(...sockets)
    expect([left, await differences(sockets)]).toEqual([this.world.nothingLeft, []])
  }
}

interface CallOptions extends WorldOptions {
  alice?: PartyOptions
  bob?: PartyOptions
  /** Called before anybody connects. */
  onWorld?: (world: SimulatedWorld) => void
}
