import { EdgeCounter, edgeName } from '../../chaos/edges.js'
import type { Device, SimulatedWorld } from '../../src/testing/index.js'
import { Call } from './call.js'

type Options = NonNullable<Parameters<typeof Call.begin>[0]>
/** What becomes of a request to the server, instead of its answer. */
export type Fate = 'refused' | 'unanswered' | undefined

interface Request {
  readonly type?: string
  readonly req_id?: number
  readonly request?: string
}

const requestIn = (data: unknown): Request => {
  try {
    return typeof data === 'string' ? ((JSON.parse(data) ?? {}) as Request) : {}
  } catch {
    return {}
  }
}

/** A call in which the stack of Alice does what a stack should not, and the edges that her charts take are counted. */
export class Bent {
  readonly #counter = new EdgeCounter()
  /** Her peer connections and their channels, in the order in which they were made. */
  readonly peers: RTCPeerConnection[] = []
  readonly channels: RTCDataChannel[] = []
  /** Hears of each peer connection before anything is done with it; they count from 1. */
  onPeer: (peer: RTCPeerConnection, number: number) => void = () => {}
  /** Decides of each of her requests. */
  fate: (request: string) => Fate = () => undefined
  call!: Call
  world!: SimulatedWorld

  static async begin({ alice = {}, ...options }: Options = {}, prepared: (bent: Bent) => void = () => {}) {
    const bent = new Bent()
    prepared(bent)
    bent.call = await Call.begin({
      ...options,
      alice: { ...alice, inspect: bent.#counter.inspect },
      onWorld: (world) => bent.#bend(world),
    })
    return bent
  }

  get alice() {
    return this.call.alice
  }

  get peer(): RTCPeerConnection {
    return this.peers.at(-1) as RTCPeerConnection
  }

  /** Which of these edges were not taken: chart, and the edge as `npm run chaos -- --edges` names it. */
  missed(...edges: string[]): string[] {
    const taken = new Set(
      this.#counter.edges.filter(({ taken }) => taken > 0).map((edge) => `${edge.chart} ${edgeName(edge)}`),
    )
    return edges.filter((edge) => !taken.has(edge))
  }

  /** Says of her newest peer connection that it is so. */
  becomes(connectionState: RTCPeerConnectionState): void {
    Object.defineProperty(this.peer, 'connectionState', { value: connectionState, configurable: true })
    this.peer.dispatchEvent(new Event('connectionstatechange'))
  }

  /** The newest channel says that it is closed. */
  loses(): void {
    this.channels.at(-1)?.dispatchEvent(new Event('close'))
  }

  /** The server says this, as far as she can tell. */
  hears(message: object): void {
    this.channels.at(-1)?.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }

  /** Whether she comes to such a state of her connection. */
  comesTo(state: RegExp, ms = 60_000): Promise<boolean> {
    return this.world.holds(() => state.test(this.alice.state), ms)
  }

  #bend(world: SimulatedWorld): void {
    this.world = world
    const make = world.device.bind(world)
    world.device = (options) => {
      const device = make(options)
      if (world.devices.length === 1) this.#bendStack(device)
      return device
    }
  }

  #bendStack({ environment }: Device): void {
    const made = (peer: RTCPeerConnection) => {
      this.peers.push(peer)
      this.onPeer(peer, this.peers.length)
    }
    const opened = (channel: RTCDataChannel) => {
      this.channels.push(channel)
      this.#bendChannel(channel)
    }
    environment.RTCPeerConnection = class extends environment.RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        made(this)
      }

      override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
        const channel = super.createDataChannel(label, init)
        opened(channel)
        return channel
      }
    }
  }

  #bendChannel(channel: RTCDataChannel): void {
    const send = channel.send.bind(channel) as (data: unknown) => void
    channel.send = (data: unknown) => {
      const { type, request = '', req_id } = requestIn(data)
      const fate = type === 'request' ? this.fate(request) : undefined
      if (!fate) return send(data)
      const refusal = { req_id, type: 'answer', success: false, error: 'refused' }
      if (fate === 'refused') this.world.scheduler.after(20, 'server', () => this.hears(refusal))
      return undefined
    }
  }
}
