import {
  RealtimeSocket,
  type Environment,
  type IMediaGatewayConnector,
  type IRealtimeSocketOptions,
  type ISessionConfig,
} from '../../src/index.js'
import { differences } from '../support/replayed.js'
import { Calls } from './calls.js'
import { settled, VirtualClock } from './clock.js'
import type { DoublesWorld } from './emitting.js'
import { GatewayDouble } from './gateway.js'
import { StreamDouble, TrackDouble } from './media.js'
import { PeerConnectionDouble } from './peer-connection.js'
import { watchStrays } from './strays.js'

export const URL_1 = 'https://one.example'

/** What is left once every socket is disposed of. */
export const NOTHING = {
  timers: 0,
  listeners: 0,
  peerConnections: 0,
  channels: 0,
  requests: 0,
  serverSessions: [] as string[],
  pageListeners: 0,
  stoppedTracks: [] as string[],
  violations: [] as string[],
  strays: [] as unknown[],
  /** Sessions that the charts do not repeat from their recordings. */
  notReplayed: [] as unknown[],
}

/** A class that makes what `make` returns. */
const constructible = <Argument>(make: (argument: Argument) => object) =>
  function (argument: Argument) {
    return make(argument)
  } as never

/** A world of doubles for one test, and the sockets in it. */
export class Stage implements DoublesWorld {
  readonly clock = new VirtualClock()
  readonly calls = new Calls()
  readonly gateway = new GatewayDouble(this)
  readonly network = { transport: true, channel: true }
  readonly peers: PeerConnectionDouble[] = []
  readonly strays: unknown[] = []
  readonly stopped: string[] = []
  readonly sockets: RealtimeSocket[] = []
  /** Whether the charts have to repeat every session from its recording: a quarter of a short session's time. */
  replays = true
  listeners = 0
  readonly #leaving = new Set<() => void>()
  readonly #unwatch = watchStrays(this.strays)
  #chance = 1

  readonly environment: Partial<Environment> = {
    clock: this.clock as never,
    // Numerical Recipes' generator: the same chance in every run.
    random: () => (this.#chance = (this.#chance * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32,
    fetch: () => Promise.reject(new TypeError('there is no network')),
    RTCPeerConnection: constructible((given?: RTCConfiguration) => new PeerConnectionDouble(this, given)),
    MediaStream: constructible((tracks?: TrackDouble[]) => new StreamDouble(this, tracks)),
    page: {
      onLeave: (callback) => {
        this.#leaving.add(callback)
        return () => this.#leaving.delete(callback)
      },
    },
  }

  socket(options: IRealtimeSocketOptions = {}, urls: string | string[] = URL_1): RealtimeSocket {
    const socket = new RealtimeSocket(urls, {
      // Liveness is the simulated world's subject; here only what a call brings about goes over the channel.
      pingMs: false,
      // The same holds for recovery: a path that is lost ends the attempt.
      ladder: [],
      ...options,
      environment: { ...this.environment, ...options.environment },
    })
    this.sockets.push(socket)
    return socket
  }

  config(more: Partial<ISessionConfig> = {}): ISessionConfig {
    return { roomId: 'room', peerId: 'alice', token: 'token', ...more }
  }

  /** A socket that is connected. */
  async connected(
    more: Partial<ISessionConfig> = {},
    options: IRealtimeSocketOptions = {},
    connector: IMediaGatewayConnector = this.gateway,
  ): Promise<RealtimeSocket> {
    const socket = this.socket(options)
    const connecting = socket.connect(connector, this.config(more))
    await this.clock.quiet()
    await connecting
    return socket
  }

  track(kind: 'audio' | 'video'): TrackDouble {
    return new TrackDouble(this, kind)
  }

  /** A stream of one track of each of these kinds. */
  stream(...kinds: ('audio' | 'video')[]): MediaStream {
    return new StreamDouble(
      this,
      kinds.map((kind) => this.track(kind)),
    ) as unknown as MediaStream
  }

  /** The peer connection that was made last. */
  get peer(): PeerConnectionDouble {
    const peer = this.peers.at(-1)
    if (!peer) throw new Error('there is no peer connection yet')
    return peer
  }

  /** The page goes away for good. */
  leave(): void {
    for (const callback of this.#leaving) callback()
  }

  /** Ends every socket, and says what is left. */
  async dispose(): Promise<typeof NOTHING> {
    const over = Promise.all(this.sockets.map((socket) => socket[Symbol.asyncDispose]()))
    await this.clock.quiet()
    // What never ends would hang here: the runner's time-out names the test then.
    await over
    await settled()
    this.#unwatch()
    return {
      timers: this.clock.timers,
      listeners: this.listeners,
      peerConnections: this.peers.filter(({ signalingState }) => signalingState !== 'closed').length,
      channels: this.peers.flatMap(({ channels }) => channels).filter(({ readyState }) => readyState !== 'closed')
        .length,
      requests: this.calls.open,
      serverSessions: [...this.gateway.sessions],
      pageListeners: this.#leaving.size,
      stoppedTracks: this.stopped,
      violations: this.gateway.violations,
      strays: this.strays,
      notReplayed: this.replays ? await differences(this.sockets) : [],
    }
  }
}
