import { unzlibSync } from 'fflate'
import type { SctpContent } from '../transport/packets.js'
import type { Transport } from '../transport/transport.js'
import { readJson } from './json.js'

interface ChannelListener {
  onopen(): void
  /** What a frame says, as JSON. */
  onmessage(message: unknown): void
  /** Any of them closed: that ends the session. */
  onclosed(): void
}

const decoded = (data: string | Uint8Array): unknown => {
  try {
    // Text is JSON as it is; bytes are zlib (RFC 1950). Everything else does no harm and gets no answer.
    return readJson(typeof data === 'string' ? data : new TextDecoder().decode(unzlibSync(data)))
  } catch {
    return undefined
  }
}

/** The channels that the client opened; the last one carries what the server has to say. */
export class SessionChannels {
  #outbound: number | undefined
  #kept: string[] = []

  constructor(
    private readonly transport: Transport,
    private readonly listener: ChannelListener,
  ) {}

  get open(): boolean {
    return this.#outbound !== undefined
  }

  /** Kept until a channel is open. */
  send(message: object): void {
    const text = JSON.stringify(message)
    if (this.#outbound === undefined) this.#kept.push(text)
    else this.transport.sctp.send(this.#outbound, { is: 'message', data: text })
  }

  receive(stream: number, content: SctpContent): void {
    if (content.is === 'open') {
      this.#outbound = stream
      this.listener.onopen()
      const kept = this.#kept
      this.#kept = []
      for (const data of kept) this.transport.sctp.send(stream, { is: 'message', data })
    } else if (content.is === 'reset') {
      // The stream is closed from both sides (RFC 8831 section 6.7); with it the session.
      this.transport.sctp.send(stream, content)
      this.listener.onclosed()
    }
    // A channel that was negotiated out of band is not known here.
    else if (this.#outbound !== undefined) {
      const message = decoded(content.data)
      if (message !== undefined) this.listener.onmessage(message)
    }
  }
}
