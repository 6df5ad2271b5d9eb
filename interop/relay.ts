import { openUdpRelay, type UdpRelay } from '../gateway/src/faults/udp-relay.js'
import type { Run } from './scenario.js'

export interface Relay {
  /** Puts the relay in the place of the server's UDP candidate; others are taken out, so that there is no way around. */
  through(answer: string): Promise<string>
  /** Drops everything in both directions, as a pulled cable would. */
  cut(): void
  heal(): void
  /** The server sees the client come from another port. */
  rebind(): Promise<void>
}

const candidate = /^(a=candidate:\S+ 1 udp \d+) \S+ (\d+) (.*)$/im

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
      const port = Number(candidate.exec(answer)?.[2])
      const opened = await openUdpRelay({ address: '127.0.0.1', port })
      run.defer(() => opened.close())
      relay = opened
      return answer
        .replace(/^a=candidate:\S+ \d+ (ssltcp|tcp) .*\r\n/gim, '')
        .replace(candidate, `$1 127.0.0.1 ${opened.port} $3`)
    },
    cut: () => set('drop'),
    heal: () => set('pass'),
    async rebind() {
      await relay?.rebind()
    },
  }
}
