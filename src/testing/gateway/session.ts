import type { Timeline } from '../scheduler/lane.js'
import type { Random } from '../scheduler/random.js'
import type { IceCredentials } from '../transport/ice-agent.js'
import type { Media } from '../transport/packets.js'
import { freshCredentials, Transport, type TransportPlace } from '../transport/transport.js'
import { AnswerWriter } from './answer.js'
import type { Exchange } from './exchange.js'
import { Lines, ReceiverLine, type KnownLine, type LineChange } from './lines.js'
import type { ConnectBody } from './messages.js'
import { readOffer, type Offer } from './offer.js'
import type { Kind, ServerEvent } from './events.js'
import { Parked } from './parked.js'
import { costOf, take, type RequestTargets } from './requests.js'
import { Watcher, type Room } from './room.js'
import { SenderQueue, type SenderEntry } from './sender-queue.js'
import { SessionChannels } from './session-channels.js'
import { watchSilence } from './silence.js'

/** Why a session ended; the client is told nothing of it. */
export type EndReason =
  | 'closed by client'
  | 'deleted'
  | 'kicked'
  | 'not established'
  | 'no channel'
  | 'silent'
  | 'panicked'
  | 'gateway killed'

/** Milliseconds (protocol 0.1, section 6). */
export interface SessionTimers {
  /** From the session's beginning to ICE and DTLS. */
  readonly establish: number
  /** From there to the channel. */
  readonly channel: number
  /** Of silence until others are told that it reconnects. */
  readonly reconnecting: number
  /** Of silence until it is dropped. */
  readonly silence: number
}

export interface SessionPlace extends Omit<TransportPlace, 'scheduler'> {
  readonly scheduler: Timeline
  readonly random: Random
  /** Hears every message of a client that is JSON. */
  readonly heard?: ((peer: string, message: unknown) => void) | undefined
  readonly timers: SessionTimers
  readonly exchange: Exchange
  readonly room: Room
  isSimulcast(peer: string, stream: string): boolean
  onend(reason: EndReason): void
}

/** From a deadly request to the end of the session's task. */
const PANIC = 20
/** The server cannot send a longer message. */
const LONGEST_MESSAGE = 65_536

/** One client's session: its transport, its lines, its place in the room. */
export class Session {
  ended: EndReason | undefined
  readonly lines = new Lines()
  readonly receivers = new Map<string, ReceiverLine>()
  readonly transport: Transport
  readonly #answers: AnswerWriter
  readonly #queue = new SenderQueue()
  readonly #parked = new Parked()
  readonly #channels: SessionChannels
  readonly #watcher: Watcher
  /** Streams that may be announced, by name; `true`: they are. */
  readonly #streams = new Map<string, { announced: boolean; readonly line: KnownLine }>()
  readonly #senderNames = new Set<string>()
  #local: IceCredentials
  #remoteUfrag: string | undefined
  /** Lines that wait for DTLS to take their names. */
  #unnamed: KnownLine[] = []
  #deadline: unknown
  #busyUntil = 0
  #endSilence = (): void => {}

  constructor(
    readonly connId: string,
    readonly body: ConnectBody,
    private readonly place: SessionPlace,
  ) {
    this.#answers = new AnswerWriter(place.random)
    this.#local = freshCredentials(place.random)
    this.transport = new Transport(place as never, {
      ondtls: (state) => {
        if (state === 'connected') this.#up()
        if (state === 'closed') this.end('closed by client')
      },
      ondata: (stream, content) => this.#channels.receive(stream, content),
      onmedia: (media) => this.#forward(media),
    })
    this.transport.ice.controlling = false
    this.#channels = new SessionChannels(this.transport, {
      onopen: () => this.place.scheduler.cancel(this.#deadline),
      onmessage: (message) => this.#request(message),
      onclosed: () => this.end('closed by client'),
    })
    this.#watcher = new Watcher(body.peer, body.sub_scope ?? 'Full', (event) => this.tell(event))
  }

  get peer(): string {
    return this.body.peer
  }

  /** The answer to the first offer; `undefined` when it is refused. */
  start(offer: Offer): string | undefined {
    if (!offer.ice || !offer.bundled || !offer.fingerprint) return undefined
    const { timers, scheduler, room } = this.place
    this.transport.ice.setLocal(this.#local)
    this.transport.listen(this.#local)
    const answer = this.#negotiate(offer, this.body.senders)
    this.transport.dtls.start(offer.setup === 'passive' ? 'client' : 'server', offer.fingerprint)
    if ((this.body.pub_scope ?? 'Full') === 'Full') room.setPeer(this.peer, 'New')
    room.enter(this.#watcher)
    this.#deadline = scheduler.after(timers.establish, 'gateway', () => this.end('not established'))
    return answer
  }

  /** An event of the room; kept until the channel is open. */
  tell(event: ServerEvent): void {
    this.#channels.send(event)
  }

  /** Ends it. Of the client nobody is told: no alert, no closing of the channel. */
  end(reason: EndReason): void {
    if (this.ended) return
    this.ended = reason
    const { room, scheduler } = this.place
    scheduler.cancel(this.#deadline)
    this.#endSilence()
    this.#parked.clear()
    for (const receiver of this.receivers.values()) receiver.disconnect()
    room.leave(this.#watcher)
    // By their names: what a newer session of the same peer wrote goes as well.
    if ((this.body.pub_scope ?? 'Full') === 'Full') room.removePeer(this.peer)
    room.removeStreamsOf(this.peer)
    this.transport.close(true)
    this.place.onend(reason)
  }

  publishesSimulcast(stream: string): boolean {
    return this.#streams.get(stream)?.line.simulcast === true
  }

  #negotiate(offer: Offer, senders: readonly SenderEntry[]): string {
    const { ice } = offer
    if (ice && this.#remoteUfrag !== undefined && ice.ufrag !== this.#remoteUfrag) {
      this.#local = freshCredentials(this.place.random)
      this.transport.ice.setLocal(this.#local)
    }
    if (ice) {
      this.#remoteUfrag = ice.ufrag
      this.transport.ice.setRemote(ice)
    }
    for (const candidate of offer.candidates) this.transport.ice.addRemote(candidate)
    const changes = this.lines.apply(offer.lines)
    this.#queue.announce(senders)
    for (const change of changes) this.#settle(change)
    return this.#answers.write(this.lines.all, {
      ice: this.#local,
      fingerprint: this.transport.fingerprint,
      setup: offer.setup === 'passive' ? 'active' : 'passive',
      candidates: this.transport.candidates,
    })
  }

  #settle(change: LineChange): void {
    const { line } = change
    if (change.type === 'ended') {
      if (change.was === 'sender') this.#unpublish(line)
      else this.receivers.get(line.receiverId ?? '')?.disconnect()
    } else if (line.role === 'sender') {
      this.#unnamed.push(line)
      if (this.transport.dtls.state === 'connected') this.#nameLines()
    } else if (line.receiverId !== undefined) {
      const { receiverId, mid } = line
      const receiver = new ReceiverLine(receiverId, line.kind as Kind, mid, this.#answers.ssrcOf(line), (media) =>
        this.transport.sendMedia(media),
      )
      this.receivers.set(receiverId, receiver)
      this.#parked.release(`receiver ${receiverId}`)
    }
  }

  /** Once DTLS is up each new line takes the head of its kind's queue, in the order of the lines. */
  #nameLines(): void {
    for (const line of this.#unnamed) {
      const name = this.#queue.take(line.kind as Kind)
      line.name = name
      if (name === undefined) continue
      this.#senderNames.add(name)
      // Of two lines of one name the second is lost.
      if (!this.#streams.has(name)) this.#streams.set(name, { announced: false, line })
      this.#parked.release(`sender ${name}`)
    }
    this.#unnamed = []
  }

  #unpublish(line: KnownLine): void {
    const { name } = line
    if (name === undefined || this.#streams.get(name)?.line !== line) return
    this.#streams.delete(name)
    this.place.room.removeStream(this.peer, name)
  }

  #up(): void {
    const { scheduler, timers, room } = this.place
    scheduler.cancel(this.#deadline)
    if (!this.#channels.open) this.#deadline = scheduler.after(timers.channel, 'gateway', () => this.end('no channel'))
    this.#nameLines()
    room.setPeer(this.peer, 'Connected')
    this.#endSilence = watchSilence(
      scheduler,
      () => this.transport.ice.heardAt,
      [
        { ms: timers.reconnecting, act: () => room.setPeer(this.peer, 'Reconnecting') },
        { ms: timers.silence, act: () => this.end('silent') },
      ],
      () => room.setPeer(this.peer, 'Connected'),
    )
  }

  /** A packet of the client's: it announces its stream, and goes to whoever wants it. */
  #forward(media: Media): void {
    const line = this.lines.all.find(({ mid }) => mid === media.mid)
    const stream = line?.role === 'sender' && line.name !== undefined ? this.#streams.get(line.name) : undefined
    if (!line?.name || stream?.line !== line) return
    if (!stream.announced) {
      stream.announced = true
      this.place.room.addStream(this.peer, line.name, line.kind as Kind)
    }
    this.place.exchange.publish(this.body.room, this.peer, line.name, media)
  }

  /** A later offer, over the channel or outside of it. */
  restart(sdp: string, senders: readonly SenderEntry[]): { sdp: string } | 'refused' | 'no answer' {
    const offer = readOffer(sdp)
    if (!offer) return 'no answer'
    const fits = offer.ice && offer.bundled && this.lines.keepsOrder(offer.lines)
    return fits ? { sdp: this.#negotiate(offer, senders) } : 'refused'
  }

  /** One after the other, each in its time, so that answers come in the order of the requests. */
  #request(message: unknown): void {
    this.place.heard?.(this.peer, message)
    const { scheduler } = this.place
    this.#busyUntil = Math.max(this.#busyUntil, scheduler.now) + costOf(message)
    scheduler.after(this.#busyUntil - scheduler.now, `gateway ${this.connId}`, () => {
      if (this.ended) return
      take(message, this.#targets, (answer) => {
        // A longer one is lost on the way.
        if (JSON.stringify(answer).length <= LONGEST_MESSAGE) this.#channels.send(answer)
      })
    })
  }

  readonly #targets: RequestTargets = {
    mixMinus: () => this.body.mix_minus_audio ?? 'Disabled',
    withReceiver: (id, act) => {
      const run = () => {
        const receiver = this.receivers.get(id)
        const alive = this.lines.all.some((line) => line.receiverId === id && line.role === 'receiver')
        if (receiver && alive) act(receiver)
      }
      if (this.receivers.has(id)) run()
      else this.#parked.park(`receiver ${id}`, run)
    },
    withSender: (name, act) => {
      if (this.#senderNames.has(name)) act()
      else this.#parked.park(`sender ${name}`, act)
    },
    toggle: (name, active) => {
      const stream = this.#streams.get(name)
      if (!stream) return false
      // Switched off it is gone, until the next packet announces it again; switched on nothing happens.
      if (!active && stream.announced) {
        this.place.room.removeStream(this.peer, name)
        stream.announced = false
      }
      return true
    },
    switchTo: (receiver, remote) =>
      receiver.switchTo(remote, (sink) =>
        this.place.exchange.subscribe(this.body.room, remote.peer, remote.stream, sink),
      ),
    subscribe: (peer) => this.place.room.subscribe(this.#watcher, peer),
    unsubscribe: (peer) => {
      this.#watcher.unchoose(peer)
      return this.#watcher.scope === 'Manual'
    },
    isSimulcast: ({ peer, stream }) => this.place.isSimulcast(peer, stream),
    updateSdp: (sdp, senders) => this.restart(sdp, senders),
    close: () => this.end('closed by client'),
    panicSoon: () => void this.place.scheduler.after(PANIC, 'gateway', () => this.end('panicked')),
  }
}
