import {
  MediaGatewayConnector,
  RealtimeError,
  RealtimeSocket,
  type ConnectorOptions,
  type IMediaGatewayConnector,
  type IRealtimeSocketOptions,
  type ISessionConfig,
} from '../../src/index.js'
import { Ledger, type Leftovers } from './ledger.js'
import { differences } from './replayed.js'

/** Where a scenario plays: a stack of WebRTC, and a gateway with a maker of tokens. */
export interface Place {
  readonly RTCPeerConnection: typeof globalThis.RTCPeerConnection
  readonly MediaStream: typeof globalThis.MediaStream
  readonly url: string
  token(room: string, peer: string): string | Promise<string>
}

let rooms = 0

/** One scenario's sockets in one room of its own; `dispose` ends them and says what they left behind. */
export class Stage {
  readonly room: string
  readonly ledger: Ledger
  readonly sockets: RealtimeSocket[] = []

  constructor(readonly place: Place) {
    rooms += 1
    this.room = `room-${rooms}-${Math.random().toString(36).slice(2, 8)}`
    this.ledger = new Ledger(place.RTCPeerConnection, place.MediaStream)
  }

  socket(options: IRealtimeSocketOptions = {}, url: string | string[] = this.place.url): RealtimeSocket {
    const socket = new RealtimeSocket(url, {
      ...options,
      environment: { ...this.ledger.environment, ...options.environment },
    })
    this.sockets.push(socket)
    return socket
  }

  connector(url?: string, options: ConnectorOptions = {}): MediaGatewayConnector {
    return new MediaGatewayConnector(url, { environment: this.ledger.environment, ...options })
  }

  config(peer: string, more: Partial<ISessionConfig> = {}): ISessionConfig {
    return { roomId: this.room, peerId: peer, token: async () => this.place.token(this.room, peer), ...more }
  }

  async connected(
    peer: string,
    more: Partial<ISessionConfig> = {},
    connector: IMediaGatewayConnector = this.connector(),
  ): Promise<RealtimeSocket> {
    const socket = this.socket()
    await socket.connect(connector, this.config(peer, more))
    return socket
  }

  async dispose(): Promise<Leftovers & { readonly notReplayed: readonly unknown[] }> {
    await Promise.all(this.sockets.map((socket) => socket[Symbol.asyncDispose]()))
    const notReplayed = await differences(this.sockets)
    // Counted last: a request that is aborted with the farewell's deadline ends a few promises later.
    return { ...this.ledger.leftovers, notReplayed }
  }
}

/** Outcome of a promise as plain facts. */
export const outcome = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
    return 'resolved'
  } catch (error) {
    return error instanceof RealtimeError ? { code: error.code, phase: error.phase } : error
  }
}

/** Resolves when a condition holds, looked at after each change that the caller knows of; never by a fixed sleep. */
export const holds = async (condition: () => boolean, what: string | (() => string), ms = 15_000): Promise<void> => {
  for (let round = 0; round < ms / 10; round += 1) {
    if (condition()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`in vain: ${typeof what === 'string' ? what : what()}`)
}
