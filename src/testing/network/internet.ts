import type { Random } from '../scheduler/random.js'
import type { Scheduler } from '../scheduler/scheduler.js'
import type { AccessNetwork } from './access-network.js'
import { arrivals } from './conditions.js'

/** Where a datagram comes from or goes to. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

export const sameEndpoint = (one: Endpoint, other: Endpoint): boolean =>
  one.address === other.address && one.port === other.port

/** A UDP socket. What it receives goes to `hear`. */
export interface UdpSocket<Payload> {
  readonly local: Endpoint
  hear: ((payload: Payload, from: Endpoint) => void) | undefined
  send(to: Endpoint, payload: Payload): void
  close(): void
}

const keyOf = ({ address, port }: Endpoint): string => `${address}:${port}`

interface Bound<Payload> {
  readonly socket: UdpSocket<Payload>
  readonly access: AccessNetwork | undefined
}

/** All the hosts that can reach one another by UDP, each behind its access network or in the open. */
export class Internet<Payload> {
  readonly #sockets = new Map<string, Bound<Payload>>()
  #ports = 40_000

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
  ) {}

  /** Sockets that are open. */
  get open(): number {
    return this.#sockets.size
  }

  /** Opens a socket on a host; `access`: what is between it and everybody else. */
  bind(address: string, access?: AccessNetwork): UdpSocket<Payload> {
    const local = { address, port: (this.#ports += 1) }
    const socket: UdpSocket<Payload> = {
      local,
      hear: undefined,
      send: (to, payload) => this.#send(local, access, to, payload),
      close: () => void this.#sockets.delete(keyOf(local)),
    }
    this.#sockets.set(keyOf(local), { socket, access })
    return socket
  }

  #send(local: Endpoint, access: AccessNetwork | undefined, to: Endpoint, payload: Payload): void {
    const from = access ? access.outward(local) : local
    for (const ms of access ? arrivals(access.up, this.random) : [0])
      this.scheduler.after(ms, `udp ${keyOf(from)}`, () => this.#enter(from, to, payload))
  }

  /** A datagram reached the far side's access network. */
  #enter(from: Endpoint, to: Endpoint, payload: Payload): void {
    const direct = this.#sockets.get(keyOf(to))
    // A private address is not reachable from elsewhere, except by who is in the same place.
    if (direct && !direct.access) return direct.socket.hear?.(payload, from)
    for (const { socket, access } of this.#sockets.values()) {
      if (!access || !sameEndpoint(access.outward(socket.local), to)) continue
      for (const ms of arrivals(access.down, this.random))
        this.scheduler.after(ms, `udp ${keyOf(to)} in`, () => {
          // The socket may be closed, and the mapping gone, by the time it arrives.
          if (
            this.#sockets.get(keyOf(socket.local))?.socket === socket &&
            sameEndpoint(access.outward(socket.local), to)
          )
            socket.hear?.(payload, from)
        })
      return
    }
  }
}
