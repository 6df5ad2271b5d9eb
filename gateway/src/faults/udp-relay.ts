import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { type PacketCounts, type UdpFault, udpPath } from './udp-path.js'

export type UdpDirection = 'toGateway' | 'toClient'

export interface UdpAddress {
  readonly address: string
  readonly port: number
}

export interface UdpRelay {
  /** Where clients send to, in place of the address behind the relay. */
  readonly port: number
  readonly set: (direction: UdpDirection, fault: UdpFault) => void
  readonly fault: (direction: UdpDirection) => UdpFault
  readonly counts: (direction: UdpDirection) => PacketCounts
  /** The far side sees each client come from another port from now on; what it still sends to the former one is lost. */
  readonly rebind: () => Promise<void>
  /** The port goes away, as when a process dies. */
  readonly close: () => void
}

const newSocket = (address: string): Socket => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  // a packet that cannot be sent is lost, as on any path
  socket.on('error', () => undefined)
  return socket.bind(0, address)
}

/** A relay that is closed meanwhile must not leave anybody waiting. */
const settled = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    for (const event of ['listening', 'error', 'close']) socket.once(event, () => resolve())
  })

/**
 * Stands in front of one UDP port, as a NAT does: each client that sends to it gets an outer port of its own, so that the
 * answers find their way back.
 */
export const openUdpRelay = async (target: UdpAddress): Promise<UdpRelay> => {
  const paths = { toGateway: udpPath(), toClient: udpPath() }
  const outers = new Map<string, { readonly client: RemoteInfo; socket: Socket }>()
  let isOpen = true

  const front = newSocket(target.address)
  await once(front, 'listening')

  const outerSocket = (client: RemoteInfo): Socket =>
    newSocket(target.address).on('message', (packet) => {
      paths.toClient.take(() => front.send(packet, client.port, client.address))
    })

  front.on('message', (packet, client) => {
    const key = `${client.address} ${client.port}`
    const outer = outers.get(key) ?? { client, socket: outerSocket(client) }
    outers.set(key, outer)
    // by the socket of the moment in which it leaves: a packet may be held while the address changes
    paths.toGateway.take(() => outer.socket.send(packet, target.port, target.address))
  })

  return {
    port: front.address().port,
    set: (direction, fault) => paths[direction].set(fault),
    fault: (direction) => paths[direction].fault(),
    counts: (direction) => paths[direction].counts(),
    rebind: async () => {
      if (!isOpen) return
      const bound = [...outers.values()].map((outer) => {
        outer.socket.close()
        outer.socket = outerSocket(outer.client)
        return settled(outer.socket)
      })
      await Promise.all(bound)
    },
    close: () => {
      if (!isOpen) return
      isOpen = false
      for (const path of Object.values(paths)) path.stop()
      for (const { socket } of outers.values()) socket.close()
      front.close()
    },
  }
}
