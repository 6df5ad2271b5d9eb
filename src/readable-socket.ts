import { startSession, type Session } from './session.js'
import type { InspectionEvent } from 'xstate'
import { NOTHING_SENT } from './adapters/outbox.js'
import type { Peer } from './adapters/peer.js'
import { facts, factsOf, failure, RealtimeError } from './errors.js'
import type { RealtimeSocketState } from './interfaces/enums.js'
import type { Environment } from './interfaces/environment.js'
import type {
  CloseReason,
  IRealtimeSocketOptions,
  MessageCounts,
  SocketCommand,
  SocketSnapshot,
} from './interfaces/options.js'
import type { IRealtimeSocketCallbacks } from './interfaces/socket.js'
import type { SessionContext, SessionEmitted } from './machines/session.setup.js'
import { Tape } from './recording/tape.js'
import { StateWaiters } from './state-waiters.js'
import { toConsole, TypedEventEmitter } from './typed-event-emitter.js'
import { allowedCommands, contextOfSession, nextOf, Watch, type Listener } from './watch.js'

/** The half of a socket that reads: states, snapshots, counts, statistics. */
export abstract class ReadableSocket extends TypedEventEmitter<IRealtimeSocketCallbacks> {
  readonly #urls: string | string[]
  readonly #options: IRealtimeSocketOptions
  readonly #names: ReadonlyMap<string, string>
  readonly #watch: Watch
  /** @internal */
  protected readonly waiters = new StateWaiters()
  /** Started by the first call that needs it. */
  #session: Session | undefined
  readonly #now = () => this.#session?.world.environment.clock.now() ?? 0
  /** Outlives the session. */
  #tape: Tape | undefined

  /** @internal */
  constructor(urls: string | string[], options: IRealtimeSocketOptions, names: ReadonlyMap<string, string>) {
    super()
    this.#urls = urls
    this.#options = options ?? {}
    this.#names = names
    this.#watch = new Watch(this.#now, names, (transition) => this.emit('transition', transition))
    this.onListenerError = (cause, event) => {
      // Not to `warning` when it was a listener of that, which would go round.
      if (event !== 'warning')
        this.#session?.world.warn(facts('listener-failed', `a listener of ${event} threw`, { cause }))
    }
  }

  /** What this socket was given of the outside world: see `options.environment`. */
  get environment(): Partial<Environment> | undefined {
    return this.#options.environment
  }

  /** Outward state of the peer connection. */
  get peerState(): RealtimeSocketState {
    return this.context?.peerState ?? 'created'
  }

  /** Outward state of the data channel. */
  get dcState(): RealtimeSocketState {
    return this.context?.dcState ?? 'created'
  }

  /** Why the socket is closed; `undefined` until then. */
  get reason(): CloseReason | undefined {
    return this.context?.reason
  }

  /** Bytes that wait to be sent; `drain` says when there is room again. */
  get bufferedAmount(): number {
    return this.#session?.world.channel.bufferedAmount ?? 0
  }

  /** What became of the messages that `send` took, and how many came in. */
  get messages(): MessageCounts {
    const { channel, inbox } = this.#session?.world ?? {}
    const { received = 0, dropped = 0 } = inbox ?? {}
    return { ...(channel?.counts ?? NOTHING_SENT), received, dropped }
  }

  /** All there is to read; frozen, and the same object until something changed. */
  getSnapshot(): SocketSnapshot {
    return this.#watch.snapshot(this.#session?.actor)
  }

  /** Calls back after each change. The returned function ends it and is also its own `unsubscribe`. */
  subscribe(subscriber: Listener<SocketSnapshot>): (() => void) & { unsubscribe(): void } {
    const next = nextOf(subscriber)
    const end = this.#watch.observe(() => this.#guarded(() => next(this.getSnapshot())))
    this.#look()
    return Object.assign(end, { unsubscribe: end })
  }

  /** Attaches an XState 5 inspection observer; the returned function ends it. */
  inspect(observer: Listener<InspectionEvent>): () => void {
    const next = nextOf(observer)
    const { unsubscribe } = this.started().actor.system.inspect({
      // A throwing inspector would lose the event that it watches.
      next: (event) => this.#guarded(() => next(event)),
    })
    this.#tape?.attach()
    return unsubscribe
  }

  /**
   * What the charts took in and did, as versioned JSON lines (docs/recording.md): in every state, after `closed` too,
   * and empty before the first call. Nothing secret is in it. Rejects with `unsupported` where
   * `options.recording` is `false`, or where its code, which is loaded on use, cannot be had.
   */
  async exportRecording(): Promise<string> {
    if (this.#options.recording === false) throw failure('unsupported', 'recording is off')
    try {
      const { recordingOf } = await import('./recording/recording.js')
      return recordingOf(this.#tape)
    } catch (error) {
      throw new RealtimeError(factsOf(error, 'unsupported'))
    }
  }

  /** The commands that would be carried out now; all others are refused, or have no effect. */
  nextCommands(): SocketCommand[] {
    return allowedCommands(this.getSnapshot())
  }

  /** Whether this command would be carried out now. */
  can(command: SocketCommand): boolean {
    return this.nextCommands().includes(command)
  }

  /**
   * Resolves once `peerState` is this state, at once if it is. Rejects as soon as nothing leads there any more: with
   * `closed`, or, when a connect fails meanwhile, with what it failed of.
   */
  when(state: RealtimeSocketState): Promise<void> {
    return this.waiters.wait(this.peerState, state)
  }

  /** Statistics of the current peer connection (webrtc-stats). Rejects with `not-connected` without one, with `closed`. */
  async getStats(): Promise<RTCStatsReport> {
    const { peer } = this
    if (!peer) throw failure('not-connected', 'there is no peer connection')
    try {
      return await this.waiters.unlessClosed(peer.pc.getStats())
    } catch (error) {
      throw new RealtimeError(factsOf(error, 'internal', 'connected'))
    }
  }

  override on<E extends keyof IRealtimeSocketCallbacks>(event: E, callback: IRealtimeSocketCallbacks[E]): () => void {
    const off = super.on(event, callback)
    if (event === 'message') queueMicrotask(() => this.#session?.world.inbox.handOut())
    if (event === 'transition') this.#look()
    return off
  }

  /** @internal The session, started by the first call that needs it. */
  protected started(): Session {
    if (this.#session) return this.#session
    const session = (this.#session = startSession(this.#urls, this.#options, {
      said: (event) => this.hear(event),
      heard: () => this.listenerCount('message') > 0,
      message: (data) => this.emit('message', data as never),
      drained: () => this.emit('drain'),
      wantsFates: () => this.listenerCount('fate') > 0,
      fated: (fate) => this.emit('fate', fate),
      names: this.#names,
      restored: (session) => this.emit('restored', session),
      ended: () => this.ended(),
    }))
    const { inspect, recording } = this.#options
    if (recording !== false) this.#tape = new Tape(session.actor, recording?.bytes ?? 262_144, this.#now)
    if (inspect) this.inspect(inspect)
    if (this.#watch.wanted) this.#look()
    session.actor.start()
    return session
  }

  /** @internal What the session says outward. */
  protected abstract hear(event: SessionEmitted): void
  /** @internal The session's chart has ended, by itself or by a defect. */
  protected abstract ended(): void

  /** @internal */
  protected get context(): SessionContext | undefined {
    return this.#session && contextOfSession(this.#session.actor)
  }

  /** @internal The peer connection of now. */
  protected get peer(): Peer | undefined {
    return this.#session?.world.peers.get(this.context?.generation ?? 0)
  }

  #look(): void {
    this.#watch.attach(this.#session?.actor)
    this.#tape?.attach()
  }

  #guarded(call: () => void): void {
    try {
      call()
    } catch (error) {
      // Not as a warning: that is a change, of which the same listener would hear.
      toConsole(error, 'a watcher')
    }
  }
}
