import type { Peer } from '../adapters/peer.js'
import type { OfGeneration, PathReport } from '../machines/ports.js'
import type { SessionOutlook } from '../recovery/ladder.js'
import { candidatesAgain } from './candidates.js'
import { outlookOf, ping, trafficOf } from './path-signs.js'
import type { Work } from './work.js'

/** Between two looks at a path that is dead. */
const LOOK = 100
/** Between two questions to the gateway whether it still holds the session. */
const ASK_EVERY = 2_000
/** What a stack is given to send its first check after it was told a candidate again. */
const REVIVED_WITHIN = 1_500
/** A stack gives up checking after 15 s, and may not say so again. */
const GIVEN_UP = 16_000
/** How long an answering gateway of which it is not known whether it restarted is hoped for. */
const DOUBT = 3_000
/** How long a gateway that cannot be reached is waited for while there are others. */
const UNREACHABLE = 5_000
/** Something comes in, and yet no ping is answered: by then the session is of no use. */
const USELESS = 10_000

/** Gives the far side's candidates again, as new ones: then ICE checks again, also out of `failed`. */
const revive = async ({ pc }: Peer, time: number): Promise<void> => {
  for (const candidate of candidatesAgain(pc.remoteDescription?.sdp ?? '', `again${Math.floor(time)}`))
    await pc.addIceCandidate(candidate).catch(() => {})
}

/** `restarted`: ICE was restarted, and checks by itself until it fails. */
type Reviving = Work<OfGeneration & { silenceMs: number; restarted?: boolean }>

/** The work on a path that is dead: it is checked anew, listened to, and asked about, at the same time. */
class Revival {
  readonly #peer: Peer
  readonly #end = new AbortController()
  #answered = false
  /** When anything came in. */
  #heard: number | undefined
  /** When the gateway was asked about last with success, and first without knowing whether it restarted. */
  #reached: number
  #doubted: number | undefined

  constructor(private readonly work: Reviving) {
    this.#peer = work.world.peer(work.input.generation)
    this.#reached = this.#now
  }

  get #now(): number {
    return this.work.world.environment.clock.now()
  }

  async run(): Promise<PathReport> {
    const { signal } = this.work
    const stop = () => this.#end.abort()
    signal.addEventListener('abort', stop)
    try {
      return await Promise.race([this.#listens(), this.#asks()])
    } finally {
      stop()
    }
  }

  #pause(ms: number): Promise<number> {
    return this.work.pause(ms, this.#end.signal)
  }

  /** What the gateway says counts at once: that the session is gone needs no second look. */
  async #asks(): Promise<PathReport> {
    const { world, input } = this.work
    for (;;) {
      const next = this.#pause(ASK_EVERY)
      const session = await outlookOf(world, input.generation, this.#end.signal)
      if (session === 'gone' || session === 'broken') return { alive: false, session }
      if (session) this.#reached = this.#now
      if (session === 'doubtful') this.#doubted ??= this.#reached
      await next
    }
  }

  async #listens(): Promise<PathReport> {
    const { pc } = this.#peer
    let { inbound, checks } = await trafficOf(this.#peer)
    let revived: number | undefined
    let checksThen = 0
    const { restarted } = this.work.input
    // Out of `failed`, in which it may have been restarted.
    let began = false
    for (;;) {
      const now = this.#now
      const failed = pc.connectionState === 'failed'
      if (restarted && failed && began) return { alive: false }
      began ||= !failed
      if (!failed || restarted) revived = undefined
      else if (revived === undefined || now - revived > GIVEN_UP) {
        revived = now
        checksThen = checks
        await revive(this.#peer, now)
      } else if (now - revived > REVIVED_WITHIN && checks === checksThen) return { alive: false, revivable: false }
      await this.#pause(LOOK)
      const seen = await trafficOf(this.#peer)
      if (seen.inbound > inbound) await this.#tries()
      ;({ inbound, checks } = seen)
      const session = this.#answered ? undefined : this.#hopeless()
      if (this.#answered || session) return { alive: this.#answered, ...(session && { session }) }
    }
  }

  /** Something came in. Small messages release what SCTP holds back; two do not. */
  async #tries(): Promise<void> {
    this.#heard ??= this.#now
    this.work.world.path.heard()
    for (let count = 0; count < 3 && !this.#answered; count += 1) {
      ping(this.work.world, () => (this.#answered = true))
      await this.#pause(15)
    }
  }

  /** Why nothing can be hoped for any more. */
  #hopeless(): SessionOutlook | undefined {
    const { world, input } = this.work
    const { path, urls } = world
    const over = (since: number | undefined, ms: number) => since !== undefined && this.#now - since > ms
    if (over(this.#doubted, DOUBT)) return 'doubtful'
    if ([urls].flat().length > 1 && over(this.#reached, UNREACHABLE)) return 'doubtful'
    if (over(this.#heard, USELESS)) return 'broken'
    // What the server still holds it drops about now; to delete it might strike a stranger, where the gateway restarted
    // unnoticed.
    return path.silence <= input.silenceMs ? undefined : 'doubtful'
  }
}

/**
 * Makes ICE check again and again; resolves when the path lives, or when nothing can be hoped for any more: the gateway
 * has dropped the session, the stack does not check, nothing came in for too long.
 */
export const revivePath = (work: Reviving): Promise<PathReport> => new Revival(work).run()
