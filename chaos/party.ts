import { type IRealtimeSocketOptions, type Rung, type StreamKinds } from '../src/index.js'
import type { Device, DeviceOptions, SimulatedWorld } from '../src/testing/index.js'
import { entry } from './choices.js'
import type { EdgeCounter } from './edges.js'
import { Life } from './life.js'

/** How the token of the next server session is had. */
export type TokenFault = 'refused' | 'throws' | 'slow'

type Flavour = Omit<IRealtimeSocketOptions, 'environment' | 'inspect'>

const SHORT: readonly Rung[] = [
  { name: 'revive', way: 'revive', tries: 1, silenceMs: 5_000 },
  { name: 'rejoin', way: 'rejoin', tries: 1, backOff: { firstMs: 250, mostMs: 8_000 } },
]
const REJOIN: readonly Rung[] = [{ name: 'rejoin', way: 'rejoin', gateway: 'next', tries: 3 }]

/** What sessions are begun with; the first is what an application gets that sets nothing. New rows go to the end. */
const FLAVOURS: readonly Flavour[] = [
  {},
  {},
  { negotiation: 'manual' },
  { ladder: SHORT },
  { pingMs: false },
  { ladder: [] },
  { outboxBytes: 600 },
  { ladder: REJOIN, pingMs: 300 },
  { deadlines: { connect: 900, request: 200, recovery: 20_000 } },
  {},
  {
    deadlines: {
      selectGateway: 300,
      offer: 100,
      answer: 250,
      apply: 100,
      establish: 700,
      openChannel: 300,
      request: 150,
    },
  },
  {},
]

const DEVICES: readonly DeviceOptions[] = [{}, {}, { browser: 'node' }, { browser: 'firefox' }, { nat: false }]

/** Names of senders, which others attach to; the first is there from the beginning. */
export const SENDERS: readonly { readonly name: string; readonly kind: StreamKinds }[] = [
  { name: 'camera', kind: 'video' },
  { name: 'mic', kind: 'audio' },
  { name: 'screen', kind: 'video' },
]

/** Who is told of its sessions, and counts what their charts do. */
interface Watched {
  readonly edges: EdgeCounter
  readonly onLife: (life: Life) => void
}

/** One user: a machine, and one socket after the other. */
export class Party {
  device: Device
  readonly lives: Life[] = []
  /** For the next tokens, the first first. */
  readonly tokens: TokenFault[] = []
  readonly #flavour: Flavour

  readonly name: string
  /** Whom it looks at. */
  readonly other: string

  constructor(
    readonly world: SimulatedWorld,
    [name, other]: readonly [name: string, other: string],
    /** Chooses its device, and what its sessions are begun with. */
    number: number,
    private readonly watched: Watched,
  ) {
    this.name = name
    this.other = other
    this.device = world.device(entry(DEVICES, Math.floor(number / FLAVOURS.length)))
    this.#flavour = entry(FLAVOURS, number)
    this.begin()
  }

  /** The socket of now. */
  get life(): Life {
    return this.lives.at(-1) as Life
  }

  /** Another socket on the device of now, which sends a camera, looks at the other's and connects. */
  begin(): void {
    const { world, name, device } = this
    const { edges, onLife } = this.watched
    const life = new Life(
      device,
      () => world.now,
      {
        ...this.#flavour,
        urls: world.gateways.map(({ url }) => url),
        config: { roomId: 'room', peerId: name, token: () => this.#token() },
      },
      edges,
    )
    this.lives.push(life)
    onLife(life)
    const [camera] = SENDERS
    life.call(() => life.socket.createSenderTrack({ ...camera!, stream: device.stream('video') }))
    life.call(() => {
      const source = { peer: this.other, stream: camera!.name }
      life.socket.createReceiverTrack('view', 'video').attach(source)
      life.wanted.attached.set('view', source)
    })
    life.connect()
  }

  #token(): string | Promise<string> {
    const token = this.world.gateway.token('room', this.name)
    const fault = this.tokens.shift()
    if (fault === 'throws') throw new Error('chaos')
    if (fault === 'refused') return this.world.gateway.token('room', 'somebody else')
    if (fault !== 'slow') return token
    // Not by the device's clock: what is pending there at the end is the engine's.
    return new Promise((resolve) => void this.world.scheduler.after(1_500, 'application', () => resolve(token)))
  }
}
