import { AccessNetwork, type SimulatedWorld } from '../src/testing/index.js'
import type { Relay } from './lab.js'
import { throughRelay } from './relay.js'

let relays = 0

/** A relay as `relayFor` makes one, in a simulated network: two sockets, and what happens between them. */
export const simulatedRelay = ({ internet, scheduler }: SimulatedWorld): Relay => {
  const network = new AccessNetwork(scheduler, `192.0.2.${(relays += 1)}`)
  network.latency(0)
  const [inner, outer] = [internet.bind(`198.51.100.${100 + relays}`), internet.bind('192.168.99.2', network)]
  return {
    async through(answer) {
      const { rewritten, server } = throughRelay(answer, inner.local)
      let client: typeof server | undefined
      inner.hear = (packet, from) => {
        client = from
        outer.send(server, packet)
      }
      outer.hear = (packet) => {
        if (client) inner.send(client, packet)
      }
      return rewritten
    },
    cut: () => network.blackHole(),
    heal: () => {
      network.heal()
      network.latency(0)
    },
    rebind: async () => network.rebind(),
  }
}
