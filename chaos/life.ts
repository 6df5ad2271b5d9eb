import type { InspectionEvent } from 'xstate'
import {
  LADDER,
  MediaGatewayConnector,
  RealtimeError,
  RealtimeSocket,
  RPC,
  type AttachedSource,
  type IRealtimeSocketOptions,
  type ISessionConfig,
} from '../src/index.js'
import type { ConnectionContext } from '../src/machines/connection.setup.js'
import type { SessionContext } from '../src/machines/session.setup.js'
import type { Device } from '../src/testing/index.js'
import { Budgets } from './budgets.js'
import type { EdgeCounter } from './edges.js'
import { LiveCharts, type Finding } from './live-charts.js'
import { Messages } from './messages.js'
import { Promises } from './promises.js'
import { Tap, type Offered } from './tap.js'

/** What a session is begun with. */
export interface LifeOptions extends Omit<IRealtimeSocketOptions, 'environment' | 'inspect'> {
  readonly urls: string | string[]
  readonly config: ISessionConfig
}

/** What the application wants of its tracks, as it said it: by name or id. */
export interface Wanted {
  readonly attached: Map<string, AttachedSource>
  /** Receivers and senders that are paused. */
  readonly paused: Set<string>
  /** Senders that the application told the server of by itself. */
  readonly overruled: Set<string>
}

/** One socket from its making to its end, with all that is noted of it. */
export class Life {
  readonly socket: RealtimeSocket
  readonly connector: MediaGatewayConnector
  readonly rpc: RPC
  readonly charts = new LiveCharts()
  readonly messages = new Messages()
  readonly budgets: Budgets
  readonly promises = new Promises()
  readonly tap: Tap
  readonly wanted: Wanted = { attached: new Map(), paused: new Set(), overruled: new Set() }
  /** What was found by its listeners, and at once. */
  readonly findings: Finding[] = []
  /** When `peer_state: closed` was said, or the page ran again after it. */
  closedAt: number | undefined
  /** The offers that went out since somebody looked. */
  readonly offers: Offered[] = []
  /** The last offer for a round by hand. */
  offer: RTCSessionDescriptionInit | undefined
  /** Ends the attempt to connect. */
  abort = new AbortController()
  /** What is to be done when the next state is told. */
  onState: (() => void) | undefined
  /** Counts calls, and what was heard or handed over. */
  #happened = 0
  #seen = -1

  constructor(
    readonly device: Device,
    readonly now: () => number,
    readonly options: LifeOptions,
    edges: EdgeCounter,
  ) {
    const { urls, config: _, ...socketOptions } = options
    this.budgets = new Budgets(now)
    this.tap = new Tap(device.environment, {
      offered: (offer) => {
        this.#happened += 1
        this.offers.push(offer)
      },
      handed: (channel, text) => {
        this.#happened += 1
        this.messages.handed(channel, text)
      },
    })
    const { environment } = this.tap
    const inspect = (event: InspectionEvent) => {
      this.charts.inspect(event)
      this.budgets.inspect(event)
      edges.inspect(event)
    }
    this.socket = new RealtimeSocket(urls, { recording: false, ...socketOptions, environment, inspect })
    this.connector = new MediaGatewayConnector(undefined, { environment })
    this.#listen()
    this.rpc = new RPC(this.socket)
  }

  get ladder() {
    return this.options.ladder ?? LADDER
  }

  /** What it has spent of its ladder. */
  get spent(): readonly number[] {
    return (this.charts.configuration('connection')?.context as ConnectionContext | undefined)?.spent ?? []
  }

  get closed(): boolean {
    return this.socket.peerState === 'closed'
  }

  /** Its page is gone: nothing can be expected of it. */
  get gone(): boolean {
    return this.device.page.gone
  }

  /** What the session's chart remembers; `undefined` before it has begun. */
  get context(): SessionContext | undefined {
    return this.charts.session?.getSnapshot().context as SessionContext | undefined
  }

  /** Whether anything has happened to it since this was asked last: in its charts, by a call, or to be heard. */
  changed(): boolean {
    const before = this.#seen
    this.#seen = this.charts.steps + this.#happened
    return this.#seen !== before
  }

  /** Runs a call of the application: what it throws must be an error of this library. */
  call(act: () => void): void {
    this.#happened += 1
    try {
      act()
    } catch (error) {
      this.#failed(error)
    }
  }

  /** A call that gives out a promise. */
  give(name: string, call: () => PromiseLike<unknown>): void {
    this.call(() =>
      this.promises.watch(
        name,
        call(),
        () => this.gone,
        (error) => this.#failed(error),
      ),
    )
  }

  connect(): void {
    // While an attempt is made another call joins it, and its signal is nobody's.
    if (/^(created|failed)$/.test(this.socket.peerState)) this.abort = new AbortController()
    const { signal } = this.abort
    this.give('connect', () => this.socket.connect(this.connector, this.options.config, { signal }))
  }

  #failed(error: unknown): void {
    this.#happened += 1
    if (error instanceof RealtimeError) return
    const complaint = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.findings.push({ invariant: 'what is thrown is an error of this library', complaint })
  }

  #listen(): void {
    const { socket } = this
    const heard = (what: string) => {
      this.#happened += 1
      if (this.closedAt === undefined) return
      this.findings.push({ invariant: 'nothing is heard after closed', complaint: what })
    }
    socket.on('peer_state', (state) => {
      heard(`peer_state ${state}`)
      if (state === 'closed') this.closedAt = this.now()
      const { onState } = this
      this.onState = undefined
      onState?.()
    })
    socket.on('dc_state', (state) => heard(`dc_state ${state}`))
    socket.on('message', () => heard('message'))
    socket.on('drain', () => heard('drain'))
    socket.on('fate', (fate) => {
      heard(`fate ${fate.fate}`)
      this.messages.told(fate)
    })
    socket.on('warning', ({ code, message, cause }) => {
      heard(`warning ${code}`)
      if (code === 'internal' && !(cause instanceof DOMException))
        this.findings.push({ invariant: 'no warning tells of a defect', complaint: `${message}: ${String(cause)}` })
    })
  }
}
