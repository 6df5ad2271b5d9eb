import type { Timeline } from '../scheduler/lane.js'
import type { Dtls } from './packets.js'

/** First wait before a flight is sent again, and the longest (RFC 9147 section 5.8.2, with the values of libwebrtc). */
const RESEND_AFTER = 50
const RESEND_AFTER_MOST = 3_000

interface DtlsOptions {
  readonly scheduler: Timeline
  /** Of the own certificate, in SDP's form. */
  readonly fingerprint: string
  send(packet: Dtls): void
  onstate(state: RTCDtlsTransportState): void
}

/** The handshake of one side, by flights: who is `client` begins (RFC 5763 section 5). */
export class DtlsEndpoint {
  state: RTCDtlsTransportState = 'new'
  role: 'client' | 'server' | undefined
  readonly #options: DtlsOptions
  /** Fingerprint that the far side must have. */
  #expected: string | undefined
  #writable = false
  #timer: unknown
  #heardHello = false
  /** What came before the far side's description did; libwebrtc keeps it, too. */
  #early: Dtls | undefined

  constructor(options: DtlsOptions) {
    this.#options = options
  }

  get fingerprint(): string {
    return this.#options.fingerprint
  }

  /** Both descriptions are there: who is who, and what the far side's certificate must be. */
  start(role: 'client' | 'server', expected: string): void {
    if (this.state !== 'new' && this.state !== 'connecting') return
    if (this.role === role) return
    // Before there is a connection another answer may turn the roles round (RFC 8842 section 5).
    this.#options.scheduler.cancel(this.#timer)
    this.#heardHello = false
    this.state = 'new'
    this.role = role
    this.#expected = expected
    this.#begin()
    this.#replay()
  }

  /** ICE can send, or no longer. */
  writable(writable: boolean): void {
    this.#writable = writable
    this.#begin()
    this.#replay()
  }

  receive(packet: Dtls): void {
    const { flight, fingerprint } = packet
    if (this.state === 'closed' || this.state === 'failed') return
    if (!this.#expected) {
      this.#early = packet
      return
    }
    if (fingerprint !== this.#expected) {
      this.#end('failed')
      return
    }
    if (flight === 'close notify') {
      if (this.state === 'connected') this.#end('closed')
    } else if (this.role === 'server') this.#serve(flight)
    else this.#follow(flight)
  }

  /** Ends the connection, with an alert where there is one (RFC 8446 section 6.1). */
  close(): void {
    if (this.state === 'connected') this.#send('close notify')
    this.#end('closed')
  }

  /** Ends without a word, as a process that is killed does. */
  drop(): void {
    this.#end('closed')
  }

  #begin(): void {
    if (!this.#writable || !this.role || this.state !== 'new') return
    this.#become('connecting')
    if (this.role === 'client') this.#repeat('client hello', RESEND_AFTER)
  }

  #replay(): void {
    const early = this.#early
    if (!early || !this.#expected || !this.#writable) return
    this.#early = undefined
    this.receive(early)
  }

  #serve(flight: Dtls['flight']): void {
    // What comes before ICE is ready is lost, as with the real server.
    if (!this.#writable) return
    this.#begin()
    if (flight === 'client hello' && this.state === 'connecting') {
      this.#heardHello = true
      this.#send('server hello')
    }
    if (flight === 'client finished' && this.#heardHello) {
      this.#send('server finished')
      this.#become('connected')
    }
  }

  #follow(flight: Dtls['flight']): void {
    if (this.state !== 'connecting') return
    if (flight === 'server hello' && !this.#heardHello) {
      this.#heardHello = true
      this.#repeat('client finished', RESEND_AFTER)
    }
    if (flight === 'server finished') {
      this.#options.scheduler.cancel(this.#timer)
      this.#become('connected')
    }
  }

  #repeat(flight: Dtls['flight'], wait: number): void {
    const { scheduler } = this.#options
    scheduler.cancel(this.#timer)
    this.#send(flight)
    this.#timer = scheduler.after(wait, 'dtls', () => this.#repeat(flight, Math.min(2 * wait, RESEND_AFTER_MOST)))
  }

  #send(flight: Dtls['flight']): void {
    this.#options.send({ is: 'dtls', flight, fingerprint: this.#options.fingerprint })
  }

  #end(state: 'closed' | 'failed'): void {
    this.#options.scheduler.cancel(this.#timer)
    this.#become(state)
  }

  #become(state: RTCDtlsTransportState): void {
    if (this.state === state || this.state === 'closed') return
    this.state = state
    this.#options.onstate(state)
  }
}
