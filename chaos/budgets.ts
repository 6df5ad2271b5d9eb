import type { AnyActorRef, AnyMachineSnapshot, InspectionEvent } from 'xstate'
import type { ConnectionContext } from '../src/machines/connection.setup.js'
import { dotted } from '../src/watch.js'
import type { Finding } from './live-charts.js'

/** Milliseconds in `connected.stable` without a break after which what was spent comes back. */
const STABLE = 10_000

/** Watches what a session has spent of its ladder: it comes back by stable time, and by a call of the application. */
export class Budgets {
  readonly findings: Finding[] = []
  #spent: readonly number[] = []
  #stableSince: number | undefined

  constructor(private readonly now: () => number) {}

  readonly inspect = (seen: InspectionEvent): void => {
    if (seen.type !== '@xstate.snapshot' || (seen.actorRef as AnyActorRef).id !== 'connection') return
    const { value, context } = seen.snapshot as AnyMachineSnapshot
    const { spent } = context as ConnectionContext
    const stable = this.#stableSince === undefined ? 0 : this.now() - this.#stableSince
    const more = this.#spent.some((tries, rung) => tries > (spent[rung] ?? 0))
    if (more && seen.event.type !== 'connect' && stable < STABLE)
      this.findings.push({
        invariant: 'budgets never grow without stable time',
        complaint: `${this.#spent.join()} became ${spent.join()} at "${seen.event.type}" after ${stable} ms`,
      })
    this.#spent = spent
    if (dotted(value) !== 'connected.stable') this.#stableSince = undefined
    else this.#stableSince ??= this.now()
  }
}
