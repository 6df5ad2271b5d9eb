import type { Event, Message, RTCPeerConnection } from 'werift'

type Pair = NonNullable<RTCPeerConnection['iceTransports'][number]['connection']['nominated']>
type Address = readonly [host: string, port: number]
interface Protocol {
  readonly onRequestReceived: Event<[Message, Address, Buffer]>
}

const quietMs = 1_000

const isFrom = (pair: Pair, protocol: Protocol, [host, port]: Address): boolean =>
  (pair.protocol as unknown) === protocol && pair.remoteAddr[0] === host && pair.remoteAddr[1] === port

/** Sockets that are listened to already, and when the present pair of a connection was last heard. */
const followed = new WeakSet<Protocol>()
const heardAt = new WeakMap<object, number>()

/**
 * werift 0.25.2 keeps its first nominated pair for ever: after a change of the client's address the client is answered and
 * says `connected`, while media and channel go to the old address. The controlling side decides (RFC 8445 8.1.1), so the
 * pair of its latest nomination is taken; one that nominates only once (Firefox) is followed when its old pair went quiet.
 * Has to be called after each gathering, because the sockets are made there.
 */
export const followClientAddress = (pc: RTCPeerConnection, now: () => number): void => {
  for (const { connection } of pc.iceTransports) {
    // private in the typings; there is no public way to see which address a request came from
    const { protocols } = connection as unknown as { protocols: Protocol[] }
    for (const protocol of protocols.filter((candidate) => !followed.has(candidate))) {
      followed.add(protocol)
      // subscribed after werift's own handler, so that the pair of this request already exists
      protocol.onRequestReceived.subscribe((message, address) => {
        const current = connection.nominated
        if (!current) return
        if (!isFrom(current, protocol, address)) {
          const pair = connection.candidatePairs.find((candidate) => isFrom(candidate, protocol, address))
          const isNominated = message.attributesKeys.includes('USE-CANDIDATE')
          const isQuiet = now() - (heardAt.get(connection) ?? now()) >= quietMs
          if (!pair || (!isNominated && !isQuiet)) return
          connection.nominated = pair
        }
        heardAt.set(connection, now())
      })
    }
  }
}
