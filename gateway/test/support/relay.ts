import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

const bound = async (): Promise<Socket> => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

/** Stands in front of the gateway's media port: a path that can be cut, or whose outer address can change as by a NAT. */
export const udpRelay = async () => {
  const front = await bound()
  let outer = await bound()
  let isCut = false
  let gatewayPort = 0
  let client: { address: string; port: number } | undefined
  let toGateway = 0

  const listen = (socket: Socket): void => {
    socket.on('message', (data) => {
      if (!isCut && client) front.send(data, client.port, client.address)
    })
  }
  listen(outer)
  front.on('message', (data, from) => {
    client = from
    if (isCut || gatewayPort === 0) return
    toGateway++
    outer.send(data, gatewayPort, '127.0.0.1')
  })
  onTestFinished(() => {
    front.close()
    outer.close()
  })

  return {
    /** For the client's `editAnswer`: the candidate leads to the relay. */
    intercept: (sdp: string): string => {
      gatewayPort = Number(/ udp \d+ 127\.0\.0\.1 (\d+) typ host/.exec(sdp)?.[1])
      return sdp.replaceAll(` 127.0.0.1 ${gatewayPort} typ host`, ` 127.0.0.1 ${front.address().port} typ host`)
    },
    cut: (): void => {
      isCut = true
    },
    heal: (): void => {
      isCut = false
    },
    rebind: async (): Promise<void> => {
      const former = outer
      outer = await bound()
      listen(outer)
      former.close()
    },
    packetsToGateway: (): number => toGateway,
  }
}
