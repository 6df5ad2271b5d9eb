import type { SctpContent } from '../transport/packets.js'
import { channelInit, freeId, maxMessageSize, takenId } from './channel-rules.js'
import type { Connection } from './connection.js'
import { DataChannel } from './data-channel.js'
import { fire } from './events.js'
import { refusal } from './errors.js'
import { LOCAL_MAX_MESSAGE_SIZE } from './lines.js'
import { updateNegotiationNeeded } from './negotiation-needed.js'
import type { Description, Section } from './section.js'
import { SctpTransport } from './transports.js'

const broken = (): DOMException =>
  Object.assign(refusal('OperationError', 'the transport of the channel is gone'), { errorDetail: 'sctp-failure' })

/** The data channels of a connection over its one association (webrtc-pc 6). */
export class Channels {
  /** [[SctpTransport]] */
  sctp: SctpTransport | null = null
  /** All that are not closed, and those of the connection that were, for `getStats`. */
  readonly all: DataChannel[] = []
  /** The far side has refused them, and that asks for another offer. */
  refused = false
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Whether a channel was ever made here or there. */
  get any(): boolean {
    return this.all.length > 0
  }

  /** What a channel shows that has no id yet. */
  get noId(): number | null {
    return this.#connection.quirks.noId
  }

  /** Whether there is one that an offer is to have a line for. */
  get wanted(): boolean {
    const { forgetsClosedChannels } = this.#connection.quirks
    return this.all.some(({ readyState }) => !forgetsClosedChannels || readyState !== 'closed')
  }

  get tellsClosing(): boolean {
    return this.#connection.quirks.tellsClosing
  }

  get closesOnTooLarge(): boolean {
    return this.#connection.quirks.closesOnTooLarge
  }

  get maxMessageSize(): number {
    return this.sctp?.maxMessageSize ?? 65_536
  }

  /** createDataChannel (webrtc-pc 6.1). */
  create(label: string, given?: RTCDataChannelInit): DataChannel {
    const { quirks } = this.#connection
    const init = channelInit(label, given, quirks)
    if (init.id !== null && this.#ids().has(init.id))
      throw quirks.idError ? refusal(quirks.idError, 'the id is in use') : takenId(init.id)
    const channel = new DataChannel(this, label, init)
    const first = !this.any
    this.#connection.changes += 1
    this.all.push(channel)
    // Step 21: the id is known as soon as the DTLS role is.
    if (this.sctp) this.#number(channel)
    else this.#guess(channel)
    if (this.sctp?.state === 'connected') this.#begin(channel, quirks.opensSilently)
    if (first) updateNegotiationNeeded(this.#connection)
    return channel
  }

  /** An answer: the association is wanted or no longer (webrtc-pc 4.4.1.5, steps 7 and 9). */
  join(local: Description, remote: Description): void {
    const line = (description: Description) => description.sections.find(({ kind }) => kind === 'application')
    const [mine, theirs] = [line(local), line(remote)]
    if (mine && theirs && !mine.rejected && theirs.rejected) this.#refused()
    if (!mine || !theirs || mine.rejected || theirs.rejected) return
    const size = maxMessageSize(theirs.maxMessageSize, LOCAL_MAX_MESSAGE_SIZE)
    this.sctp ??= new SctpTransport(this.#connection.path.dtlsTransport, size)
    this.sctp.maxMessageSize = size
    // The association may be there before anybody has asked for channels.
    const state = this.#connection.path.transport?.sctp.state
    if (state && state !== 'connecting') this.associated(state)
    for (const channel of this.all) this.#number(channel)
  }

  /** A description: where the ids are known by it. */
  describe({ sections }: Description): void {
    if (!this.#isIn(sections)) return
    const role = this.#connection.path.transport?.dtls.role
    if (role) for (const channel of this.all) this.#give(channel, role)
  }

  /** The association changed. */
  associated(state: RTCSctpTransportState): void {
    this.#connection.queue(() => {
      const { sctp } = this
      if (!sctp && state === 'closed') this.#lostEarly()
      if (!sctp || sctp.state === state) return
      sctp.state = state
      fire(sctp, 'statechange')
      if (state === 'connected')
        for (const channel of this.all.slice())
          if (channel.readyState === 'closing' && !channel.begun) channel.closed(['close'])
          else this.#begin(channel)
      if (state === 'closed') this.#lost()
    })
  }

  send(channel: DataChannel, data: string | Uint8Array): void {
    this.#transmit(channel, { is: 'message', data })
  }

  /** It is over without a word to the far side. */
  drop(channel: DataChannel): void {
    this.#connection.queue(() => channel.closed(['close']))
  }

  /** The closing procedure (webrtc-pc 6.2.4): behind what was sent before. */
  end(channel: DataChannel): void {
    if (channel.begun && this.sctp?.state === 'connected') return this.#reset(channel)
    if (this.#connection.quirks.closesOnlyOpen) return
    this.#connection.queue(() => channel.closed())
  }

  /** User data of a stream left the buffer. */
  sent(stream: number, bytes: number): void {
    const channel = this.#on(stream)
    if (channel && bytes > 0) this.#connection.queue(() => channel.left(bytes))
  }

  /** Something came in: each is told by a task of its own (webrtc-pc 6.2). */
  receive(stream: number, content: SctpContent): void {
    this.#connection.queue(() => {
      const channel = this.#on(stream)
      if (content.is === 'open') this.#offered(stream, content)
      else if (content.is === 'message') channel?.arrived(content.data)
      else if (channel) this.#endedBy(channel)
    })
  }

  /** The connection is closed. */
  close(): void {
    const { quirks, tasks, source, channelMid } = this.#connection
    const events = quirks.channelsAtClose
    for (const channel of this.all)
      if (quirks.closesOnlyOpen && channelMid === null) continue
      else if (events.length === 0) channel.closed(events)
      else tasks.soon(source, () => channel.closed(events))
    if (this.sctp) this.sctp.state = 'closed'
  }

  #ids(): Set<number> {
    const open = this.all.filter(({ readyState }) => readyState !== 'closed')
    return new Set(open.map(({ stream }) => stream).filter((stream) => stream !== null))
  }

  #on(stream: number): DataChannel | undefined {
    return this.all.find((channel) => channel.stream === stream && channel.readyState !== 'closed')
  }

  #number(channel: DataChannel): void {
    const role = this.#connection.path.transport?.dtls.role
    if (role && this.sctp) this.#give(channel, role)
  }

  #give(channel: DataChannel, role: 'client' | 'server'): void {
    if (channel.stream !== null || channel.readyState === 'closed') return
    const id = freeId(role, this.#ids(), this.sctp?.maxChannels ?? 65_535)
    if (id === undefined) return this.#connection.queue(() => channel.closed(['error', 'close'], broken()))
    channel.numbered(id)
  }

  /** Before the roles are known: who has offered first leaves the choice to the other side, who will be client. */
  #guess(channel: DataChannel): void {
    const { quirks, local, remote, offeredFirst } = this.#connection
    const described = [local, remote].some((one) => this.#isIn(one?.sections))
    if (!described) return
    const role = this.#connection.path.transport?.dtls.role
    if (quirks.guessesRole) this.#give(channel, offeredFirst ? 'server' : 'client')
    else if (quirks.numbersAtOffer && role) this.#give(channel, role)
  }

  /** The association is there: a channel says what it is, and is open (webrtc-pc 6.1.1.4, RFC 8832 section 6). */
  #begin(channel: DataChannel, silently = false): void {
    if (channel.begun || channel.stream === null || channel.readyState !== 'connecting') return
    channel.begun = true
    const { ordered, maxPacketLifeTime, maxRetransmits, protocol } = channel
    if (!channel.negotiated)
      this.#transmit(channel, {
        is: 'open',
        label: channel.label,
        init: {
          ordered,
          protocol,
          ...(maxPacketLifeTime !== null && { maxPacketLifeTime }),
          ...(maxRetransmits !== null && { maxRetransmits }),
        },
      })
    if (silently) channel.openQuietly()
    else this.#connection.queue(() => channel.announce())
  }

  /** The far side opened a channel (webrtc-pc 6.1.1.5): open before it is told, told as open after. */
  #offered(stream: number, { label, init }: SctpContent & { is: 'open' }): void {
    if (this.#on(stream)) return
    const channel = new DataChannel(this, label, { ...channelInit(label, init), negotiated: false, id: stream })
    channel.begun = true
    this.all.push(channel)
    channel.openQuietly()
    this.#connection.fire('datachannel', { channel })
    channel.announce()
  }

  /** The far side ended the stream: this side ends its own, and it is over (RFC 8831 section 6.7). */
  #endedBy(channel: DataChannel): void {
    channel.closing()
    if (this.#connection.closed) return
    if (!channel.resetSent) this.#reset(channel)
    this.#connection.queue(() => channel.closed())
  }

  #reset(channel: DataChannel): void {
    channel.resetSent = true
    this.#transmit(channel, { is: 'reset' })
  }

  /** The far side wants no channels (webrtc-pc 4.4.1.5: the data transport is closed). */
  #refused(): void {
    this.refused = this.#connection.quirks.refusalNegotiates
    const open = this.all.filter(({ readyState }) => readyState !== 'closed')
    const events = this.#connection.quirks.channelsAtLoss
    for (const channel of open) this.#connection.queue(() => channel.closed(events, broken()))
  }

  /** Channels whose line is only offered hang on the transport already, in the real stacks. */
  #lostEarly(): void {
    const { quirks, local } = this.#connection
    if (!quirks.losesEarly || !this.#isIn(local?.sections)) return
    for (const channel of this.all) channel.closed(quirks.channelsAtLoss.filter((event) => event !== 'error'))
  }

  /** Whether the line of the channels is among these, and in use. */
  #isIn(sections: readonly Section[] = []): boolean {
    const { channelMid } = this.#connection
    return sections.some(({ kind, mid, rejected }) => kind === 'application' && mid === channelMid && !rejected)
  }

  #lost(): void {
    for (const channel of this.all) channel.closed(this.#connection.quirks.channelsAtLoss, broken())
  }

  #transmit(channel: DataChannel, content: SctpContent): void {
    if (channel.stream !== null) this.#connection.path.transport?.sctp.send(channel.stream, content)
  }
}
