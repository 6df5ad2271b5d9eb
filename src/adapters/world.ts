import { fromPromise, type AnyActorRef, type NonReducibleUnknown } from 'xstate'
import { facts, factsOf, failure, type Phase, type RealtimeErrorCode } from '../errors.js'
import type { ISessionConfig } from '../interfaces/config.js'
import type { IMediaGatewayConnector } from '../interfaces/connector.js'
import type { Environment, EnvironmentClock } from '../interfaces/environment.js'
import type { IncomingData, IRealtimeSocketOptions, MessageFate } from '../interfaces/options.js'
import type { RestoredSession } from '../interfaces/storage.js'
import type { GatewayProtocol } from '../protocol/gateway-protocol.js'
import type { DataChannelPort } from './data-channel-port.js'
import type { Inbox } from './inbox.js'
import { PathMemory } from './path-memory.js'
import type { Peer } from './peer.js'

/** What the application asked to connect to. */
export interface ConnectOrder {
  readonly connector: IMediaGatewayConnector
  readonly config: ISessionConfig
}

/** What the gateway holds for a generation, as soon as it was asked to. */
export interface ServerSession {
  readonly url: string
  readonly connector: IMediaGatewayConnector
  /** Settles with the answer to the connect request; never rejects. */
  readonly answered: Promise<void>
  /** Ends the connect request. */
  readonly abort: AbortController
  ids?: { readonly nodeId: number; readonly connId: string }
}

/** Where the remote track of a receiver goes. */
export interface TrackSink {
  /** `undefined`: the line is gone. */
  show(track: MediaStreamTrack | undefined): void
}

/** The session, as a keeper sees it. */
export interface KeptSession {
  readonly actor: AnyActorRef
  /** The application's names of tracks, by the ids of their charts. */
  readonly names: ReadonlyMap<string, string>
  /** Says outward what was found. */
  restored(session: RestoredSession): void
}

/**
 * The live things of one socket: peer connections, channel, media tracks, promises, secrets. Charts never see them;
 * the actors find them here by generation and id.
 */
export class World {
  order!: ConnectOrder
  /** Chosen for the current generation, with its token and ICE servers. */
  attempt!: { readonly url: string; readonly token: string; readonly iceServers: RTCIceServer[] }
  readonly peers = new Map<number, Peer>()
  readonly sessions = new Map<number, ServerSession>()
  /** What each sender is to send. */
  readonly sources = new Map<string, MediaStreamTrack | null>()
  readonly sinks = new Map<string, TrackSink>()
  /** Sources of the room, as far as this session was told. */
  readonly living = new Set<string>()
  readonly path: PathMemory
  /** Begun once there is something to keep, see `options.storage`. */
  keeping: Promise<void> | undefined
  /** Called with what becomes of messages, and at the end. */
  onFate: (fate: MessageFate) => void = () => {}
  onEnd: () => Promise<void> | undefined = () => undefined

  constructor(
    readonly environment: Environment,
    readonly options: IRealtimeSocketOptions,
    readonly urls: string | string[],
    readonly protocol: GatewayProtocol,
    readonly channel: DataChannelPort,
    readonly inbox: Inbox<IncomingData>,
    /** Reports what nobody waits for. */
    readonly warn: (error: ReturnType<typeof facts>) => void,
    /** What a keeper needs of the session. */
    readonly session: KeptSession,
  ) {
    this.path = new PathMemory(environment.clock.now)
  }

  /** The peer connection of a generation; a typed error when it is gone. */
  peer(generation: number): Peer {
    const peer = this.peers.get(generation)
    if (!peer) throw failure('not-connected', 'there is no peer connection')
    return peer
  }

  /** Nothing goes out or is handed on any more. Resolves when what survives is written. */
  end(): Promise<void> | undefined {
    this.channel.end()
    this.inbox.end()
    return this.onEnd()
  }

  /** Releases whatever a failed chart may have left behind. */
  release(): Promise<void> | undefined {
    for (const peer of this.peers.values()) peer.close()
    this.peers.clear()
    this.sources.clear()
    this.sinks.clear()
    return this.end()
  }
}

const worlds = new WeakMap<object, World>()

/** Makes `world` the one that the actors of this actor system live in. */
export const inhabit = (system: object, world: World): void => void worlds.set(system, world)

/** The world of an actor system. */
export const worldOf = (system: object): World => worlds.get(system) as World

/**
 * An actor that does one thing: what it throws becomes plain error facts. Its signal ends with it, so that what it has
 * begun and not waited for ends too.
 */
export const task = <Output, Input extends NonReducibleUnknown>(
  fallback: RealtimeErrorCode,
  phase: Phase,
  run: (world: World, input: Input, signal: AbortSignal) => Promise<Output> | Output,
) =>
  fromPromise<Output, Input>(async ({ input, signal, system }) => {
    const end = new AbortController()
    const stop = () => end.abort()
    signal.addEventListener('abort', stop)
    try {
      return await run(worldOf(system), input, end.signal)
    } catch (error) {
      // oxlint-disable-next-line no-throw-literal -- plain data travels in events
      throw factsOf(error, fallback, phase)
    } finally {
      stop()
    }
  })

/** Resolves after so many milliseconds, with how many it was late; never when aborted. */
export const pause = (clock: EnvironmentClock, ms: number, signal: AbortSignal): Promise<number> =>
  new Promise((resolve) => {
    if (signal.aborted) return
    const due = clock.now() + ms
    const timer = clock.setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve(clock.now() - due)
    }, ms)
    const stop = () => clock.clearTimeout(timer)
    signal.addEventListener('abort', stop)
  })

/** Adds a listener; returns what removes it. */
export const listen = (target: EventTarget, type: string, listener: (event: never) => void): (() => void) => {
  target.addEventListener(type, listener as unknown as EventListener)
  return () => target.removeEventListener(type, listener as unknown as EventListener)
}
