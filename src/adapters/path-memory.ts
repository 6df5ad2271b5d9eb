/** What is known of the way to the gateway: when it was heard, how far it is, whether it may have restarted. */
export class PathMemory {
  /** When anything came in last, in milliseconds of the clock. */
  heardAt = 0
  /** Milliseconds from the last ping that was answered in time to its answer. */
  roundTrip = 0
  /** When the first ping went out that has not been answered, nor any after it. */
  unansweredSince: number | undefined
  /** HTTP failed since then: the gateway may have restarted. */
  doubtful = false
  /** Gateways that failed in this recovery. */
  readonly failed = new Set<string>()

  constructor(private readonly now: () => number) {}

  heard(): void {
    this.heardAt = this.now()
    this.doubtful = false
  }

  asked(): void {
    this.unansweredSince ??= this.now()
  }

  answered(): void {
    this.heard()
    this.unansweredSince = undefined
  }

  /** Milliseconds for which pings went unanswered. */
  get deaf(): number {
    return this.now() - (this.unansweredSince ?? this.now())
  }

  /** Milliseconds since anything came in. */
  get silence(): number {
    return this.now() - this.heardAt
  }
}
