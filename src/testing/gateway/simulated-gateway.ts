import type { HttpReply, HttpRequest, HttpServer } from '../http/http-server.js'
import { gated } from '../network/gated.js'
import type { Internet } from '../network/internet.js'
import { Lane } from '../scheduler/lane.js'
import type { Random } from '../scheduler/random.js'
import type { Scheduler } from '../scheduler/scheduler.js'
import type { Packet } from '../transport/packets.js'
import { SERVER } from '../transport/profile.js'
import { answerTo, type RouteTargets } from './routes.js'
import type { SessionTimers } from './session.js'
import { Sessions } from './sessions.js'
import { simulatedSigner, type Signer, type TokenClaims } from './tokens.js'

/** Options of a {@link SimulatedGateway}. */
export interface GatewayOptions {
  /** Milliseconds that a connect takes; they queue (the real server makes a key for each). Default 20. */
  connectMs?: number
  /** Default 1. */
  nodeId?: number
  /** Of the token service. Default `insecure`. */
  secret?: string
  timers?: Partial<SessionTimers>
  /** Answers POST `/webrtc/restart/:id`, an ICE restart outside the path, which the real server cannot. Default `false`. */
  restarts?: boolean
  /** Hears every message of a client that is JSON, whatever it asks for. */
  heard?: (peer: string, message: unknown) => void
  /** Signs and verifies tokens and connection ids. Default: a checksum in the shape of a JWT. */
  signer?: Signer
}

interface GatewayWorld {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly internet: Internet<Packet>
}

/** Milliseconds that other requests take. */
const CALL = 1

/** Milliseconds that it waits for the task of a session that panicked. */
const PANICKED = 1_000

const isForPanicked = ({ method, path }: HttpRequest, sessions: Sessions): boolean =>
  method === 'DELETE' && sessions.status(path.split('/').at(-1) ?? '') === 'panicked'

/** The Atm0s media server, version 0.1, as clients know it: its HTTP routes, its sessions, its timers, its quirks. */
export class SimulatedGateway implements HttpServer {
  #up = true
  #sessions: Sessions
  #counter = 0
  #busyUntil = 0
  #lane: Lane
  /** Resets the connections of requests that are not answered yet. */
  readonly #asked = new Set<() => void>()
  readonly #signer: Signer
  readonly #options: GatewayOptions

  constructor(
    /** Origin, as in `https://gateway.example`. */
    readonly url: string,
    /** Address of its UDP. */
    private readonly address: string,
    private readonly world: GatewayWorld,
    options: GatewayOptions = {},
  ) {
    this.#options = options
    this.#signer = options.signer ?? simulatedSigner(options.secret ?? 'insecure')
    this.#lane = new Lane(world.scheduler, url)
    this.#sessions = this.#begin()
  }

  /** Whether its process runs. */
  get up(): boolean {
    return this.#up
  }

  /** Whether it stands still, see {@link freeze}. */
  get frozen(): boolean {
    return this.#lane.paused
  }

  /** Connection ids of the sessions that it holds. */
  get sessions(): string[] {
    return this.#sessions.alive.map(({ connId }) => connId)
  }

  /** Rooms and peers of the sessions that it holds. */
  get peers(): { room: string; peer: string }[] {
    return this.#sessions.alive.map(({ body: { room, peer } }) => ({ room, peer }))
  }

  /** A token for a room, for one peer or for any. */
  token(room: string, peer: string | null = null, more: Partial<TokenClaims> = {}): string {
    return this.#signer.sign({ room, peer, protocol: 'Webrtc', publish: true, subscribe: true, ts: 0, ...more })
  }

  handle(request: HttpRequest, answer: (reply: HttpReply | undefined) => void): void {
    const { now } = this.world.scheduler
    const heavy = request.path === '/webrtc/connect'
    const cost = heavy ? (this.#options.connectMs ?? 20) : isForPanicked(request, this.#sessions) ? PANICKED : CALL
    const at = heavy ? (this.#busyUntil = Math.max(this.#busyUntil, now) + cost) : now + cost
    const reset = () => answer(undefined)
    this.#asked.add(reset)
    this.#lane.after(at - now, 'http', () => {
      this.#asked.delete(reset)
      answer(answerTo(request, this.#targets))
    })
  }

  /** Ends a session as the server itself may: the client is told nothing. */
  end(connId: string): void {
    this.#held(connId).end('deleted')
  }

  /** Forwards nothing more to the receivers of a session, each until it is disconnected or shows another source. */
  stall(connId: string): void {
    for (const receiver of this.#held(connId).receivers.values()) receiver.stall()
  }

  /** The process dies: sessions are gone, connections refused. Nobody is told. */
  kill(): void {
    if (!this.#up) return
    this.#up = false
    this.#sessions.kill()
    this.#lane.end()
    for (const reset of this.#asked) reset()
    this.#asked.clear()
  }

  /** A new process: it counts connections from the beginning, so that old connection ids come again. */
  restart(): void {
    this.kill()
    this.#counter = 0
    this.#busyUntil = 0
    this.#lane = new Lane(this.world.scheduler, this.url)
    this.#sessions = this.#begin()
    this.#up = true
  }

  /** The process stops without ending: nothing is answered, by UDP nor HTTP. */
  freeze(): void {
    this.#lane.pause()
  }

  /** Goes on after {@link freeze}. */
  thaw(): void {
    this.#lane.resume()
  }

  #held(connId: string) {
    const session = this.#sessions.session(connId)
    if (!session) throw new RangeError('the gateway holds no session of this id')
    return session
  }

  get #targets(): RouteTargets {
    return {
      signer: this.#signer,
      secret: this.#options.secret ?? 'insecure',
      restarts: this.#options.restarts ?? false,
      nodeId: this.#options.nodeId ?? 1,
      sessions: this.#sessions,
      nextNumber: () => (this.#counter += 1),
      now: () => this.world.scheduler.now,
    }
  }

  #begin(): Sessions {
    const { random, internet } = this.world
    const lane = this.#lane
    return new Sessions({
      scheduler: lane,
      random,
      profile: SERVER,
      // The server paces its own first check, and drops DTLS before it is answered.
      firstCheckAfter: 40,
      bind: () => gated(internet.bind(this.address), lane, 'kept'),
      heard: this.#options.heard,
      timers: { establish: 9_900, channel: 10_100, reconnecting: 21_200, silence: 51_300, ...this.#options.timers },
    })
  }
}
