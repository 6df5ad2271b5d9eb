import { Exchange } from './exchange.js'
import type { ConnectBody } from './messages.js'
import type { Offer } from './offer.js'
import { Room } from './room.js'
import { Session, type EndReason, type SessionPlace } from './session.js'

export type SessionStatus = 'alive' | 'gone' | 'panicked'

const seatOf = ({ room, peer }: ConnectBody): string => JSON.stringify([room, peer])

/** All sessions of a gateway's process: by connection id, and by the seat that a newer session of the same peer takes. */
export class Sessions {
  readonly #rooms = new Map<string, Room>()
  readonly #exchange = new Exchange()
  readonly #alive = new Map<string, Session>()
  readonly #seats = new Map<string, Session>()
  readonly #panicked = new Set<string>()

  constructor(private readonly place: Omit<SessionPlace, 'exchange' | 'room' | 'isSimulcast' | 'onend'>) {}

  get alive(): readonly Session[] {
    return [...this.#alive.values()]
  }

  /** Makes a session and returns its answer; `undefined` when the offer is refused. */
  connect(connId: string, body: ConnectBody, offer: Offer | undefined): string | undefined {
    if (!offer?.ice || !offer.bundled || !offer.fingerprint) return undefined
    const room = this.#rooms.get(body.room) ?? new Room()
    this.#rooms.set(body.room, room)
    const seat = seatOf(body)
    const session = new Session(connId, body, {
      ...this.place,
      room,
      exchange: this.#exchange,
      isSimulcast: (peer, stream) =>
        this.alive.some(
          (other) => other.body.room === body.room && other.peer === peer && other.publishesSimulcast(stream),
        ),
      onend: (reason) => this.#ended(connId, seat, reason),
    })
    const former = this.#seats.get(seat)
    this.#seats.set(seat, session)
    this.#alive.set(connId, session)
    former?.end('kicked')
    return session.start(offer)
  }

  /** Whoever sits there loses the seat: after a kick it is the newer session's, which is then never kicked (observed). */
  #ended(connId: string, seat: string, reason: EndReason): void {
    this.#alive.delete(connId)
    this.#seats.delete(seat)
    if (reason === 'panicked') this.#panicked.add(connId)
  }

  status(connId: string): SessionStatus {
    if (this.#alive.has(connId)) return 'alive'
    return this.#panicked.has(connId) ? 'panicked' : 'gone'
  }

  session(connId: string): Session | undefined {
    return this.#alive.get(connId)
  }

  /** Ends them all. */
  kill(): void {
    for (const session of this.alive) session.end('gateway killed')
  }
}
