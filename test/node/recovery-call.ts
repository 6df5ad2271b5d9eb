import { expect } from 'vitest'
import type { Gateway } from '../../gateway/src/index.js'
import type { IMediaGatewayConnector, IRealtimeSocketOptions } from '../../src/index.js'
import { MediaStage, type MediaPlace } from '../scenarios/media-stage.js'
import { Person } from '../scenarios/person.js'
import { NOTHING } from '../support/ledger.js'
import { holds } from '../support/stage.js'
import { placeOn } from './place.js'

/** What may be heard of a path that died and came back, depending on when it was looked at. */
export const UNNOTICED = ''
export const REVIVED = 'disconnected connected'

/** Whether the gateway can be asked is no matter of how busy the machine is on which all of this runs. */
const SLOW_MACHINE = 20_000

export const passes = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What alice has that is not the default. */
interface Her {
  readonly options?: IRealtimeSocketOptions
  readonly connector?: (stage: MediaStage) => IMediaGatewayConnector
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
    private readonly her: Her = {},
  ) {
    this.stage = new MediaStage(place)
    this.alice = new Person(this.stage, 'alice', 'bob', urls, her.options)
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
    const { stage, her } = this
    const connector = (peer: string) =>
      (peer === 'alice' && her.connector?.(stage)) || stage.connector(undefined, { callMs: SLOW_MACHINE })
    await Promise.all(
      this.#people.map(({ socket, peer }) =>
        socket.connect(connector(peer), stage.config(peer, { token: () => this.token(peer) })),
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
  her?: Her,
): Promise<void> => {
  const call = new Call(gateway, placeOn(gateway), urls, her)
  try {
    await call.begins()
    await play(call)
  } finally {
    await call.ends()
  }
}
