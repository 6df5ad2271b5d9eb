import { expect } from 'vitest'
import type { Gateway } from '../../gateway/src/index.js'
import { RPC, StreamKinds, type RealtimeSocket } from '../../src/index.js'
import { MediaStage, type MediaPlace } from '../scenarios/media-stage.js'
import { NOTHING } from '../support/ledger.js'
import { holds } from '../support/stage.js'
import { placeOn } from './place.js'

/** What may be heard of a path that died and came back, depending on when it was looked at. */
export const UNNOTICED = ''
export const REVIVED = 'disconnected connected'

export const passes = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** One person in a call: publishes a picture, watches one, asks the server, and keeps what is heard. */
class Person {
  readonly socket: RealtimeSocket
  /** Outward states since the connect. */
  readonly states: string[] = []
  /** Transitions of the connection chart: where to, and when. */
  readonly path: { readonly to: string; readonly at: number }[] = []
  readonly #rpc: RPC
  readonly #asked: Promise<unknown>[] = []
  readonly #seen: ReturnType<MediaStage['watched']>

  constructor(
    stage: MediaStage,
    readonly peer: string,
    watches: string,
    urls: string | string[],
  ) {
    const socket = (this.socket = stage.socket({}, urls))
    socket.createSenderTrack({ name: 'camera', kind: StreamKinds.VIDEO, stream: stage.picture(160, 120) })
    const view = socket.createReceiverTrack('view', StreamKinds.VIDEO)
    view.attach({ peer: watches, stream: 'camera' })
    this.#seen = stage.watched(view)
    this.#rpc = new RPC(socket)
    socket.on('peer_state', (state) => this.states.push(state))
    socket.on('transition', ({ chart, to, at }) => chart === 'connection' && this.path.push({ to, at }))
  }

  /** Asks the server to say something back; nothing is given up before the socket is closed. */
  ask(text: string): void {
    this.#asked.push(
      this.#rpc.request('dev.echo', text, { timeoutMs: 0 }).then((answer) => answer.status && answer.data),
    )
  }

  /** Sends what the server does not answer. */
  send(text: string): void {
    this.socket.send(JSON.stringify({ type: 'note', text }))
  }

  /** What was answered, once all of it is. */
  answers(): Promise<unknown[]> {
    return Promise.all(this.#asked)
  }

  /** Waits until three more pictures are decoded. */
  async sees(ms?: number): Promise<void> {
    const before = this.#seen.count
    await holds(() => this.#seen.count >= before + 3, `${this.peer} decodes, ${this.states.join(' ')}`, ms)
  }

  get heard(): string {
    return this.states.join(' ')
  }

  async becomes(state: string, ms?: number): Promise<void> {
    await holds(() => this.states.at(-1) === state, `${this.peer} ${state}, heard ${this.heard}`, ms)
  }

  /** Nothing waits, and of what was sent it is known what became of it. */
  async accounted(): Promise<RealtimeSocket['messages']> {
    const open = () => {
      const { waiting, sent, delivered, unconfirmed } = this.socket.messages
      return waiting + sent - delivered - unconfirmed
    }
    await holds(() => open() === 0, `the messages of ${this.peer} are accounted for`)
    return this.socket.messages
  }
}

/**
 * Two people who see each other, over a relay of their own. The faults are meant for alice; `udp` sets them, and bob is
 * there to see whether her media arrives.
 */
export class Call {
  readonly stage: MediaStage
  readonly alice: Person
  readonly bob: Person

  constructor(
    /** May be replaced by the next one. */
    public gateway: Gateway,
    place: MediaPlace,
    urls: string | string[] = place.url,
  ) {
    this.stage = new MediaStage(place)
    this.alice = new Person(this.stage, 'alice', 'bob', urls)
    this.bob = new Person(this.stage, 'bob', 'alice', urls)
  }

  get #people(): Person[] {
    return [this.alice, this.bob]
  }

  /** Which session the gateway's faults are meant for. */
  get hers(): { room: string; peer: string } {
    return { room: this.stage.room, peer: 'alice' }
  }

  /** The gateway's session of alice. */
  get connId(): string | undefined {
    return this.sessions.find(({ peer }) => peer === 'alice')?.connId
  }

  get sessions() {
    return this.gateway.sessions().filter(({ room }) => room === this.stage.room)
  }

  async begins(): Promise<void> {
    const { stage } = this
    await Promise.all(
      this.#people.map(({ socket, peer }) =>
        socket.connect(stage.connector(), stage.config(peer, { token: () => this.token(peer) })),
      ),
    )
    await this.seen()
    for (const { states } of this.#people) states.length = 0
  }

  /** What the application's back end gives. */
  token = (peer: string): string => this.gateway.token({ room: this.stage.room, peer })

  /** The server drops the session of alice, and tells nobody. */
  async dropped(): Promise<void> {
    const { status } = await fetch(`${this.gateway.url}/webrtc/conn/${this.connId}`, { method: 'DELETE' })
    expect(status).toBe(200)
  }

  /** Both decode what the other sends. */
  async seen(ms?: number): Promise<void> {
    await Promise.all(this.#people.map((person) => person.sees(ms)))
  }

  /** The path of alice is as told for so long, then healthy. */
  async disturbed(fault: Parameters<Gateway['faults']['udp']['set']>[0], ms: number): Promise<void> {
    const { udp } = this.gateway.faults
    expect(udp.set(fault, this.hers)).toBe(1)
    await passes(ms)
    udp.clear(this.hers)
  }

  async ends(): Promise<void> {
    expect(await this.stage.dispose()).toEqual(NOTHING)
    await holds(() => this.sessions.length === 0, 'no session is left at the gateway')
  }
}

/** A call on this gateway, from its first pictures to its last trace. */
export const inCall = async (
  gateway: Gateway,
  play: (call: Call) => Promise<void>,
  urls: string | string[] = gateway.url,
): Promise<void> => {
  const call = new Call(gateway, placeOn(gateway), urls)
  try {
    await call.begins()
    await play(call)
  } finally {
    await call.ends()
  }
}
