// What recovery costs, measured on one session: the same for every WebRTC stack, which comes in by a stand.
import type { UdpFault } from '../gateway/src/index.js'
import { MediaGatewayConnector, RealtimeSocket, RPC, StreamKinds, type Environment } from '../src/index.js'

/** Where a session is measured: a WebRTC stack with a camera and a screen, and a gateway that can be disturbed. */
export interface Stand {
  readonly url: string
  token(peer: string): string | Promise<string>
  readonly environment: Partial<Environment>
  camera(): { readonly stream: MediaStream; stop(): void }
  /** Calls back with each picture that is decoded of a track. Returns what ends it. */
  screen(track: MediaStreamTrack, onPicture: () => void): () => void
  readonly faults: {
    udp(peer: string, fault: UdpFault): unknown
    /** The server ends the session of this peer, and tells nobody. */
    drop(peer: string): unknown
    closeChannel(peer: string): unknown
    kill(): Promise<unknown>
    restart(): Promise<unknown>
  }
  /** Name of the server's session of this peer. */
  session(peer: string): string | undefined | Promise<string | undefined>
}

/** Each has a room of its own: what the server tells of the others would wait in its channel too, and be measured with it. */
export const roomOf = (peer: string): string => `room-of-${peer}`

export const now = (): number => performance.now()
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Resolves with the time at which a condition held, to 5 ms. */
const held = async (condition: () => boolean, what: string, ms = 30_000): Promise<number> => {
  for (const end = now() + ms; !condition(); await pause(5)) if (now() > end) throw new Error(`in vain: ${what}`)
  return now()
}

/** One peer that publishes a picture and watches its own through the server, so that media shows both ways. */
export class Subject {
  /** Where the connection chart went, and when. */
  readonly went: { readonly from: string; readonly to: string; readonly at: number }[] = []
  /** Requests of the engine that were answered: when they were begun. */
  readonly answered: number[] = []
  readonly socket: RealtimeSocket
  readonly #environment: Partial<Environment>
  readonly #camera: ReturnType<Stand['camera']>
  readonly #rpc: RPC
  readonly #ends: (() => void)[] = []
  #pc: RTCPeerConnection | undefined
  /** When the first picture was decoded since `watchAnew`. */
  #first = Number.POSITIVE_INFINITY
  peerConnections = 0

  constructor(
    private readonly stand: Stand,
    readonly peer: string,
  ) {
    this.#environment = this.#watched()
    this.socket = new RealtimeSocket(stand.url, { environment: this.#environment })
    this.#camera = stand.camera()
    this.socket.createSenderTrack({ name: 'camera', kind: StreamKinds.VIDEO, stream: this.#camera.stream })
    const view = this.socket.createReceiverTrack('view', StreamKinds.VIDEO)
    view.attach({ peer, stream: 'camera' })
    view.on('track_added', (track) => {
      this.#ends.push(stand.screen(track, () => (this.#first = Math.min(this.#first, now()))))
    })
    this.#rpc = new RPC(this.socket)
    this.socket.on('transition', ({ chart, from, to }) => {
      if (chart === 'connection') this.went.push({ from, to, at: now() })
    })
  }

  /** The stand's environment, with the engine's requests and peer connections seen. */
  #watched(): Partial<Environment> {
    const { environment } = this.stand
    const made = (pc: RTCPeerConnection) => {
      this.#pc = pc
      this.peerConnections += 1
    }
    const { RTCPeerConnection = globalThis.RTCPeerConnection, fetch = globalThis.fetch } = environment
    // No subclass: libwebrtc's constructor in Node does not pass `new.target` on.
    const counted = function (configuration?: RTCConfiguration) {
      const pc = new RTCPeerConnection(configuration)
      made(pc)
      return pc
    }
    return {
      ...environment,
      RTCPeerConnection: counted as unknown as typeof globalThis.RTCPeerConnection,
      fetch: async (...args) => {
        const begun = now()
        const response = await fetch(...args)
        this.answered.push(begun)
        return response
      },
    }
  }

  /** Connects; resolves with the milliseconds to the first decoded picture. */
  async connects(): Promise<number> {
    const { stand, peer, socket } = this
    const connector = new MediaGatewayConnector(undefined, { environment: this.#environment })
    const token = () => stand.token(peer)
    const begun = now()
    await socket.connect(connector, { roomId: roomOf(peer), peerId: peer, token })
    await this.decodes()
    return this.#first - begun
  }

  /** From now on the next picture is the first. */
  watchAnew(): void {
    this.#first = Number.POSITIVE_INFINITY
  }

  /** When the first picture was decoded since `watchAnew`. */
  async decodes(): Promise<number> {
    await held(() => this.#first < Number.POSITIVE_INFINITY, `${this.peer} decodes in ${this.socket.peerState}`)
    return this.#first
  }

  /** Asks the server something; resolves with the time of the answer. */
  async ask(): Promise<number> {
    const { status } = await this.#rpc.request('dev.echo', this.peer, { timeoutMs: 0 })
    return status ? now() : Number.NaN
  }

  /** When the chart went there, the last time; `undefined`: never since then. */
  since(from: number, to: RegExp): number | undefined {
    return this.went.find(({ at, to: where }) => at >= from && to.test(where))?.at
  }

  async reaches(from: number, to: RegExp): Promise<number> {
    await held(() => this.since(from, to) !== undefined, `${this.peer} goes to ${to.source}`)
    return this.since(from, to) ?? Number.NaN
  }

  get transport(): RTCPeerConnectionState {
    return this.#pc?.connectionState ?? 'new'
  }

  /** When the peer connection says `connected`. */
  connectedAgain(): Promise<number> {
    return held(() => this.transport === 'connected', `${this.peer} is connected`)
  }

  async ends(): Promise<void> {
    for (const end of this.#ends) end()
    this.#camera.stop()
    await this.socket[Symbol.asyncDispose]()
  }
}

/** A subject that decodes, and has done so for a while that is different each time: pings fall where they like. */
const begun = async (stand: Stand, peer: string): Promise<Subject> => {
  const subject = new Subject(stand, peer)
  await subject.connects()
  await pause(1_000 + Math.random() * 1_000)
  subject.watchAnew()
  return subject
}

export interface Cut {
  /** From the death of the path. */
  readonly suspectMs: number
  readonly disconnectedMs: number
  /** From its return; absent where the stack never said anything else than connected. */
  readonly iceMs?: number
  readonly queuedMs: number
  readonly mediaMs: number
  readonly same: boolean
}

/** The path is dead for so long. */
export const cut = async (stand: Stand, peer: string, ms: number): Promise<Cut> => {
  const subject = await begun(stand, peer)
  const { faults } = stand
  const session = await stand.session(peer)
  const dead = now()
  await faults.udp(peer, 'drop')
  // One that the channel has already when it is noticed, one that the engine keeps.
  const unnoticed = subject.ask()
  const suspect = await subject.reaches(dead, /suspect/)
  const told = await subject.reaches(dead, /reviving/)
  const kept = subject.ask()
  await pause(dead + ms - now())
  const wasConnected = subject.transport === 'connected'
  subject.watchAnew()
  const healed = now()
  await faults.udp(peer, 'pass')
  const [ice, first, second, media] = await Promise.all([
    subject.connectedAgain(),
    unnoticed,
    kept,
    subject.decodes(),
    subject.reaches(healed, /^connected/),
  ])
  const same =
    session === (await stand.session(peer)) &&
    subject.peerConnections === 1 &&
    subject.since(dead, /rejoining/) === undefined
  await subject.ends()
  return {
    suspectMs: suspect - dead,
    disconnectedMs: told - dead,
    ...(!wasConnected && { iceMs: ice - healed }),
    queuedMs: Math.max(first, second) - healed,
    mediaMs: media - healed,
    same,
  }
}

/** The server drops the session without a word: milliseconds until media is decoded again, and a connect for comparison. */
export const drop = async (stand: Stand, peer: string): Promise<{ mediaMs: number; connectMs: number }> => {
  const subject = await begun(stand, peer)
  const dropped = now()
  await stand.faults.drop(peer)
  await subject.reaches(dropped, /rejoining/)
  subject.watchAnew()
  const mediaMs = (await subject.decodes()) - dropped
  await subject.ends()
  return { mediaMs, connectMs: await connect(stand, `${peer}-fresh`) }
}

/** A connect to the first decoded picture, in milliseconds. */
export const connect = async (stand: Stand, peer: string): Promise<number> => {
  const subject = new Subject(stand, peer)
  // Its camera runs already, as that of a session that recovers does.
  await pause(100 + Math.random() * 100)
  const ms = await subject.connects()
  await subject.ends()
  return ms
}

/** The gateway dies, and is back after so many milliseconds, knowing nobody. */
export const kill = async (stand: Stand, peer: string, ms: number) => {
  const subject = await begun(stand, peer)
  const { faults } = stand
  const dead = now()
  await faults.kill()
  await pause(ms)
  await faults.restart()
  const back = now()
  await subject.reaches(dead, /rejoining/)
  subject.watchAnew()
  const media = await subject.decodes()
  const asked = subject.answered.find((at) => at >= dead) ?? Number.NaN
  await subject.ends()
  const connectsMs: number[] = []
  for (const fresh of [`${peer}-fresh`, `${peer}-again`]) {
    // Held against the same: the first client of a gateway that is just back.
    await faults.kill()
    await faults.restart()
    connectsMs.push(await connect(stand, fresh))
  }
  return { waitMs: asked - back, mediaMs: media - asked, connectsMs }
}

/** The far side closes the channel alone: milliseconds until a recovery has begun. */
export const closeChannel = async (stand: Stand, peer: string): Promise<number> => {
  const subject = await begun(stand, peer)
  const closed = now()
  await stand.faults.closeChannel(peer)
  const begins = await subject.reaches(closed, /^reconnecting/)
  await subject.decodes()
  await subject.ends()
  return begins - closed
}

/** A path that is bad and alive: how often it was suspected, and how often wrongly given up. */
export const bad = async (stand: Stand, peer: string, fault: UdpFault, ms: number) => {
  const subject = await begun(stand, peer)
  const begins = now()
  await stand.faults.udp(peer, fault)
  await pause(ms)
  const told = alarms(subject.went.filter(({ at }) => at >= begins))
  await stand.faults.udp(peer, 'pass')
  await subject.ends()
  return told
}

/** `suspected`: looks at the path; `false`: those that ended in anything but a path that lives. */
export const alarms = (went: readonly { readonly from: string; readonly to: string }[]) => ({
  suspected: went.filter(({ to }) => to === 'connected.suspect').length,
  falseAlarms: went.filter(({ from, to }) => from === 'connected.suspect' && to !== 'connected.stable').length,
})
