import { startGateway, type Gateway } from '../../gateway/src/index.js'

const OPTIONS = { relay: true, control: true, devExtensions: true }

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

  /** What is done to the packets of this peer, both ways alike. */
  paths(peer: string): unknown[] {
    const own = this.#gateway?.faults.udp.paths().filter((path) => path.peer === peer) ?? []
    return own.map(({ toGateway }) => toGateway.fault)
  }
}
