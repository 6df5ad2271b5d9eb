/// <reference lib="esnext.disposable" preserve="true" />
import type { InspectionEvent } from 'xstate'
import { Inbox } from './adapters/inbox.js'
import type { Peer } from './adapters/peer.js'
import { ConnectAttempt } from './connect-attempt.js'
import { facts, factsOf, failure, RealtimeError } from './errors.js'
import { HandRounds, type HandOffer } from './hand-rounds.js'
import type { ISessionConfig, SenderConfig } from './interfaces/config.js'
import type { IMediaGatewayConnector } from './interfaces/connector.js'
import { RealtimeSocketState, type StreamKinds } from './interfaces/enums.js'
import type { CloseReason, IRealtimeSocketOptions, IncomingData, SocketSnapshot } from './interfaces/options.js'
import type { IRealtimeSocket, IRealtimeSocketCallbacks } from './interfaces/socket.js'
import type { SessionCommand, SessionContext, SessionEmitted } from './machines/session.setup.js'
import { startSession, type Session } from './session.js'
import { TrackRegistry } from './track-registry.js'
import type { ReceiverTrack, SenderTrack } from './tracks.js'
import { toConsole, TypedEventEmitter } from './typed-event-emitter.js'
import { nextOf, Watch, type Listener } from './watch.js'

const closedError = () => failure('closed', 'the socket is closed')

const noPeer = () => failure('not-connected', 'there is no peer connection')

/**
 * A session with a media gateway. Every call becomes one event of the session's statechart; what the charts do comes
 * back as events and promises. Importing and constructing touch nothing: they work where there is no DOM.
 */
export class RealtimeSocket
  extends TypedEventEmitter<IRealtimeSocketCallbacks>
  implements IRealtimeSocket, AsyncDisposable
{
  readonly #urls: string | string[]
  readonly #options: IRealtimeSocketOptions
  readonly #inbox = new Inbox<IncomingData>(
    (data) => this.emit('message', data as never),
    () => this.#session?.world.warn(facts('outbox-full', 'messages are dropped')),
  )
  readonly #tracks = new TrackRegistry(
    () => this.#started(),
    (event) => this.#tell(event),
    () => this.#assertOpen(),
  )
  readonly #rounds = new HandRounds()
  readonly #watch: Watch
  /** Started by the first call that needs it. */
  #session: Session | undefined
  #attempt: ConnectAttempt | undefined

  constructor(urls: string | string[], options: IRealtimeSocketOptions = {}) {
    super()
    this.#urls = urls
    this.#options = options
    this.#watch = new Watch(
      () => this.#session?.world.environment.clock.now() ?? 0,
      this.#tracks.names,
      (transition) => this.emit('transition', transition),
    )
    this.onListenerError = (cause, event) => {
      // Not to `warning` when it was a listener of that, which would go round.
      if (event !== 'warning')
        this.#session?.world.warn(facts('listener-failed', `a listener of ${event} threw`, { cause }))
    }
  }

  /** Outward state of the peer connection. */
  get peerState(): RealtimeSocketState {
    return this.#context?.peerState ?? RealtimeSocketState.Created
  }

  /** Outward state of the data channel. */
  get dcState(): RealtimeSocketState {
    return this.#context?.dcState ?? RealtimeSocketState.Created
  }

  /** Why the socket is closed; `undefined` until then. */
  get reason(): CloseReason | undefined {
    return this.#context?.reason
  }

  /** Bytes that wait to be sent; `drain` says when there is room again. */
  get bufferedAmount(): number {
    return this.#session?.world.channel.bufferedAmount ?? 0
  }

  /** Live senders, those of `config.senders` included, in order of creation. */
  get senders(): readonly SenderTrack[] {
    return [...this.#tracks.senders.values()]
  }

  /** Live receivers, in the order of creation. */
  get receivers(): readonly ReceiverTrack[] {
    return [...this.#tracks.receivers.values()]
  }

  /**
   * Connects: chooses a gateway, sends the offer at once, applies the answer, and resolves when DTLS is up and the data
   * channel is open. Rejects with a {@link RealtimeError} that names code, phase and the time spent in each phase.
   *
   * While connecting or connected the same arguments get the same promise, others a rejection `already-connected`.
   * After a failure it may be called again; tracks are kept.
   */
  connect(
    connector: IMediaGatewayConnector,
    config: ISessionConfig,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<void> {
    // First: its start is a transition, and who listens may call anything.
    const { world } = this.#started()
    const { peerState } = this
    if (peerState === RealtimeSocketState.Closed) return Promise.reject(closedError())
    const current = this.#attempt
    if (current && (current.pending || peerState === RealtimeSocketState.Connected))
      return current.isFor(connector, config)
        ? current.promise
        : Promise.reject(failure('already-connected', 'connected already'))
    if (signal?.aborted) return Promise.reject(failure('aborted', 'connect was aborted'))
    const attempt = (this.#attempt = new ConnectAttempt(connector, config, world.environment.clock.now))
    world.order = { connector, config }
    const abort = () => this.#tell({ type: 'abort' })
    // Before the command, since whoever watches it may abort while it is carried out.
    signal?.addEventListener('abort', abort)
    const done = () => signal?.removeEventListener('abort', abort)
    attempt.promise.then(done, done)
    // After the attempt is there: whoever listens may close while they are created.
    try {
      for (const sender of config.senders ?? [])
        if (!this.#tracks.senders.has(sender.name)) this.createSenderTrack(sender)
    } catch (error) {
      attempt.fail(factsOf(error, 'invalid-config'))
      return attempt.promise
    }
    const { audio = 0, video = 0 } = config.receivers ?? {}
    this.#tell({ type: 'connect', reserve: { audio, video } })
    return attempt.promise
  }

  /** Wishes for a sender; legal in every state but `closed`. Throws `duplicate` while one of that name lives. */
  createSenderTrack(cfg: SenderConfig): SenderTrack {
    return this.#tracks.createSender(cfg)
  }

  /** Wishes for a receiver; legal in every state but `closed`. Throws `duplicate` while one of that id lives. */
  createReceiverTrack(id: string, kind: StreamKinds): ReceiverTrack {
    return this.#tracks.createReceiver(id, kind)
  }

  /** Begins a negotiation round by hand: an offer with all wished tracks. Waits for its turn; expires after 10 s. */
  generateOffer(): Promise<HandOffer> {
    if (!this.#session) return Promise.reject(noPeer())
    if (this.peerState === RealtimeSocketState.Closed) return Promise.reject(closedError())
    return this.#rounds.wait((ticket) => this.#tell({ type: 'hand.wanted', ticket }))
  }

  /** Ends the round: applies both descriptions. An offer that is no longer current changes nothing (`stale-offer`). */
  updateSdp(localOffer: RTCSessionDescriptionInit, remoteAnswerSdp: string): void {
    this.#assertOpen()
    const peer = this.#peer
    const offer = peer?.ordinalOf(localOffer.sdp) ?? 0
    if (offer > 0) peer?.keepAnswer(offer, remoteAnswerSdp)
    this.#tell({ type: 'hand.answered', offer })
  }

  /** Sends a payload, or keeps it in order until the channel is open. Throws `closed`, `outbox-full`, `message-too-large`. */
  send(data: string | Uint8Array): void {
    this.#assertOpen()
    this.#started().world.channel.send(data)
  }

  /** Ends everything at once, in every state; idempotent. The last event is `peer_state: closed`. */
  close(): void {
    this.#tell({ type: 'close', reason: 'closed-by-application' })
  }

  /** Closes, and waits until the farewell to the gateway is over (5 s at the most): then nothing is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await this.#started().over
  }

  override on<E extends keyof IRealtimeSocketCallbacks>(event: E, callback: IRealtimeSocketCallbacks[E]): () => void {
    const off = super.on(event, callback)
    if (event === 'message') queueMicrotask(() => this.listenerCount('message') > 0 && this.#inbox.handOut())
    if (event === 'transition') this.#watch.attach(this.#session?.actor)
    return off
  }

  /** All there is to read; frozen, and the same object until something changed. */
  getSnapshot(): SocketSnapshot {
    return this.#watch.snapshot(this.#session?.actor)
  }

  /** Calls back after each change. The returned function ends it and is also its own `unsubscribe`. */
  subscribe(subscriber: Listener<SocketSnapshot>): (() => void) & { unsubscribe(): void } {
    const next = nextOf(subscriber)
    const end = this.#watch.observe(() => this.#guarded(() => next(this.getSnapshot())))
    this.#watch.attach(this.#session?.actor)
    return Object.assign(() => end(), { unsubscribe: () => end() })
  }

  /** Attaches an XState 5 inspection observer; the returned function ends it. */
  inspect(observer: Listener<InspectionEvent>): () => void {
    const next = nextOf(observer)
    const { unsubscribe } = this.#started().actor.system.inspect({
      // A throwing inspector would lose the event that it watches.
      next: (event) => this.#guarded(() => next(event)),
    })
    return unsubscribe
  }

  /** Statistics of the current peer connection (webrtc-stats). Rejects with `not-connected` without one. */
  async getStats(): Promise<RTCStatsReport> {
    if (!this.#peer) throw noPeer()
    return this.#peer.pc.getStats()
  }

  /** An ended session hears nothing any more. */
  #tell(event: SessionCommand): void {
    const { actor } = this.#started()
    if (actor.getSnapshot().status === 'active') actor.send(event)
  }

  #started(): Session {
    if (this.#session) return this.#session
    const session = (this.#session = startSession(this.#urls, this.#options, {
      said: (event) => this.#hear(event),
      message: (data) => this.#inbox.receive(data, this.listenerCount('message') > 0),
      drained: () => this.emit('drain'),
      // After a defect nothing is settled yet.
      ended: () => this.#settleAll(),
    }))
    if (this.#options.inspect) this.inspect(this.#options.inspect)
    if (this.#watch.wanted) this.#watch.attach(session.actor)
    session.actor.start()
    return session
  }

  #hear(event: SessionEmitted): void {
    switch (event.type) {
      case 'peer_state':
      case 'dc_state':
        if (event.type === 'peer_state' && event.state === RealtimeSocketState.Closed) this.#settleAll()
        return this.emit(event.type, event.state)
      case 'phase':
        return this.#attempt?.enter(event.phase)
      case 'warning':
        return this.emit('warning', new RealtimeError(event.error))
      case 'connection.changed':
        if (event.state === 'connected') this.#attempt?.succeed()
        if (event.state === 'failed' && event.error) this.#attempt?.fail(event.error)
        return undefined
      case 'negotiation.done':
        return this.#tracks.moved()
      case 'hand.offered': {
        const made = this.#peer?.offer(event.offer)
        return made && this.#rounds.settle(event.ticket, made)
      }
      case 'hand.refused':
        for (const ticket of event.tickets) this.#rounds.settle(ticket, event.error)
    }
  }

  #settleAll(): void {
    const { facts: error } = closedError()
    this.#tracks.clear()
    this.#attempt?.fail(error)
    this.#rounds.end(error)
  }

  get #context(): SessionContext | undefined {
    return this.#session?.actor.getSnapshot().context
  }

  /** The peer connection of now. */
  get #peer(): Peer | undefined {
    return this.#session?.world.peers.get(this.#context?.generation ?? 0)
  }

  #assertOpen(): void {
    if (this.peerState === RealtimeSocketState.Closed) throw closedError()
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
