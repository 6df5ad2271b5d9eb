import type { WebSocket } from 'ws'
import { environmentWith } from '../../adapters/environment.js'
import type { EnvironmentClock } from '../../interfaces/environment.js'
import { plain } from '../../recording/tape.js'
import type { Step } from '../step.js'
import { Story } from '../story.js'
import { stepsOf } from '../tap.js'
import { ASKED, type Told } from '../wire.js'
import type { ServedSocket } from './served.js'

/** A page that reads this much less than it is told is given up: it would be kept in the memory of the session. */
const MOST_WAITING = 64 * 1024 * 1024

/** Milliseconds after which a session that was closed is over at the latest: a farewell takes five seconds. */
const LATEST_MS = 6_000

/** Tells the steps of one session to any number of pages, each of them from the first that is kept. */
export class Broadcast {
  readonly #story = new Story()
  readonly #pages = new Set<WebSocket>()
  readonly #clock: EnvironmentClock
  readonly #ends: (() => void)[]
  #over = false

  constructor(private readonly socket: ServedSocket) {
    this.#clock = environmentWith(socket.environment).clock
    this.#ends = [
      stepsOf(socket, (step) => this.#step(step)),
      socket.on('peer_state', (state) => void (state === 'closed' && this.#closed())),
    ]
    if (socket.peerState === 'closed') this.#closed()
  }

  /** A page has come. */
  welcome(page: WebSocket): void {
    // What ends badly is closed by then.
    page.on('error', () => {})
    page.on('close', () => this.#pages.delete(page))
    page.on('message', (data: Buffer) => {
      if (data.toString() === ASKED) this.#send(page, this.#line({ messages: this.socket.messages }))
    })
    const { told: past, dropped } = this.#story
    this.#send(page, this.#line({ past, dropped, messages: this.socket.messages }))
    if (this.#over) return this.#bid(page)
    this.#pages.add(page)
  }

  /** Looks no more. */
  end(): void {
    this.#over = true
    for (const end of this.#ends.splice(0)) end()
  }

  #step(step: Step): void {
    this.#story.add(step)
    if (this.#pages.size > 0) {
      const line = this.#line({ step })
      for (const page of this.#pages) this.#send(page, line)
    }
    // With it the last farewell ends too, which is seen behind it.
    if (step.chart === 'session' && step.ended) queueMicrotask(() => this.#finish())
  }

  /** Farewells are still to come; a session whose own chart broke has no last step. */
  #closed(): void {
    const timer = this.#clock.setTimeout(() => this.#finish(), LATEST_MS)
    this.#ends.push(() => this.#clock.clearTimeout(timer))
  }

  /** The session has ended; who comes later is told what there was. */
  #finish(): void {
    this.end()
    for (const page of this.#pages) this.#bid(page)
  }

  #bid(page: WebSocket): void {
    this.#send(page, this.#line({ over: true, messages: this.socket.messages }))
    page.close(1000)
  }

  #line(told: Omit<Told, 'now'>): string {
    // Charts hold no secrets; what an application has put among their words, and is no plain data, stays here.
    return JSON.stringify({ now: this.#clock.now(), ...told }, plain)
  }

  #send(page: WebSocket, line: string): void {
    if (page.bufferedAmount > MOST_WAITING) return page.terminate()
    page.send(line)
  }
}
