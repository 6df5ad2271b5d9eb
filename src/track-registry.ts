import { needed, uniqueId } from './adapters/environment.js'
import { failure } from './errors.js'
import type { ISessionConfig, SenderConfig } from './interfaces/config.js'
import type { StreamKinds } from './interfaces/enums.js'
import type { SessionCommand } from './machines/session.setup.js'
import type { ReceiverRef } from './protocol/gateway-protocol.js'
import type { Session } from './session.js'
import { ReceiverTrack, SenderTrack, trackOf, type TrackHost } from './tracks.js'
import { chartOf, contextOfSession, dotted } from './watch.js'

/** The live senders and receivers of a socket, and what their handles need of it. */
export class TrackRegistry implements TrackHost {
  readonly senders = new Map<string, SenderTrack>()
  readonly receivers = new Map<string, ReceiverTrack>()

  constructor(
    /** Names by the id of the chart, stopped tracks included: transitions are told with them. */
    private readonly names: Map<string, string>,
    private readonly session: () => Session,
    readonly command: (event: SessionCommand) => void,
    readonly assertOpen: () => void,
  ) {}

  createSender(cfg: SenderConfig): SenderTrack {
    // Its start is a transition, and who watches may close it.
    const { actor, world } = this.session()
    this.assertOpen()
    const { name, kind, label = name, stream = null, screen, simulcast, maxBitrate = 0, contentHint } = cfg ?? {}
    if (this.senders.has(name)) throw failure('duplicate', `"${name}" lives already`)
    const { info: kept } =
      actor.getSnapshot().context.lines.find(({ sender }) => sender?.info.name === name)?.sender ?? {}
    if (kept && kept.kind !== kind) throw failure('duplicate', `"${name}" was a sender of the other kind`)
    const source = trackOf(kind, stream)
    const id = this.#enter('sender', name, kind)
    // What its line says does not change: the kept line of a stopped sender says what it said.
    const info = kept ?? {
      uuid: uniqueId(world.environment.random),
      label,
      kind,
      name,
      screen: !!screen,
      simulcast: !!simulcast,
      max_bitrate: maxBitrate,
      content_hint: contentHint,
    }
    Object.freeze(info)
    const track = new SenderTrack(this, id, info, stream)
    this.senders.set(name, track)
    track.on('stopped', () => {
      if (this.senders.get(name) === track) this.senders.delete(name)
      world.sources.delete(id)
    })
    this.source(id, source, contentHint)
    const line = { info, preferredCodecs: cfg.preferredCodecs ?? [] }
    this.command({ type: 'sender.create', id, line, source: source?.id ?? null })
    return track
  }

  createReceiver(name: string, kind: StreamKinds): ReceiverTrack {
    const { sinks } = this.session().world
    this.assertOpen()
    if (this.receivers.has(name)) throw failure('duplicate', `"${name}" lives already`)
    const id = this.#enter('receiver', name, kind)
    const track = new ReceiverTrack(this, id, name, kind)
    this.receivers.set(name, track)
    sinks.set(id, track)
    track.on('stopped', () => {
      if (this.receivers.get(name) === track) this.receivers.delete(name)
      sinks.delete(id)
    })
    this.command({ type: 'receiver.create', id, kind })
    return track
  }

  /** What a connect brings along: its senders, where they do not live yet, and the slots of its audio mix. */
  wishFor({ senders = [], mixMinusAudio }: ISessionConfig): void {
    const fresh = senders.filter(({ name }) => !this.senders.has(name))
    for (const sender of fresh) this.createSender(sender)
    mixMinusAudio?.elements?.forEach((element, slot) => {
      const name = `mix_minus_${slot}`
      const receiver = this.receivers.get(name) ?? this.createReceiver(name, 'audio')
      receiver.attach({ peer: '', stream: `mix_minus_default_${slot}` })
      element.srcObject = receiver.stream
    })
  }

  clear(): void {
    this.senders.clear()
    this.receivers.clear()
  }

  /** An answer was applied: some may be on another transceiver now. */
  moved(): void {
    for (const track of [...this.senders.values(), ...this.receivers.values()]) track.moved()
  }

  source(id: string, track: MediaStreamTrack | null, hint: string | undefined): void {
    // mst-content-hint: the empty string leaves the choice to the browser.
    if (track && hint) track.contentHint = hint === 'none' ? '' : hint
    this.session().world.sources.set(id, track)
  }

  transceiver(id: string): RTCRtpTransceiver | undefined {
    const { actor, world } = this.session()
    const at = chartOf(actor, id)?.context as { line: number; generation: number } | undefined
    return at && world.peers.get(at.generation)?.slot(at.line)?.transceiver
  }

  state(id: string): string | undefined {
    const { actor } = this.session()
    return contextOfSession(actor).connection === 'closed' ? 'stopped' : dotted(chartOf(actor, id)?.value) || undefined
  }

  serverId(id: string): string | undefined {
    const { actor, world } = this.session()
    const receiver = chartOf(actor, id)?.context as unknown as ReceiverRef | undefined
    return receiver && receiver.ordinal >= 0 ? world.protocol.receiverName(receiver) : undefined
  }

  newStream(): MediaStream {
    return new (needed(this.session().world.environment, 'MediaStream'))()
  }

  #enter(role: 'sender' | 'receiver', name: unknown, kind: unknown): string {
    if (typeof name !== 'string' || !name || (kind !== 'audio' && kind !== 'video'))
      throw failure('invalid-config', `a ${role} needs a name and a kind`)
    const id = `${role}-${this.names.size + 1}`
    this.names.set(id, name)
    return id
  }
}
