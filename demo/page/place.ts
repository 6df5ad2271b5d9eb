import { startGateway, type Gateway, type SessionSelector, type UdpFault } from '../../gateway/src/index.js'

const OPTIONS = { relay: true, control: true, devExtensions: true }

/** What a page cannot see by itself. */
export interface PlaceFacts {
  readonly url: string
  readonly running: boolean
  /** What is done to the packets of a session, whether it lives or not. */
  readonly path: { readonly toGateway: UdpFault; readonly toClient: UdpFault }
}

const WHOLE = { toGateway: 'pass', toClient: 'pass' } as const

/** The embedded gateway, which may be killed and started again at the same address. */
export class Place {
  #gateway: Gateway | undefined

  private constructor(gateway: Gateway) {
    this.#gateway = gateway
    this.port = gateway.port
    this.url = gateway.url
    this.#token = gateway.token
  }

  readonly port: number
  readonly url: string
  /** Tokens of another start are as good: the secret is the same. */
  readonly #token: Gateway['token']

  static async open(): Promise<Place> {
    return new Place(await startGateway(OPTIONS))
  }

  get running(): boolean {
    return this.#gateway !== undefined
  }

  token(room: string, peer: string): string {
    return this.#token({ room, peer })
  }

  /** Its sessions end without a word, as when a process is killed. */
  async kill(): Promise<void> {
    const gateway = this.#gateway
    this.#gateway = undefined
    await gateway?.close()
  }

  async restart(): Promise<void> {
    await this.kill()
    this.#gateway = await startGateway({ ...OPTIONS, port: this.port })
  }

  /** Of sessions of this peer in this room. A gateway that starts again has forgotten what was set. */
  facts(session: SessionSelector): PlaceFacts {
    const path = this.#gateway?.faults.udp.current(session) ?? WHOLE
    return { url: this.url, running: this.running, path }
  }
}
