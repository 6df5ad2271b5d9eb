import type { InspectionEvent, Observer } from 'xstate'
import { uuid } from './adapters/environment.js'
import { Inbox } from './adapters/inbox.js'
import { ConnectAttempt } from './connect-attempt.js'
import { facts, failure, RealtimeError } from './errors.js'
import type { ISessionConfig, SenderConfig } from './interfaces/config.js'
import type { IMediaGatewayConnector } from './interfaces/connector.js'
import { RealtimeSocketState, type StreamKinds } from './interfaces/enums.js'
import type {
  CloseReason,
  IRealtimeSocket,
  IRealtimeSocketCallbacks,
  IRealtimeSocketOptions,
  IncomingData,
  OfferMeta,
  SocketSnapshot,
} from './interfaces/socket.js'
import type { SessionCommand, SessionEmitted } from './machines/session.setup.js'
import type { ReceiverRef } from './protocol/gateway-protocol.js'
import { startSession, type Session } from './session.js'
import { ReceiverTrack, SenderTrack, type TrackHost } from './tracks.js'
import { TypedEventEmitter } from './typed-event-emitter.js'
import { contextOf, stateOf, Watch } from './watch.js'

interface PendingOffer {
  resolve(made: { offer: RTCSessionDescriptionInit; meta: OfferMeta }): void
  reject(error: RealtimeError): void
}

type Subscriber = ((snapshot: SocketSnapshot) => void) | { next?: (snapshot: SocketSnapshot) => void }

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
  readonly #inbox = new Inbox<IncomingData>()
  readonly #names = new Map<string, string>()
  readonly #senders = new Map<string, SenderTrack>()
  readonly #receivers = new Map<string, ReceiverTrack>()
  readonly #offers = new Map<number, PendingOffer>()
  readonly #watch: Watch
  /** Started by the first call that needs it. */
  #session: Session | undefined
  #attempt: ConnectAttempt | undefined
  #ids = 0
  /** Somebody wants to see transitions; attached to the session once there is one. */
  #watched = false
  #unwatch: (() => void) | undefined

  constructor(urls: string | string[], options: IRealtimeSocketOptions = {}) {
    super()
    this.#urls = urls
    this.#options = options
    this.#watch = new Watch(
      () => this.#session?.world.environment.clock.now() ?? 0,
      this.#names,
      (transition) => this.emit('transition', transition),
    )
    this.onListenerError = (cause, event) => {
      const error = failure('listener-failed', `a listener of "${String(event)}" threw`, { phase: 'connected', cause })
      // Not to `warning` when it was a listener of that, which would go round.
      if (event !== 'warning') this.#session?.world.warn(error.facts)
    }
  }

  /** Outward state of the peer connection. */
  get peerState(): RealtimeSocketState {
    return this.getSnapshot().peerState
  }

  /** Outward state of the data channel. */
  get dcState(): RealtimeSocketState {
    return this.getSnapshot().dcState
  }

  /** Why the socket is closed; `undefined` until then. */
  get reason(): CloseReason | undefined {
    return this.getSnapshot().reason
  }

  /** Bytes that wait to be sent; `drain` says when there is room again. */
  get bufferedAmount(): number {
    return this.#session?.world.channel.bufferedAmount ?? 0
  }

  /** Live senders, those of `config.senders` included, in the order of creation. */
  get senders(): readonly SenderTrack[] {
    return [...this.#senders.values()]
  }

  /** Live receivers, in the order of creation. */
  get receivers(): readonly ReceiverTrack[] {
    return [...this.#receivers.values()]
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
    const { peerState } = this
    if (peerState === RealtimeSocketState.Closed) return Promise.reject(failure('closed', 'the socket is closed'))
    const current = this.#attempt
    if (current && (current.pending || peerState === RealtimeSocketState.Connected))
      return current.isFor(connector, config)
        ? current.promise
        : Promise.reject(failure('already-connected', 'the socket is connected to something else'))
    if (signal?.aborted) return Promise.reject(failure('aborted', 'the signal was aborted before the call'))
    try {
      for (const sender of config.senders ?? []) if (!this.#senders.has(sender.name)) this.createSenderTrack(sender)
    } catch (error) {
      return Promise.reject(error)
    }
    const { actor, world } = this.#started()
    const attempt = (this.#attempt = new ConnectAttempt(connector, config, world.environment.clock.now))
    world.order = { connector, config }
    const abort = () => this.#tell({ type: 'abort' })
    // Before the command, since whoever watches it may abort while it is carried out.
    signal?.addEventListener('abort', abort)
    const done = () => signal?.removeEventListener('abort', abort)
    attempt.promise.then(done, done)
    const { audio = 0, video = 0 } = config.receivers ?? {}
    actor.send({ type: 'connect', reserve: { audio, video } })
    return attempt.promise
  }

  /** Wishes for a sender; legal in every state but `closed`. Throws `duplicate` while one of that name lives. */
  createSenderTrack(cfg: SenderConfig): SenderTrack {
    this.#assertOpen()
    const { name, kind, label = name, screen = false, preferredCodecs = [], maxBitrate = 0, simulcast = false } = cfg
    if (!name) throw failure('invalid-config', 'a sender needs a name')
    if (this.#senders.has(name)) throw failure('duplicate', `a sender "${name}" lives already`)
    const { actor, world } = this.#started()
    const id = this.#newId('sender', name)
    const kept = actor.getSnapshot().context.lines.find((line) => line.sender?.name === name)
    if (kept && kept.kind !== kind)
      throw failure('duplicate', `"${name}" was a sender of the other kind in this session`)
    const key = kept?.sender?.uuid ?? uuid(world.environment.random)
    const track = new SenderTrack(this.#host, id, key, cfg)
    this.#senders.set(name, track)
    track.on('stopped', () => this.#senders.delete(name))
    const source = track.getTrack()
    world.sources.set(id, source)
    const line = { name, uuid: key, label, screen, preferredCodecs, maxBitrate, simulcast }
    actor.send({ type: 'sender.create', id, kind, line, source: source?.id ?? null })
    return track
  }

  /** Wishes for a receiver; legal in every state but `closed`. Throws `duplicate` while one of that id lives. */
  createReceiverTrack(id: string, kind: StreamKinds): ReceiverTrack {
    this.#assertOpen()
    if (this.#receivers.has(id)) throw failure('duplicate', `a receiver "${id}" lives already`)
    const { actor, world } = this.#started()
    const chart = this.#newId('receiver', id)
    const track = new ReceiverTrack(this.#host, chart, id, kind)
    this.#receivers.set(id, track)
    track.on('stopped', () => this.#receivers.delete(id))
    world.sinks.set(chart, track)
    actor.send({ type: 'receiver.create', id: chart, kind })
    return track
  }

  /** Begins a negotiation round by hand: an offer with all wished tracks. Waits for its turn; expires after 10 s. */
  generateOffer(): Promise<{ offer: RTCSessionDescriptionInit; meta: OfferMeta }> {
    const session = this.#session
    if (!session || this.peerState === RealtimeSocketState.Closed)
      return Promise.reject(failure('not-connected', 'there is no peer connection to make an offer with'))
    const ticket = (this.#ids += 1)
    return new Promise((resolve, reject) => {
      this.#offers.set(ticket, { resolve, reject })
      session.actor.send({ type: 'hand.wanted', ticket })
    })
  }

  /** Ends the round: applies both descriptions. An offer that is no longer current changes nothing (`stale-offer`). */
  updateSdp(localOffer: RTCSessionDescriptionInit, remoteAnswerSdp: string): void {
    this.#assertOpen()
    const peer = this.#session?.world.peers.get(this.getSnapshot().generation)
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
    if (event === 'message' && !this.#inbox.isEmpty) queueMicrotask(() => this.#handOut())
    if (event === 'transition') this.#attachWatch()
    return off
  }

  /** All there is to read; frozen, and the same object until something changed. */
  getSnapshot(): SocketSnapshot {
    return this.#watch.snapshot(this.#session?.actor)
  }

  /** Calls back after each change. The returned function ends it and is also its own `unsubscribe`. */
  subscribe(subscriber: Subscriber): (() => void) & { unsubscribe(): void } {
    const next = typeof subscriber === 'function' ? subscriber : (value: SocketSnapshot) => subscriber.next?.(value)
    const end = this.#watch.observe(() => this.#guarded(() => next(this.getSnapshot())))
    this.#attachWatch()
    return Object.assign(() => end(), { unsubscribe: () => end() })
  }

  /** Attaches an XState 5 inspection observer; the returned function ends it. */
  inspect(observer: Observer<InspectionEvent> | ((event: InspectionEvent) => void)): () => void {
    const next = typeof observer === 'function' ? observer : observer.next?.bind(observer)
    const { unsubscribe } = this.#started().actor.system.inspect({
      // A throwing inspector would lose the event that it watches.
      next: (event) => this.#guarded(() => next?.(event)),
    })
    return unsubscribe
  }

  /** Statistics of the current peer connection (webrtc-stats). Rejects with `not-connected` without one. */
  async getStats(): Promise<RTCStatsReport> {
    const peer = this.#session?.world.peers.get(this.getSnapshot().generation)
    if (!peer) throw failure('not-connected', 'there is no peer connection')
    return peer.pc.getStats()
  }

  /** What the tracks need of their socket. */
  readonly #host: TrackHost = {
    command: (event) => this.#tell(event),
    assertOpen: () => this.#assertOpen(),
    source: (id, track) => this.#session?.world.sources.set(id, track),
    transceiver: (id) => {
      const { line, generation } = (contextOf(this.#session?.actor, id) ?? {}) as { line?: number; generation?: number }
      return this.#session?.world.peers.get(generation ?? 0)?.slot(line ?? -1)?.transceiver
    },
    state: (id) => stateOf(this.#session?.actor, id) ?? 'stopped',
    serverId: (id) => {
      const receiver = contextOf(this.#session?.actor, id) as unknown as ReceiverRef | undefined
      return receiver && receiver.ordinal >= 0 ? this.#session?.world.protocol.receiverName(receiver) : undefined
    },
    newStream: () => {
      const { MediaStream } = this.#started().world.environment
      if (!MediaStream)
        throw failure('unsupported', 'there is no MediaStream here; in Node pass one as options.environment')
      return new MediaStream()
    },
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
      message: (data) => this.#receive(data),
      drained: () => this.emit('drain'),
      ended: () => this.#end(),
    }))
    if (this.#options.inspect) this.inspect(this.#options.inspect)
    if (this.#watched) this.#attachWatch()
    session.actor.start()
    return session
  }

  #hear(event: SessionEmitted): void {
    switch (event.type) {
      case 'peer_state':
        if (event.state === RealtimeSocketState.Closed) this.#settleAll()
        return this.emit('peer_state', event.state)
      case 'dc_state':
        return this.emit('dc_state', event.state)
      case 'phase':
        return this.#attempt?.enter(event.phase)
      case 'warning':
        return this.emit('warning', new RealtimeError(event.error))
      case 'connected':
        return this.#attempt?.succeed()
      case 'failed':
        return this.#attempt?.fail(event.error)
      case 'negotiated':
        for (const track of [...this.#senders.values(), ...this.#receivers.values()]) track.moved()
        return undefined
      case 'hand.offered': {
        const meta = this.#session?.world.peers.get(event.generation)?.offer(event.offer)
        if (meta) this.#offers.get(event.ticket)?.resolve({ offer: { type: 'offer', sdp: meta.sdp }, meta })
        return void this.#offers.delete(event.ticket)
      }
      case 'hand.refused':
        this.#offers.get(event.ticket)?.reject(new RealtimeError(event.error))
        return void this.#offers.delete(event.ticket)
    }
  }

  #receive(data: IncomingData): void {
    if (this.listenerCount('message') > 0 && this.#inbox.isEmpty) return this.emit('message', data as never)
    if (!this.#inbox.keep(data) && this.#inbox.dropped === 1)
      this.#session?.world.warn(
        facts('outbox-full', 'messages arrive and nobody listens: they are dropped', { phase: 'connected' }),
      )
  }

  #handOut(): void {
    for (const data of this.#inbox.take()) this.emit('message', data as never)
  }

  #settleAll(): void {
    const error = facts('closed', 'the socket was closed')
    this.#attempt?.fail(error)
    for (const { reject } of this.#offers.values()) reject(new RealtimeError(error))
    this.#offers.clear()
  }

  /** The chart has ended: by the usual way everything is settled already, after a defect it is not. */
  #end(): void {
    this.#settleAll()
    this.#senders.clear()
    this.#receivers.clear()
  }

  #assertOpen(): void {
    if (this.peerState === RealtimeSocketState.Closed) throw failure('closed', 'the socket is closed')
  }

  #newId(role: 'sender' | 'receiver', name: string): string {
    const id = `${role}-${(this.#ids += 1)}`
    this.#names.set(id, name)
    return id
  }

  #attachWatch(): void {
    this.#watched = true
    if (!this.#session || this.#unwatch) return
    const { actor } = this.#session
    this.#unwatch = actor.system.inspect(this.#watch.inspector(actor)).unsubscribe
  }

  #guarded(call: () => void): void {
    try {
      call()
    } catch (error) {
      this.onListenerError(error, 'transition')
    }
  }
}
