import { failure } from './errors.js'
import type { SenderInfo } from './interfaces/connector.js'
import type { StreamKinds } from './interfaces/enums.js'
import type { AttachedSource, ReceiverLimit } from './machines/receiver-track.machine.js'
import type { SessionCommand } from './machines/session.setup.js'
import { TypedEventEmitter } from './typed-event-emitter.js'

/** What a handle needs of its socket. */
export interface TrackHost {
  /** Turns a call into one event of the session. */
  command(event: SessionCommand): void
  /** Throws `closed` after the end. */
  assertOpen(): void
  /** Keeps the live track that a sender is to send, and says what it shows. */
  source(id: string, track: MediaStreamTrack | null, hint: string | undefined): void
  transceiver(id: string): RTCRtpTransceiver | undefined
  /** Dotted state of the track's chart, `undefined` where there is none; `stopped` once the socket is closed. */
  state(id: string): string | undefined
  serverId(id: string): string | undefined
  newStream(): MediaStream
}

/** The track of this kind in a stream. Throws `invalid-config` for what is no stream. */
export const trackOf = (kind: string, stream: MediaStream | null | undefined): MediaStreamTrack | null => {
  if (stream != null && typeof stream.getTracks !== 'function')
    throw failure('invalid-config', 'a stream is a MediaStream')
  return stream?.getTracks().find((track) => track.kind === kind) ?? null
}

/** Events that senders and receivers share. */
type TrackEvents = {
  /** `stop()` was called. */
  stopped: () => void
  /** Another transceiver carries the track (a new peer connection), e.g. for encoded transforms. */
  transceiver_changed: (transceiver: RTCRtpTransceiver) => void
}

/** What the handles of senders and receivers share. */
abstract class TrackHandle<
  Events extends TrackEvents & { [K in keyof Events]: (...args: never[]) => void },
> extends TypedEventEmitter<Events> {
  #carrier: RTCRtpTransceiver | undefined
  #stopped = false

  /** @internal */
  constructor(
    protected readonly host: TrackHost,
    protected readonly id: string,
  ) {
    super()
  }

  /** State of its chart, dotted, e.g. `live.source.flowing+server.shown`; `stopped` in the end. */
  get state(): string {
    return this.host.state(this.id) ?? (this.#stopped ? 'stopped' : 'waiting')
  }

  /** `undefined` while it is not on a peer connection. */
  get transceiver(): RTCRtpTransceiver | undefined {
    return this.host.transceiver(this.id)
  }

  /** Silent until {@link resume}; local, neither renegotiated nor told to the server. */
  pause(): void {
    this.host.command({ type: 'track.pause', id: this.id })
  }

  resume(): void {
    this.host.command({ type: 'track.resume', id: this.id })
  }

  /**
   * Ends it: switched off or disconnected at the server, its line kept for a sender of the same name or the next
   * receiver of its kind. Idempotent.
   */
  stop(): void {
    if (this.#stopped || this.state === 'stopped') return
    this.#stopped = true
    this.host.command({ type: 'track.stop', id: this.id })
    this.tell('stopped')
  }

  /** @internal An answer was applied. */
  moved(): void {
    const { transceiver } = this
    if (!transceiver || transceiver === this.#carrier) return
    this.#carrier = transceiver
    this.tell('transceiver_changed', transceiver)
  }

  /** `emit`, for the events that this class knows of. */
  protected tell<E extends keyof TrackEvents>(event: E, ...args: Parameters<TrackEvents[E]>): void {
    this.emit(event, ...(args as never))
  }
}

export type SenderTrackEvents = TrackEvents

/** A sender that the application wishes for; it lives on over every peer connection until it is stopped. */
export class SenderTrack extends TrackHandle<SenderTrackEvents> {
  #stream: MediaStream | null

  /** @internal */
  constructor(
    host: TrackHost,
    id: string,
    /** What the gateway is told of it. */
    readonly info: Readonly<SenderInfo>,
    stream: MediaStream | null,
  ) {
    super(host, id)
    this.#stream = stream
  }

  /** Names the sender's line at the server; the same for a name that is stopped and created again. */
  get uuid(): string {
    return this.info.uuid
  }

  get stream(): MediaStream | null {
    return this.#stream
  }

  /** Id of the track that is sent; `undefined` without one. */
  get trackId(): string | undefined {
    return this.getTrack()?.id
  }

  /** The track that is sent, `null` without one. */
  getTrack(): MediaStreamTrack | null {
    return trackOf(this.info.kind, this.#stream)
  }

  /**
   * Sends another stream, or nothing (`null`), without renegotiation (replaceTrack, webrtc-pc 5.2); the server is told
   * when a source comes or goes. The tracks themselves stay the application's: none is ever stopped here.
   */
  replaceStream(stream: MediaStream | null): void {
    this.host.assertOpen()
    const track = trackOf(this.info.kind, stream)
    this.#stream = stream
    this.host.source(this.id, track, this.info.content_hint)
    this.host.command({ type: 'source.changed', id: this.id, source: track?.id ?? null })
  }
}

export type ReceiverTrackEvents = TrackEvents & {
  /** A track is in {@link ReceiverTrack.stream} now; again after each new peer connection. */
  track_added: (track: MediaStreamTrack) => void
}

/** Bounds of an attachment. Layers count from 0; above 2 is refused, since it ends the server's session. */
export interface AttachOptions {
  /** Share among the receivers, 1 to 65,535. Default 1. */
  priority?: number
  /** Highest spatial layer. Default: no limit is sent. */
  maxSpatial?: number
  /** Highest temporal layer. Default: no limit is sent. */
  maxTemporal?: number
}

const wholeWithin = (what: string, value: number, low: number, high: number): number => {
  if (!Number.isInteger(value) || value < low || value > high)
    throw failure('invalid-config', `${what} is a whole number from ${low} to ${high}`)
  return value
}

const limitOf = ({ priority = 1, maxSpatial = 2, maxTemporal = 2 }: AttachOptions): ReceiverLimit => ({
  priority: wholeWithin('priority', priority, 1, 65_535),
  maxSpatial: wholeWithin('maxSpatial', maxSpatial, 0, 2),
  maxTemporal: wholeWithin('maxTemporal', maxTemporal, 0, 2),
})

/** A receiver that the application wishes for; `stream` is the same object for its whole life. */
export class ReceiverTrack extends TrackHandle<ReceiverTrackEvents> {
  readonly info: Readonly<{ remoteId: string; kind: StreamKinds }>
  #stream: MediaStream | undefined
  #track: MediaStreamTrack | undefined

  /** @internal */
  constructor(host: TrackHost, id: string, remoteId: string, kind: StreamKinds) {
    super(host, id)
    this.info = Object.freeze({ remoteId, kind })
  }

  get uuid(): string {
    return this.info.remoteId
  }

  /** Its name at the server, e.g. `video_0`; `undefined` until its line is negotiated. */
  get serverId(): string | undefined {
    return this.host.serverId(this.id)
  }

  /** Attach it to a media element at once: tracks come and go inside. */
  get stream(): MediaStream {
    if (this.#stream) return this.#stream
    this.#stream = this.host.newStream()
    if (this.#track) this.#stream.addTrack(this.#track)
    return this.#stream
  }

  get hasTrack(): boolean {
    return this.#track !== undefined
  }

  get trackId(): string | undefined {
    return this.#track?.id
  }

  getTrack(): MediaStreamTrack | undefined {
    return this.#track
  }

  /**
   * Shows this stream of this peer, now or as soon as the channel is open, and again on every new session. The last
   * call wins. A refusal of the server is reported as `warning`.
   */
  attach(source: AttachedSource, options?: AttachOptions): void {
    this.host.assertOpen()
    if (typeof source?.peer !== 'string' || typeof source.stream !== 'string')
      throw failure('invalid-config', 'a source names a peer and a stream')
    const limit = limitOf(options ?? {})
    const limited = options?.maxSpatial !== undefined || options?.maxTemporal !== undefined
    this.host.command({
      type: 'receiver.attach',
      id: this.id,
      source: { peer: source.peer, stream: source.stream },
      priority: limit.priority,
      limit: limited ? limit : undefined,
    })
  }

  /** Bounds the layers of what it is attached to. */
  limit(options?: AttachOptions): void {
    this.host.assertOpen()
    this.host.command({ type: 'receiver.limit', id: this.id, limit: limitOf(options ?? {}) })
  }

  /** Shows nothing; the line is kept. */
  detach(): void {
    this.host.command({ type: 'receiver.detach', id: this.id })
  }

  /** @internal The track of its line came or went. */
  show(track: MediaStreamTrack | undefined): void {
    if (this.#track === track) return
    if (this.#track) this.#stream?.removeTrack(this.#track)
    this.#track = track
    if (!track) return
    this.#stream?.addTrack(track)
    // A pooled line is there at once: whoever has just got the handle must have the time to listen.
    queueMicrotask(() => this.#track === track && this.emit('track_added', track))
  }
}
