import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import type { Run } from './scenario.js'

export interface Relay {
  /** Puts the relay in the place of the server's UDP candidate; others are taken out, so that there is no way around. */
  through(answer: string): string
  /** Drops everything in both directions, as a pulled cable would. */
  cut(): void
  heal(): void
}

/**
 * Stands between one client and the server's media port. The client's own candidates are never told to the server, so
 * everything between the two comes by here.
 */
export const openRelay = async (run: Run): Promise<Relay> => {
  const front = createSocket('udp4')
  const back = createSocket('udp4')
  let client: AddressInfo | undefined
  let serverPort = 0
  let open = true
  front.on('message', (packet, from) => {
    client = from
    if (open && serverPort) back.send(packet, serverPort, '127.0.0.1')
  })
  back.on('message', (packet) => {
    if (open && client) front.send(packet, client.port, client.address)
  })
  for (const socket of [front, back]) {
    run.defer(() => socket.close())
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  }
  return {
    through(answer) {
      const candidate = /^(a=candidate:\S+ 1 udp \d+) \S+ (\d+) (.*)$/im
      serverPort = Number(candidate.exec(answer)?.[2])
      return answer
        .replace(/^a=candidate:\S+ \d+ (ssltcp|tcp) .*\r\n/gim, '')
        .replace(candidate, `$1 127.0.0.1 ${front.address().port} $3`)
    },
    cut: () => void (open = false),
    heal: () => void (open = true),
  }
}
