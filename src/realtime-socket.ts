/// <reference lib="esnext.disposable" preserve="true" />
import { ReadableSocket } from './readable-socket.js'
import { ConnectAttempt } from './connect-attempt.js'
import { assertConnectable } from './connectable.js'
import { TrackRegistry } from './track-registry.js'
import { factsOf, failure, RealtimeError } from './errors.js'
import { HandRounds, type HandOffer } from './hand-rounds.js'
import type { ISessionConfig, SenderConfig } from './interfaces/config.js'
import type { IMediaGatewayConnector } from './interfaces/connector.js'
import type { RealtimeSocketState, StreamKinds } from './interfaces/enums.js'
import type { IRealtimeSocketOptions, SendOptions } from './interfaces/options.js'
import type { IRealtimeSocket } from './interfaces/socket.js'
import type { SessionCommand, SessionEmitted } from './machines/session.setup.js'
import { closedError } from './state-waiters.js'
import type { ReceiverTrack, SenderTrack } from './tracks.js'

/**
 * A session with a media gateway. Every call becomes one event of the session's statechart; what the charts do comes
 * back as events and promises. Importing and constructing touch nothing: they work where there is no DOM.
 */
export class RealtimeSocket extends ReadableSocket implements IRealtimeSocket, AsyncDisposable {
  readonly #tracks: TrackRegistry
  readonly #rounds = new HandRounds()
  #attempt: ConnectAttempt | undefined
  /** `peer_state: closed` was said. */
  #closed = false

  constructor(urls: string | string[], options: IRealtimeSocketOptions = {}) {
    const names = new Map<string, string>()
    super(urls, options, names)
    this.#tracks = new TrackRegistry(
      names,
      () => this.started(),
      (event) => this.#tell(event),
      () => this.#assertOpen(),
    )
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
    options?: { signal?: AbortSignal },
  ): Promise<void> {
    const signal = options?.signal
    // First: its start is a transition, and who listens may call anything.
    const { world } = this.started()
    const { peerState } = this
    if (peerState === 'closed') return Promise.reject(closedError())
    const current = this.#attempt
    if (current && (current.pending || /^(connected|disconnected|reconnecting)$/.test(peerState)))
      return current.connector === connector && current.config === config
        ? current.promise
        : Promise.reject(failure('already-connected', 'connected already'))
    if (signal?.aborted) return Promise.reject(failure('aborted', 'connect was aborted'))
    const attempt = (this.#attempt = new ConnectAttempt(
      connector,
      config,
      this.context?.generation ?? 0,
      world.environment.clock.now,
    ))
    world.order = { connector, config }
    const abort = () => this.#tell({ type: 'abort' })
    // After the attempt is there: whoever listens may close while they are created.
    try {
      assertConnectable(connector, config, world.options.ladder ?? [])
      // Before the command, since whoever watches it may abort while it is carried out.
      signal?.addEventListener('abort', abort)
      const done = () => signal?.removeEventListener('abort', abort)
      attempt.promise.then(done, done)
      this.#tracks.wishFor(config)
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
    if (this.peerState === 'closed') return Promise.reject(closedError())
    return this.#rounds.wait((ticket) => this.#tell({ type: 'hand.wanted', ticket }))
  }

  /** Ends the round: applies both descriptions. An offer that is no longer current changes nothing (`stale-offer`). */
  updateSdp(localOffer: RTCSessionDescriptionInit, remoteAnswerSdp: string): void {
    this.#assertOpen()
    const peer = this.peer
    const offer = peer?.ordinalOf(localOffer?.sdp) ?? 0
    if (offer > 0) peer?.keepAnswer(offer, remoteAnswerSdp)
    this.#tell({ type: 'hand.answered', offer })
  }

  /**
   * Sends a payload, or keeps it in order until the channel is open and its path lives. Returns the id by which `fate`
   * names it; ids count from 1. Throws `closed`, `outbox-full`, `message-too-large`, `invalid-config`: then nothing was
   * taken, and no id given.
   *
   * Text of 1,000 bytes and more and every `Uint8Array` go out as zlib (RFC 1950). What makes them smaller is loaded when
   * a connect begins; a message sent before it is there is framed as it is. All bounds count the message as it would go
   * out now, and one that is kept goes out as it was kept.
   *
   * JSON text that commands the server (`receiver.switch` and the like) is remembered: a new session of the server is
   * asked for it again.
   */
  send(data: string | Uint8Array, options?: SendOptions): number {
    this.#assertOpen()
    return this.started().world.channel.send(data, options)
  }

  /** Waits no longer before the next attempt to recover. Nothing happens where none is waited for. */
  retryNow(): void {
    this.#tell({ type: 'retry' })
  }

  /** `connect` once more with what it was given last; for a session that has failed. Before the first it has none: `invalid-config`. */
  retry(): Promise<void> {
    const { connector, config } = this.#attempt ?? ({} as ConnectAttempt)
    return this.connect(connector, config)
  }

  /** Ends everything at once, in every state; idempotent. The last event is `peer_state: closed`. */
  close(): void {
    this.#tell({ type: 'close', reason: 'closed-by-application' })
  }

  /** Closes, and waits until the farewell to the gateway is over (5 s at the most): then nothing is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await this.started().over
  }

  /** An ended session hears nothing any more. */
  #tell(event: SessionCommand): void {
    const { actor } = this.started()
    if (actor.getSnapshot().status === 'active') actor.send(event)
  }

  /** @internal */
  protected override hear(event: SessionEmitted): void {
    switch (event.type) {
      case 'peer_state':
      case 'dc_state':
        if (event.type === 'peer_state') this.#became(event.state)
        return this.emit(event.type, event.state)
      case 'phase':
        return this.#attempt?.enter(event.phase)
      case 'warning':
        return this.emit('warning', new RealtimeError(event.error))
      case 'connection.changed':
        // A retry out of a listener must not settle with what came before it.
        if (event.generation <= (this.#attempt?.after ?? 0)) return undefined
        if (event.state === 'connected') this.#attempt?.succeed()
        if (event.state === 'failed' && event.error) {
          this.#attempt?.fail(event.error)
          this.waiters.changed(event.state, event.error)
        }
        return undefined
      case 'negotiation.done':
        return this.#tracks.moved()
      case 'hand.offered': {
        const made = this.peer?.offer(event.offer)
        return made && this.#rounds.settle(event.ticket, made)
      }
      case 'hand.refused':
        for (const ticket of event.tickets) this.#rounds.settle(ticket, event.error)
    }
  }

  /** @internal */
  protected override ended(): void {
    // A defect of the session's own chart: nothing was said yet.
    if (!this.#closed) for (const type of ['dc_state', 'peer_state'] as const) this.hear({ type, state: 'closed' })
  }

  #became(state: RealtimeSocketState): void {
    this.waiters.changed(state)
    if (state !== 'closed') return
    this.#closed = true
    const { facts: error } = closedError()
    this.#tracks.clear()
    this.#attempt?.fail(error)
    this.#rounds.end(error)
    this.started().world.end()
  }

  #assertOpen(): void {
    if (this.peerState === 'closed') throw closedError()
  }
}
