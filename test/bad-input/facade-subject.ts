import { getEventListeners } from 'node:events'
import {
  RealtimeError,
  RealtimeSocketState as State,
  type IMediaGatewayConnector,
  type IRealtimeSocketOptions,
  type ISessionConfig,
  type ReceiverTrack,
  type RealtimeSocket,
  type SenderTrack,
} from '../../src/index.js'

/** Which outward state may follow which; none follows `closed`. */
const FOLLOWS: Record<State, readonly State[]> = {
  created: ['connecting', 'closed'],
  connecting: ['connected', 'failed', 'closed'],
  connected: ['disconnected', 'reconnecting', 'closed'],
  disconnected: ['connected', 'reconnecting', 'failed', 'closed'],
  reconnecting: ['connected', 'disconnected', 'failed', 'closed'],
  failed: ['connecting', 'closed'],
  closed: [],
}

/** What the data channel may be while the peer connection rests in a state. */
const TOGETHER: Record<State, readonly State[]> = {
  created: ['created'],
  // The channel may be faster than the promise of setRemoteDescription.
  connecting: ['connecting', 'connected'],
  connected: ['connected'],
  disconnected: ['disconnected', 'connected'],
  reconnecting: ['reconnecting'],
  failed: ['failed'],
  closed: ['closed'],
}

/** One call of the facade, and what the contract lets come of it. */
export interface Call {
  readonly name: string
  /**
   * `returns`, `throws <code>`, `resolves`, `rejects <code>`; or `settles`: resolves, or rejects with any code of the
   * library but `internal`, which is a defect.
   */
  allowed(subject: Subject, state: State): readonly string[]
  run(subject: Subject): unknown
}

/** What a subject needs of the world that it lives in. */
export interface SubjectWorld {
  readonly connector: IMediaGatewayConnector
  socket(options?: IRealtimeSocketOptions): RealtimeSocket
  config(more?: Partial<ISessionConfig>): ISessionConfig
  /** A stream of one track of each of these kinds. */
  stream(...kinds: ('audio' | 'video')[]): MediaStream
  /** Lets everything happen that needs no time. */
  turn(): Promise<void>
  /** Ends every socket, and says what is left of it. */
  left(): Promise<unknown[]>
}

const codeOf = (error: unknown): string => (error instanceof RealtimeError ? error.code : `untyped ${String(error)}`)

/** A socket that is called, what it said, and everything that it must not have done. */
export class Subject {
  readonly socket: RealtimeSocket
  readonly violations: string[] = []
  /** What was heard of the socket, in order. */
  readonly heard: string[] = []
  readonly config: ISessionConfig
  /** Kind of every sender name that was ever used: a line keeps its kind. */
  readonly kinds = new Map<string, string>()
  readonly senders = new Map<string, SenderTrack>()
  readonly receivers = new Map<string, ReceiverTrack>()
  /** Handles whose `stop` was called, perhaps before the call that made them has returned. */
  readonly stopped = new Set<unknown>()
  sender: SenderTrack | undefined
  receiver: ReceiverTrack | undefined
  offer: RTCSessionDescriptionInit | undefined
  /** What the last connect with `config` was given; `undefined` where the last one was with other arguments. */
  connecting: Promise<void> | undefined
  /** The channel was told to fail: a `send` may meet it. */
  broken = false
  /** A listener has called `connect`: whose attempt is under way is not known any more. */
  uncertain = false
  /** Every controller whose signal a connect was given, the current one last. */
  readonly aborts = [new AbortController()]
  readonly disposals: Promise<void>[] = []
  /** Calls of a listener, in which the socket is between two states. */
  #depth = 0
  #nested = 0
  readonly #pending = new Map<Promise<unknown>, string>()
  #last: State = State.Created
  #lastChannel: State = State.Created

  constructor(readonly world: SubjectWorld) {
    this.socket = world.socket()
    this.config = world.config({
      senders: [{ name: 'mic', kind: 'audio', stream: world.stream('audio') }],
      receivers: { video: 1 },
    })
    this.socket.on('peer_state', (state) => {
      if (!FOLLOWS[this.#last].includes(state)) this.violations.push(`peer_state ${state} after ${this.#last}`)
      this.#last = state
      this.heard.push(`peer_state ${state}`)
    })
    this.socket.on('dc_state', (state) => {
      if (state === this.#lastChannel || this.#lastChannel === State.Closed)
        this.violations.push(`dc_state ${state} after ${this.#lastChannel}`)
      this.#lastChannel = state
      this.heard.push(`dc_state ${state}`)
    })
    this.socket.on('warning', (error) => {
      if (!(error instanceof RealtimeError)) this.violations.push(`warning ${codeOf(error)}`)
      this.heard.push(`warning ${codeOf(error)}`)
    })
    this.socket.on('message', () => this.heard.push('message'))
    this.socket.on('drain', () => this.heard.push('drain'))
  }

  /** Makes a call, and holds its outcome against the contract. */
  call({ name, allowed, run }: Call): void {
    const where = `${name} in ${this.socket.peerState}`
    // Between two states, inside of a listener, either state's outcome is right; that it is typed counts still.
    let outcomes = this.inside ? undefined : allowed(this, this.socket.peerState)
    const nested = this.#nested
    let result: unknown
    try {
      result = run(this)
      // A listener has called something meanwhile: what holds now is not what held before.
      if (nested !== this.#nested) outcomes = undefined
    } catch (error) {
      if (nested !== this.#nested) outcomes = undefined
      return this.#check(where, outcomes, 'throws', codeOf(error))
    }
    if (!(result instanceof Promise)) return this.#check(where, outcomes, 'returns')
    this.#pending.set(result, where)
    result.then(
      () => this.#check(where, outcomes, 'resolves', '', result),
      (error: unknown) => this.#check(where, outcomes, 'rejects', codeOf(error), result),
    )
  }

  /** Inside of a listener: what is called takes effect after the step that the listener hears of. */
  get inside(): boolean {
    return this.#depth > 0
  }

  /** Runs something as a listener of the socket would. */
  nested(run: () => void): void {
    this.#depth += 1
    this.#nested += 1
    try {
      run()
    } finally {
      this.#depth -= 1
    }
  }

  /** What holds whenever nothing is under way. */
  rest(): void {
    const { socket } = this
    const { peerState, dcState } = socket
    if (!TOGETHER[peerState].includes(dcState)) this.violations.push(`dc_state ${dcState} while ${peerState}`)
    if (peerState !== this.#last) this.violations.push(`${peerState}, and ${this.#last} was the last that was told`)
    if (dcState !== this.#lastChannel) this.violations.push(`channel ${dcState}, told ${this.#lastChannel}`)
    const snapshot = socket.getSnapshot()
    if (snapshot !== socket.getSnapshot() || !Object.isFrozen(snapshot)) this.violations.push('a snapshot changed')
    if (snapshot.peerState !== peerState || snapshot.dcState !== dcState) this.violations.push('a snapshot is wrong')
    const closed = peerState === State.Closed
    if (closed !== (socket.reason !== undefined) || socket.reason === 'internal')
      this.violations.push(`reason ${socket.reason} in ${peerState}`)
    const live = closed ? [[], []] : [[...this.senders.keys()].sort(), [...this.receivers.keys()].sort()]
    const seen = [socket.senders.map(({ info }) => info.name).sort(), socket.receivers.map(({ uuid }) => uuid).sort()]
    if (JSON.stringify(live) !== JSON.stringify(seen))
      this.violations.push(`tracks ${JSON.stringify(seen)}, expected ${JSON.stringify(live)}`)
  }

  /** Ends it, and says what was wrong in all: `[]` where the contract was kept. */
  async end(): Promise<unknown[]> {
    this.rest()
    this.socket.close()
    this.rest()
    // What is still pending learns of it at once: no time may be needed.
    await this.world.turn()
    for (const where of this.#pending.values()) this.violations.push(`never settled: ${where}`)
    const left = await this.world.left()
    await Promise.all(this.disposals)
    for (const { signal } of this.aborts)
      if (getEventListeners(signal, 'abort').length > 0) this.violations.push('a listener was left on a signal')
    if (this.heard.at(-1) !== 'peer_state closed') this.violations.push(`last heard: ${this.heard.at(-1)}`)
    return [...this.violations, ...left]
  }

  #check(where: string, allowed: readonly string[] | undefined, how: string, code = '', promise?: Promise<unknown>) {
    if (promise) this.#pending.delete(promise)
    const outcome = `${how} ${code}`.trim()
    const typed = code !== 'internal' && !code.startsWith('untyped')
    const fits = (entry: string) => entry === outcome || (entry === 'settles' && /^(resolves|rejects )/.test(outcome))
    if (!typed || (allowed && !allowed.some(fits))) this.violations.push(`${where} ${outcome}, not ${allowed}`)
  }
}
