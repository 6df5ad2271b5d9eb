import {
  MediaGatewayConnector,
  RealtimeSocket,
  RPC,
  StreamKinds,
  type IMediaGatewayConnector,
} from '../../src/index.js'
import { describeEvents } from '../describe-events.js'
import type { Relay } from '../lab.js'
import { RawPeer } from '../raw-client.js'
import type { Json, Run, Target } from '../scenario.js'
import { picture, until, watch } from './engine-tools.js'

const SIZE = [160, 120] as const

interface PersonOptions {
  /** Whose camera is watched. */
  readonly watches?: string
  /** Everything between this person and the server comes by there. */
  readonly relay?: Relay
}

/** A socket of the engine in a scenario of recovery: it publishes a camera, asks the server, and notes what is heard. */
export class Person {
  readonly socket: RealtimeSocket
  /** Outward states, from `listens` on. */
  readonly states: string[] = []
  /** Names of the server's sessions, in the order in which they were made. */
  readonly connIds: string[] = []
  readonly #rpc: RPC
  readonly #asked: Promise<unknown>[] = []
  readonly #seen: ReturnType<typeof watch> | undefined
  /** When the connection chart went anywhere last. */
  #movedAt: number

  constructor(
    readonly target: Target,
    readonly run: Run,
    readonly peer: string,
    readonly options: PersonOptions = {},
  ) {
    const { lab, url } = target
    const socket = (this.socket = new RealtimeSocket(url, { environment: lab.environment }))
    run.defer(() => socket[Symbol.asyncDispose]())
    socket.createSenderTrack({ name: 'camera', kind: StreamKinds.VIDEO, stream: picture(target, run, ...SIZE) })
    if (options.watches !== undefined) {
      const view = socket.createReceiverTrack('view', StreamKinds.VIDEO)
      this.#seen = watch(target, run, view)
      view.attach({ peer: options.watches, stream: 'camera' })
    }
    this.#rpc = new RPC(socket, lab)
    this.#movedAt = lab.now()
    socket.on('transition', ({ chart }) => {
      if (chart === 'connection') this.#movedAt = lab.now()
    })
  }

  /** The connector of the library, whose answers lead to the relay, and which tells the server no way around it. */
  get #connector(): IMediaGatewayConnector {
    const { relay } = this.options
    const connector = new MediaGatewayConnector(undefined, { environment: this.target.lab.environment })
    const connect = connector.connect.bind(connector)
    connector.connect = async (...args) => {
      const answer = await connect(...args)
      this.connIds.push(answer.data.conn_id)
      const sdp = relay ? await relay.through(answer.data.sdp) : answer.data.sdp
      return { ...answer, data: { ...answer.data, sdp } }
    }
    if (relay) connector.iceCandidate = async () => {}
    return connector
  }

  async connects(): Promise<void> {
    const { target, run, peer } = this
    const token = () => target.token(run.room, peer)
    await this.socket.connect(this.#connector, { roomId: run.room, peerId: peer, token })
  }

  /** From now on what is heard is noted. */
  listens(): void {
    this.socket.on('peer_state', (state) => this.states.push(state))
  }

  /** Asks the server what it always refuses: to be answered is what counts. */
  ask(): void {
    const asked = this.#rpc.request('room.unsubscribe', { peer: 'nobody' }, { timeoutMs: 0 })
    this.#asked.push(asked.then((answer) => !answer.status && answer.error))
  }

  /**
   * What was heard since then. Whether a dead path was told before it was known that the session is gone depends on how
   * soon the server answers HTTP, and is no fact.
   */
  get heard(): string {
    return this.states.join(' ').replaceAll('disconnected reconnecting', 'reconnecting')
  }

  /** Sends what no server answers. */
  send(): void {
    this.socket.send(JSON.stringify({ type: 'note' }))
  }

  async answers(): Promise<readonly Json[]> {
    return (await Promise.all(this.#asked)) as Json[]
  }

  /** Whether three more pictures are decoded. */
  sees(ms?: number): Promise<boolean> {
    const before = this.#seen?.count ?? 0
    return until(this.target, () => (this.#seen?.count ?? 0) >= before + 3, ms)
  }

  /** Asks for the picture anew. */
  async looksAgain(): Promise<void> {
    const [view] = this.socket.receivers
    view?.detach()
    await until(this.target, () => view?.state.endsWith('detached') ?? false)
    view?.attach({ peer: this.options.watches ?? '', stream: 'camera' })
  }

  becomes(state: string, ms?: number): Promise<boolean> {
    return until(this.target, () => this.states.at(-1) === state, ms)
  }

  /** How long the connection chart has rested, in milliseconds. */
  get rested(): number {
    return this.target.lab.now() - this.#movedAt
  }

  /** Waits until it is known what became of each message. */
  async accounted(): Promise<Json> {
    const open = () => {
      const { waiting, sent, delivered, unconfirmed } = this.socket.messages
      return waiting + sent - delivered - unconfirmed
    }
    await until(this.target, () => open() === 0)
    const { waiting, delivered, unconfirmed, expired, refused } = this.socket.messages
    return { waiting, delivered, unconfirmed, expired, refused }
  }
}

/** Two who see each other, and one who only listens to the room. */
export interface Call {
  readonly alice: Person
  readonly bob: Person
  readonly relay: Relay
  /** What the room heard of alice since the beginning of the call. */
  heardOfAlice(): Json
}

let last: Promise<unknown> = Promise.resolve()

/** One after the other: a real server takes up to a second for each connect, and all scenarios begin at once. */
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const done = last.then(work)
  last = done.catch(() => {})
  return done
}

const begin = async (target: Target, run: Run): Promise<Call> => {
  const watcher = await RawPeer.join(target, run, { peer: 'watcher' })
  const relay = target.lab.relay(run)
  const alice = new Person(target, run, 'alice', { watches: 'bob', relay })
  const bob = new Person(target, run, 'bob', { watches: 'alice' })
  await Promise.all([alice.connects(), bob.connects()])
  if (!(await Promise.all([alice.sees(), bob.sees()])).every(Boolean)) throw new Error('they never saw each other')
  await until(target, () => watcher.saw('stream_added', 'camera') && watcher.saw('peer_updated', 'alice', 'Connected'))
  const before = watcher.events.length
  for (const person of [alice, bob]) person.listens()
  const hers = () => watcher.events.slice(before).filter(({ data }) => data.peer === 'alice')
  return { alice, bob, relay, heardOfAlice: () => describeEvents(hers()) }
}

/** A call that is under way. The faults of the path are meant for alice: she alone is behind the relay. */
export const inCall = (target: Target, run: Run): Promise<Call> => inTurn(() => begin(target, run))
