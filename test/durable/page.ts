import {
  MediaGatewayConnector,
  RealtimeSocket,
  type MessageFate,
  type RestoredSession,
  type SendOptions,
} from '../../src/index.js'
import { SimulatedWorld, type Device, type WorldOptions } from '../../src/testing/index.js'
import { differences } from '../support/replayed.js'
import { expect } from 'vitest'

export const ONCE: SendOptions = { durable: true }
export const AGAIN: SendOptions = { durable: true, policy: 'atLeastOnce' }

/** One page of Alice's with a socket that has a storage, and what became of it. */
export class OnePage {
  readonly socket: RealtimeSocket
  readonly restored: RestoredSession[] = []
  readonly fates: MessageFate[] = []
  readonly warnings: string[] = []

  constructor(
    readonly story: Story,
    readonly device: Device,
  ) {
    const { environment, storage } = device
    this.socket = new RealtimeSocket(story.world.gateway.url, { environment, storage })
    this.socket.on('restored', (session) => this.restored.push(session))
    this.socket.on('fate', (fate) => this.fates.push(fate))
    this.socket.on('warning', ({ code }) => this.warnings.push(code))
  }

  begin(): Promise<void> {
    const { environment } = this.device
    const token = () => this.story.world.gateway.token('room', 'alice')
    const connector = new MediaGatewayConnector(undefined, { environment })
    return this.socket.connect(connector, { roomId: 'room', peerId: 'alice', token })
  }

  async connect(): Promise<this> {
    await this.story.world.until(this.begin())
    return this
  }

  /** Sends this note as JSON. */
  note(text: string, options?: SendOptions): number {
    return this.socket.send(JSON.stringify({ note: text }), options)
  }
}

/** One user over several pages. */
export class Story {
  /** Notes that arrived at the gateway, in order. */
  readonly arrived: string[] = []
  readonly world: SimulatedWorld
  readonly pages: OnePage[] = []

  constructor(options: WorldOptions = {}) {
    const heard = (_: string, message: unknown) => {
      const { note } = message as { note?: string }
      if (note !== undefined) this.arrived.push(note)
    }
    this.world = new SimulatedWorld({ ...options, gateway: { ...options.gateway, heard } })
  }

  page(device = this.world.device()): OnePage {
    const page = new OnePage(this, device)
    this.pages.push(page)
    return page
  }

  /** Keys in the store. */
  get kept(): string[] {
    return [...(this.pages.at(-1)?.device.storage.rows.keys() ?? [])].toSorted()
  }

  /** Ends it: nothing may be left. */
  async end(): Promise<void> {
    const living = this.pages.filter(({ device }) => !device.page.gone).map(({ socket }) => socket)
    const left = await this.world.dispose(...living)
    expect([left, await differences(living), this.pages.at(-1)?.device.storage.held]).toEqual([
      this.world.nothingLeft,
      [],
      false,
    ])
  }
}
