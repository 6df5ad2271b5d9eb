import { inPhase, RealtimeError, type ErrorFacts, type Phase } from './errors.js'
import type { ISessionConfig } from './interfaces/config.js'
import type { IMediaGatewayConnector } from './interfaces/connector.js'

/** One call of `connect`: its promise, and how long it spent in each phase. */
export class ConnectAttempt {
  readonly promise: Promise<void>
  readonly #elapsed: Partial<Record<Phase, number>> = {}
  #phase: Phase = 'idle'
  #since: number
  #settle: ((error?: ErrorFacts) => void) | undefined

  constructor(
    readonly connector: IMediaGatewayConnector,
    readonly config: ISessionConfig,
    /** The generation before its own. */
    readonly after: number,
    private readonly now: () => number,
  ) {
    this.#since = now()
    this.promise = new Promise((resolve, reject) => {
      this.#settle = (error) => {
        this.#settle = undefined
        if (error) reject(new RealtimeError(error))
        else resolve()
      }
    })
    // Who does not wait for it learns of the failure by `peer_state`; an unhandled rejection would end a Node process.
    this.promise.catch(() => {})
  }

  /** Not settled yet. */
  get pending(): boolean {
    return this.#settle !== undefined
  }

  enter(phase: Phase): void {
    if (!this.#settle) return
    const now = this.now()
    if (this.#phase !== 'idle') this.#elapsed[this.#phase] = (this.#elapsed[this.#phase] ?? 0) + now - this.#since
    this.#phase = phase
    this.#since = now
  }

  succeed(): void {
    this.enter('connected')
    this.#settle?.()
  }

  fail(error: ErrorFacts): void {
    const phase = error.phase === 'idle' ? this.#phase : error.phase
    this.enter('idle')
    this.#settle?.(inPhase(error, phase, { ...this.#elapsed }))
  }
}
