import type { SctpContent } from '../transport/packets.js'
import { channelInit, freeId, maxMessageSize, takenId } from './channel-rules.js'
import type { Connection } from './connection.js'
import { DataChannel } from './data-channel.js'
import { fire } from './events.js'
import { refusal } from './errors.js'
import { LOCAL_MAX_MESSAGE_SIZE } from './lines.js'
import { updateNegotiationNeeded } from './negotiation-needed.js'
import type { Description } from './section.js'
import { SctpTransport } from './transports.js'

const broken = (): DOMException =>
  Object.assign(refusal('OperationError', 'the transport of the channel is gone'), { errorDetail: 'sctp-failure' })

/** The data channels of a connection over its one association (webrtc-pc 6). */
export class Channels {
  /** [[SctpTransport]] */
  sctp: SctpTransport | null = null
  /** All that are not closed, and those of the connection that were, for `getStats`. */
  readonly all: DataChannel[] = []
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Whether a channel was ever made here or there. */
  get any(): boolean {
    return this.all.length > 0
  }

  get maxMessageSize(): number {
    return this.sctp?.maxMessageSize ?? 65_536
  }

  /** createDataChannel (webrtc-pc 6.1). */
  create(label: string, given?: RTCDataChannelInit): DataChannel {
    const init = channelInit(label, given)
    if (init.id !== null && this.#ids().has(init.id)) throw takenId(init.id)
    const channel = new DataChannel(this, label, init)
    const first = !this.any
    this.all.push(channel)
    // Step 21: the id is known as soon as the DTLS role is.
    if (this.sctp) this.#number(channel)
    if (this.sctp?.state === 'connected') this.#begin(channel)
    if (first) updateNegotiationNeeded(this.#connection)
    return channel
  }

  /** An answer: the association is wanted or no longer (webrtc-pc 4.4.1.5, steps 7 and 9). */
  join(local: Description, remote: Description): void {
    const line = (description: Description) => description.sections.find(({ kind }) => kind === 'application')
    const [mine, theirs] = [line(local), line(remote)]
    if (!mine || !theirs || mine.rejected || theirs.rejected) return
    const size = maxMessageSize(theirs.maxMessageSize, LOCAL_MAX_MESSAGE_SIZE)
    if (this.sctp) this.sctp.maxMessageSize = size
    else {
      this.sctp = new SctpTransport(this.#connection.path.dtlsTransport, size)
      // The association may be there before anybody has asked for channels.
      const state = this.#connection.path.transport?.sctp.state
      if (state && state !== 'connecting') this.associated(state)
    }
    for (const channel of this.all) this.#number(channel)
  }

  /** The association changed. */
  associated(state: RTCSctpTransportState): void {
    this.#connection.queue(() => {
      const { sctp } = this
      if (!sctp || sctp.state === state) return
      sctp.state = state
      fire(sctp, 'statechange')
      if (state === 'connected') for (const channel of this.all.slice()) this.#begin(channel)
      if (state === 'closed') this.#lost()
    })
  }

  send(channel: DataChannel, data: string | Uint8Array): void {
    this.#transmit(channel, { is: 'message', data })
  }

  /** The closing procedure (webrtc-pc 6.2.4): behind what was sent before. */
  end(channel: DataChannel): void {
    if (channel.begun && this.sctp?.state === 'connected') return this.#reset(channel)
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
    const { quirks, tasks, source } = this.#connection
    const events = quirks.channelsAtClose
    for (const channel of this.all)
      if (events.length === 0) channel.closed(events)
      else tasks.soon(source, () => channel.closed(events))
    if (this.sctp) this.sctp.state = 'closed'
  }

  #ids(): Set<number> {
    const open = this.all.filter(({ readyState }) => readyState !== 'closed')
    return new Set(open.map(({ id }) => id).filter((id) => id !== null))
  }

  #on(stream: number): DataChannel | undefined {
    return this.all.find(({ id, readyState }) => id === stream && readyState !== 'closed')
  }

  #number(channel: DataChannel): void {
    const role = this.#connection.path.transport?.dtls.role
    if (channel.id !== null || channel.readyState === 'closed' || !role || !this.sctp) return
    const id = freeId(role, this.#ids(), this.sctp.maxChannels)
    if (id === undefined) return this.#connection.queue(() => channel.closed(['error', 'close'], broken()))
    channel.numbered(id)
  }

  /** The association is there: a channel says what it is, and is open (webrtc-pc 6.1.1.4, RFC 8832 section 6). */
  #begin(channel: DataChannel): void {
    if (channel.begun || channel.id === null || channel.readyState !== 'connecting') return
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
    this.#connection.queue(() => channel.announce())
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

  #lost(): void {
    for (const channel of this.all) channel.closed(this.#connection.quirks.channelsAtLoss, broken())
  }

  #transmit(channel: DataChannel, content: SctpContent): void {
    if (channel.id !== null) this.#connection.path.transport?.sctp.send(channel.id, content)
  }
}
