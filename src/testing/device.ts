import type { Environment } from '../interfaces/environment.js'
import { oneOf } from './checked.js'
import { HttpNetwork } from './http/http-network.js'
import type { HttpServers } from './http/http-server.js'
import { AccessNetwork } from './network/access-network.js'
import { gated } from './network/gated.js'
import type { Internet } from './network/internet.js'
import { Page } from './page/page.js'
import { MemoryStorage } from './memory-storage.js'
import { Lane } from './scheduler/lane.js'
import type { Random } from './scheduler/random.js'
import type { Scheduler } from './scheduler/scheduler.js'
import type { Packet } from './transport/packets.js'
import { PROFILES, type ProfileName } from './transport/profile.js'
import { simulatedWebRtc, type Received, type SimulatedTrack, type TrackOptions } from './webrtc/index.js'

/** What all devices of a world share. */
export interface DeviceWorld {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly internet: Internet<Packet>
  readonly servers: HttpServers
  /** All that there are, those of pages that are gone too. */
  readonly devices: Device[]
}

/** Options of a {@link Device}. */
export interface DeviceOptions {
  /** Shown in the scheduler's tasks. Default `device-1` and so on. */
  name?: string
  /** Whose WebRTC it has. Default `chromium`. */
  browser?: ProfileName
  /** Whether its address is translated (NAT): then its candidates name a private one. Default `true`. */
  nat?: boolean
}

/** An environment that has WebRTC. */
export interface DeviceEnvironment extends Environment {
  RTCPeerConnection: typeof globalThis.RTCPeerConnection
  MediaStream: typeof globalThis.MediaStream
}

/** When every world begins: 2030-01-01. */
const EPOCH = 1_893_456_000_000

/** One user's machine: a page with WebRTC, and its way to the rest of the world. */
export class Device {
  /** UDP: what happens to media and messages. */
  readonly network: AccessNetwork
  /** HTTP: what happens to the requests of a connector. */
  readonly http: HttpNetwork
  readonly page: Page
  /** For `options.storage`: outlives the page. */
  readonly storage: MemoryStorage
  /** For `options.environment` of a socket or connector that is to live here. */
  readonly environment: DeviceEnvironment
  readonly #webRtc: ReturnType<typeof simulatedWebRtc>
  readonly #script: Lane

  /** Made by {@link SimulatedWorld.device}. */
  constructor(
    readonly name: string,
    /** Counts the devices of a world: their addresses. */
    private readonly number: number,
    private readonly world: DeviceWorld,
    private readonly options: DeviceOptions = {},
    kept?: { readonly network: AccessNetwork; readonly storage: MemoryStorage },
  ) {
    const { scheduler, random, internet, servers } = world
    const { nat = true } = options
    const browser = oneOf('browser', options.browser ?? 'chromium', Object.keys(PROFILES) as ProfileName[])
    const script = (this.#script = new Lane(scheduler, name))
    const beneath = new Lane(scheduler, `${name} browser`)
    const outside = `203.0.113.${number}`
    const address = nat ? `192.168.${number}.2` : outside
    this.network = kept?.network ?? new AccessNetwork(scheduler, outside)
    this.storage = new MemoryStorage(kept?.storage)
    this.http = new HttpNetwork(scheduler, this.network, script, servers, 'simulated')
    this.#webRtc = simulatedWebRtc({
      scheduler: beneath,
      script,
      random,
      profile: PROFILES[browser],
      stack: browser === 'firefox' ? 'spec' : browser,
      bind: () => gated(internet.bind(address, this.network), beneath, 'lost'),
    })
    this.page = new Page({
      script,
      browser: beneath,
      http: this.http,
      network: this.network,
      drop: () => {
        this.#webRtc.drop()
        this.storage.abandon()
      },
    })
    this.environment = {
      clock: script.clock,
      epoch: () => EPOCH + scheduler.now,
      random,
      fetch: this.http.fetch,
      RTCPeerConnection: this.#webRtc.RTCPeerConnection,
      MediaStream: this.#webRtc.MediaStream,
      page: this.page.events,
    }
  }

  /** As {@link reload}, of a page whose process died: it heard of nothing. */
  restart(): Device {
    this.page.crash()
    return this.#again()
  }

  /**
   * The page is loaded again: it leaves, and the same machine has a new one, on the same network. What lived in the old
   * page is gone; go on with the device that is returned.
   */
  reload(): Device {
    this.page.leave()
    return this.#again()
  }

  #again(): Device {
    // A page is gone before the next one runs.
    this.storage.abandon()
    const again = new Device(this.name, this.number, this.world, this.options, this)
    this.world.devices.push(again)
    return again
  }

  /** A track that plays, as from `getUserMedia`. */
  track(kind: 'audio' | 'video', options?: TrackOptions): SimulatedTrack {
    return this.#webRtc.track(kind, options)
  }

  /** What came in so far on the track of a receiver: media is counted, not decoded. */
  received(track: MediaStreamTrack | undefined): Readonly<Received> | undefined {
    return track && this.#webRtc.received(track)
  }

  /** A stream with a track of each of these kinds. */
  stream(...kinds: ('audio' | 'video')[]): MediaStream {
    return new this.#webRtc.MediaStream(kinds.map((kind) => this.track(kind)))
  }

  /** What is still open here. All zero once every socket is disposed of. */
  get leftovers() {
    const { peers } = this.#webRtc
    return {
      timers: this.#script.timers,
      requests: this.http.open,
      peerConnections: this.page.gone
        ? 0
        : peers.filter(({ signalingState }: RTCPeerConnection) => signalingState !== 'closed').length,
      pageListeners: this.page.listeners,
    }
  }
}
