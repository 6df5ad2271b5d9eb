import type { Timeline } from '../scheduler/lane.js'
import { oneOf, onlyMembers, within } from '../checked.js'
import { BOUNDS, CALM, type Conditions, type Direction } from './conditions.js'
import type { Endpoint } from './internet.js'

type Changes = Partial<Omit<Conditions, 'black'>>

const DIRECTIONS: readonly Direction[] = ['up', 'down']

const waysOf = (direction: Direction | undefined): readonly Direction[] =>
  direction === undefined ? DIRECTIONS : [oneOf('a direction', direction, DIRECTIONS)]

/**
 * How a device reaches the rest of the world: a way up and a way down, and the address translation (NAT) between. Each
 * method changes what happens to datagrams that are sent from now on; what is under way arrives as planned.
 */
export class AccessNetwork {
  readonly #ways: Record<Direction, Conditions> = { up: { ...CALM }, down: { ...CALM } }
  /** How often the translation has changed. */
  #rebound = 0
  /** There is no network at all, whatever the conditions: neither UDP nor HTTP. See {@link Page.offline}. */
  offline = false
  /** Counts holes, so that the end of an old one does not end a new one. */
  #holes: Record<Direction, number> = { up: 0, down: 0 }

  constructor(
    private readonly scheduler: Timeline,
    /** Its address as others see it. */
    readonly address: string,
  ) {}

  get up(): Readonly<Conditions> {
    return this.#way('up')
  }

  get down(): Readonly<Conditions> {
    return this.#way('down')
  }

  /** Sets conditions, both ways or one: `{ latency: 100, loss: 0.2 }`. What is not named stays as it is. */
  set(changes: Changes, direction?: Direction): void {
    onlyMembers('conditions', changes, Object.keys(BOUNDS))
    for (const [name, value] of Object.entries(changes)) within(name, value, 0, BOUNDS[name as keyof typeof BOUNDS])
    for (const way of waysOf(direction)) Object.assign(this.#ways[way], changes)
  }

  /** Latency of each way, in milliseconds. */
  latency(ms: number, jitter = 0): void {
    this.set({ latency: ms, jitter })
  }

  /** Share of datagrams that are lost, each way. */
  loss(share: number, direction?: Direction): void {
    this.set({ loss: share }, direction)
  }

  /**
   * Nothing comes through, in both directions or in one, for so many milliseconds; without them until {@link heal}.
   * Of several the last one counts. HTTP is not concerned, see {@link HttpNetwork}.
   */
  blackHole(ms = Number.POSITIVE_INFINITY, direction?: Direction): void {
    within('a black hole', ms, 0)
    for (const way of waysOf(direction)) {
      this.#ways[way].black = true
      const hole = (this.#holes[way] += 1)
      if (ms < Number.POSITIVE_INFINITY)
        this.scheduler.after(ms, 'network', () => {
          if (this.#holes[way] === hole) this.#ways[way].black = false
        })
    }
  }

  /** As on the first day, but for the addresses. */
  heal(): void {
    for (const way of DIRECTIONS) {
      this.#holes[way] += 1
      Object.assign(this.#ways[way], CALM)
    }
  }

  /**
   * The translation forgets its mappings (NAT rebinding): what the device sends comes from another port from now on,
   * and what is sent to the old one is lost.
   */
  rebind(): void {
    this.#rebound += 1
  }

  #way(direction: Direction): Conditions {
    const way = this.#ways[direction]
    return this.offline ? { ...way, black: true } : way
  }

  /** A socket of the device as others see it. */
  outward({ port }: Endpoint): Endpoint {
    return { address: this.address, port: port + 1_000 * this.#rebound }
  }
}
