/** What is known of the way to the gateway: when it was heard, how far it is, whether it may have restarted. */
export class PathMemory {
  /** When anything came in last, in milliseconds of the clock. */
  heardAt = 0
  /** Milliseconds from a ping to its answer, smoothed. */
  roundTrip = 0
  /** HTTP failed since then: the gateway may have restarted. */
  doubtful = false
  /** Gateways that failed in this recovery. */
  readonly failed = new Set<string>()

  constructor(private readonly now: () => number) {}

  heard(): void {
    this.heardAt = this.now()
    this.doubtful = false
  }

  answered(ms: number): void {
    this.heard()
    this.roundTrip += (ms - this.roundTrip) / (this.roundTrip === 0 ? 1 : 4)
  }

  /** Milliseconds since anything came in. */
  get silence(): number {
    return this.now() - this.heardAt
  }
}
