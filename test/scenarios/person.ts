import { RPC, StreamKinds, type IRealtimeSocketOptions, type RealtimeSocket } from '../../src/index.js'
import { holds } from '../support/stage.js'
import type { MediaStage } from './media-stage.js'

/** One person in a call: publishes a picture, watches one, asks the server, and keeps what is heard. */
export class Person {
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
    options: IRealtimeSocketOptions = {},
  ) {
    const socket = (this.socket = stage.socket(options, urls))
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
  async answers(): Promise<unknown[]> {
    const answered: unknown[] = []
    for (const [at, one] of this.#asked.entries()) void one.then((answer) => (answered[at] = answer))
    const all = () => Object.keys(answered).length === this.#asked.length
    await holds(
      all,
      () =>
        `${this.peer} is answered, heard ${this.heard}: ${JSON.stringify([answered, this.socket.messages, this.path])}`,
    )
    return answered
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
