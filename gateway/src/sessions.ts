import { isSelected, type SessionSelector, type UdpRelays } from './faults/udp-faults.js'
import type { ConnectBody, SenderInfo } from './messages.js'
import type { GatewaySettings } from './options.js'
import { roomRegistry } from './rooms/registry.js'
import { hasFingerprint, isNegotiable, type Offer } from './sdp/offer.js'
import { createSession, type Session, type SessionFacts } from './session/session.js'
import { signConnId } from './tokens.js'

export interface Connected {
  readonly connId: string
  readonly sdp: string
}

export type SessionStatus = 'alive' | 'gone' | 'panicked'

const seatOf = (room: string, peer: string): string => JSON.stringify([room, peer])

/** All sessions of the gateway: by connection id, and by the seat (room and peer) that a newer session takes over. */
export const sessionDirectory = (settings: GatewaySettings, relays: UdpRelays) => {
  const rooms = roomRegistry()
  const alive = new Map<string, Session>()
  const seats = new Map<string, Session>()
  const panicked = new Set<string>()
  let counter = 0
  let before: Promise<unknown> = Promise.resolve()

  const isSimulcast = (room: string, peer: string, stream: string): boolean =>
    [...alive.values()].some((other) => other.room === room && other.peer === peer && other.isSimulcastStream(stream))

  const create = (connId: string, body: ConnectBody): Session => {
    const seat = seatOf(body.room, body.peer)
    relays.admit({ connId, room: body.room, peer: body.peer })
    const session = createSession({
      connId,
      body,
      settings,
      rooms,
      isSimulcast: (peer, stream) => isSimulcast(body.room, peer, stream),
      reroute: (sdp) => relays.reroute(connId, sdp),
      onEnded: (reason) => {
        relays.release(connId)
        alive.delete(connId)
        // whoever sits there: after a kick this frees the seat of the newer session, which is then never kicked (observed)
        seats.delete(seat)
        if (reason === 'panicked') panicked.add(connId)
      },
    })
    const former = seats.get(seat)
    seats.set(seat, session)
    alive.set(connId, session)
    former?.end('kicked')
    return session
  }

  const connect = async (body: ConnectBody, offer: Offer | undefined): Promise<Connected | undefined> => {
    const connId = signConnId(settings.nodeId, ++counter, settings.secret)
    if (settings.connectDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, settings.connectDelayMs))
    if (!offer || !isNegotiable(offer) || !hasFingerprint(offer)) return undefined
    const session = create(connId, body)
    try {
      return { connId, sdp: await session.start(offer) }
    } catch (error) {
      settings.log(`offer of ${body.peer}@${body.room} refused: ${String(error)}`)
      session.end('not established')
      return undefined
    }
  }

  return {
    /** `undefined` when the offer is refused, which uses up a number all the same. */
    connect: (body: ConnectBody, offer: Offer | undefined): Promise<Connected | undefined> => {
      // the real server makes a key per session inside its request loop, so connects wait for each other
      if (settings.connectDelayMs === 0) return connect(body, offer)
      const result = before.then(() => connect(body, offer))
      before = result.catch(() => undefined)
      return result
    },
    status: (connId: string): SessionStatus => {
      if (alive.has(connId)) return 'alive'
      return panicked.has(connId) ? 'panicked' : 'gone'
    },
    end: (connId: string): boolean => {
      const session = alive.get(connId)
      session?.end('DELETE')
      return session !== undefined
    },
    /** The answer to an offer that comes outside the session's own channel; `undefined` where it is refused. */
    restart: async (connId: string, sdp: string, senders: readonly SenderInfo[]): Promise<string | undefined> => {
      const outcome = await alive.get(connId)?.updateSdp(sdp, senders)
      return typeof outcome === 'object' ? outcome.sdp : undefined
    },
    /** For how many it was done. */
    closeChannels: (select: SessionSelector): number => {
      const concerned = [...alive.values()].filter((session) => isSelected(session, select))
      for (const session of concerned) session.closeChannel()
      return concerned.length
    },
    facts: (): SessionFacts[] => [...alive.values()].map((session) => session.facts()),
    close: (): void => {
      for (const session of alive.values()) session.end('gateway closed')
    },
  }
}

export type SessionDirectory = ReturnType<typeof sessionDirectory>
