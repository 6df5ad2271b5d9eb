/// <reference lib="esnext.disposable" preserve="true" />
import { keepingIs } from '../adapters/keeping.js'
import { upkeepIs } from '../adapters/upkeep.js'
import * as durable from '../durable/durable.js'
import * as upkeep from '../upkeep/upkeep.js'
import { Device, type DeviceOptions } from './device.js'
import { SimulatedGateway, type GatewayOptions } from './gateway/simulated-gateway.js'
import type { HttpServers } from './http/http-server.js'
import { Internet } from './network/internet.js'
import { seeded, type Random } from './scheduler/random.js'
import { NeverSettles, Scheduler, type SchedulerOptions } from './scheduler/scheduler.js'
import type { Packet } from './transport/packets.js'

/** By then a server has dropped whom it does not hear: with its own timers after 51 s. */
const LONGEST_SILENCE = 120_000

/** Options of a {@link SimulatedWorld}. */
export interface WorldOptions extends SchedulerOptions {
  /** Of all chance: the same seed makes the same run. Default 1. */
  seed?: number
  /** Of the gateway that is there from the beginning. */
  gateway?: GatewayOptions
}

/**
 * Devices, gateways, the networks between them, and time, all in one process and without a browser. Nothing happens by
 * itself: `pass`, `until` and `holds` let it happen, in virtual time, the same way in every run.
 *
 * ```ts
 * const world = new SimulatedWorld()
 * const { environment, network } = world.device()
 * const socket = new RealtimeSocket(world.gateway.url, { environment })
 * const token = world.gateway.token('room', 'alice')
 * await world.until(socket.connect(new MediaGatewayConnector(undefined, { environment }), { roomId: 'room', peerId: 'alice', token }))
 * network.blackHole(4_000)
 * await world.pass(10_000)
 * ```
 */
export class SimulatedWorld {
  readonly scheduler: Scheduler
  readonly random: Random
  /** The gateway that is there from the beginning. */
  readonly gateway: SimulatedGateway
  readonly devices: Device[] = []
  readonly gateways: SimulatedGateway[] = []
  /** Everybody's UDP. */
  readonly internet: Internet<Packet>
  readonly #servers: HttpServers = new Map()
  #machines = 0

  constructor({ seed = 1, gateway = {}, ...scheduling }: WorldOptions = {}) {
    // When a chunk is loaded is no matter of the seed: here they are there before the first socket.
    upkeepIs(upkeep)
    keepingIs(durable)
    this.scheduler = new Scheduler(scheduling)
    this.random = seeded(seed)
    this.internet = new Internet(this.scheduler, this.random)
    this.gateway = this.addGateway('https://gateway.example', gateway)
    this.scheduler.describe = () => this.#stopped()
  }

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.scheduler.now
  }

  /** One more user's machine, with its own page and its own way to the network. */
  device(options: DeviceOptions = {}): Device {
    const number = (this.#machines += 1)
    const { scheduler, random, internet, devices } = this
    const world = { scheduler, random, internet, devices, servers: this.#servers }
    const device = new Device(options.name ?? `device-${number}`, number, world, options)
    devices.push(device)
    return device
  }

  /** One more gateway, with rooms of its own. `url` is an origin. */
  addGateway(url: string, options: GatewayOptions = {}): SimulatedGateway {
    const { origin, href } = new URL(url)
    if (href !== `${origin}/`) throw new TypeError(`the URL of a simulated gateway is an origin: ${origin}, not ${url}`)
    if (this.#servers.has(origin)) throw new TypeError(`there is a gateway at ${origin} already`)
    const { scheduler, random } = this
    const address = `198.51.100.${this.gateways.length + 1}`
    const gateway = new SimulatedGateway(origin, address, { scheduler, random, internet: this.internet }, options)
    this.gateways.push(gateway)
    this.#servers.set(origin, gateway)
    return gateway
  }

  /** Lets this many milliseconds pass, and everything happen that happens in them. */
  pass(ms: number): Promise<void> {
    return this.scheduler.pass(ms)
  }

  /**
   * Lets time pass until a promise settles, and returns or throws what it does. Rejects with `NeverSettles` when nothing
   * is left to do, or after `most` milliseconds (default ten minutes).
   */
  until<T>(promise: PromiseLike<T>, most?: number): Promise<T> {
    return this.scheduler.until(promise, most)
  }

  /** Lets time pass until a condition holds, at most so many milliseconds (default ten minutes); says whether it does. */
  holds(condition: () => boolean, most?: number): Promise<boolean> {
    return this.scheduler.holds(condition, most)
  }

  /**
   * Ends these sockets and says what is left, see {@link leftovers}: for the end of a test. Whatever stands still goes on
   * before, and time passes until a server that could not be told has noticed by itself. A socket whose page is gone
   * takes its end with it.
   */
  async dispose(...sockets: AsyncDisposable[]): Promise<SimulatedWorld['leftovers']> {
    for (const { page } of this.devices) if (page.stopped && !page.gone) page.wake()
    for (const gateway of this.gateways) if (gateway.frozen) gateway.thaw()
    for (const socket of sockets)
      // A farewell takes 6 s at the most; of a page that is gone nothing is heard.
      await this.until(socket[Symbol.asyncDispose](), 10_000).catch((error: unknown) => {
        if (!(error instanceof NeverSettles)) throw error
      })
    await this.holds(() => this.leftovers.serverSessions.length === 0, LONGEST_SILENCE)
    return this.leftovers
  }

  #stopped(): string {
    const pages = this.devices.flatMap(({ name, page: { stopped } }) =>
      stopped ? [`the page of ${name} is ${stopped}`] : [],
    )
    const gateways = this.gateways.flatMap(({ url, frozen, up }) =>
      frozen ? [`${url} is frozen`] : up ? [] : [`${url} is dead`],
    )
    return [...pages, ...gateways].join(', ')
  }

  /** What {@link leftovers} and {@link dispose} say where nothing is left. */
  readonly nothingLeft: SimulatedWorld['leftovers'] = {
    timers: 0,
    requests: 0,
    peerConnections: 0,
    pageListeners: 0,
    serverSessions: [],
  }

  /** What is still open: zeros and an empty list once every socket is disposed of. */
  get leftovers() {
    const sum = { timers: 0, requests: 0, peerConnections: 0, pageListeners: 0 }
    for (const { leftovers } of this.devices)
      for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += leftovers[key]
    return { ...sum, serverSessions: this.gateways.flatMap(({ sessions }) => sessions) }
  }
}
