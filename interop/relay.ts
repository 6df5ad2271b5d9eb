import { openUdpRelay, type UdpRelay } from '../gateway/src/faults/udp-relay.js'
import type { Relay } from './lab.js'
import type { Run } from './scenario.js'

const candidate = /^(a=candidate:\S+ 1 udp \d+) (\S+) (\d+) (.*)$/im

interface Endpoint {
  readonly address: string
  readonly port: number
}

/** An answer that leads to the relay, and the server's own endpoint. */
export const throughRelay = (answer: string, relay: Endpoint): { rewritten: string; server: Endpoint } => {
  const [, , address = '', port] = candidate.exec(answer) ?? []
  return {
    server: { address, port: Number(port) },
    rewritten: answer
      .replace(/^a=candidate:\S+ \d+ (ssltcp|tcp) .*\r\n/gim, '')
      .replace(candidate, `$1 ${relay.address} ${relay.port} $4`),
  }
}

/**
 * Stands between one client and the server's media port. The client's own candidates are never told to the server, so
 * everything between the two comes by here.
 */
export const relayFor = (run: Run): Relay => {
  let relay: UdpRelay | undefined
  const set = (fault: 'pass' | 'drop') => {
    relay?.set('toGateway', fault)
    relay?.set('toClient', fault)
  }
  return {
    async through(answer) {
      const { server } = throughRelay(answer, { address: '', port: 0 })
      const opened = await openUdpRelay({ address: '127.0.0.1', port: server.port })
      run.defer(() => opened.close())
      relay = opened
      return throughRelay(answer, { address: '127.0.0.1', port: opened.port }).rewritten
    },
    cut: () => set('drop'),
    heal: () => set('pass'),
    async rebind() {
      await relay?.rebind()
    },
  }
}
