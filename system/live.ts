import {
  createActor,
  fromCallback,
  fromPromise,
  type AnyActorLogic,
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
} from 'xstate'
import { composed } from '../src/machines/composed.js'
import type { Ports } from '../src/machines/ports.js'
import type { Stimulus } from '../src/testing/explore/index.js'
import { HandClock } from '../src/testing/explore/live-chart.js'
import { SUBJECTS } from './subjects.js'

type Outcome = NonNullable<Stimulus['outcome']>
type Settle = (outcome: Outcome) => void

interface Scheduled {
  readonly target: AnyActorRef
  readonly event: AnyEventObject
}

/** What is known of one chart from outside: it must be the same, live and by the pure functions. */
export interface SeenChart {
  readonly value: unknown
  readonly context: unknown
  readonly status: string
  readonly running: readonly string[]
  readonly timers: readonly string[]
}

/** A whole session of live actors, on a clock and on ports that do as they are told. */
export class LiveSystem {
  readonly #clock = new HandClock()
  readonly #running = new Map<string, Settle>()
  readonly #session: AnyActorRef
  #emitted: AnyEventObject[] = []

  constructor(input: object, make = composed) {
    const roles = Object.values(SUBJECTS).flatMap(({ environment }) => Object.entries(environment.actors))
    const ports = roles.flatMap(([name, { role }]) => (role === 'chart' ? [] : [[name, this.#double(role)]]))
    const session = createActor(make(Object.fromEntries(ports) as Ports), {
      id: 'session',
      systemId: 'session',
      clock: this.#clock as never,
      input: input as never,
    })
    this.#session = session as AnyActorRef
    session.on('*', (event) => this.#emitted.push(event))
    session.start()
  }

  async happens(chart: string, { event, ends, outcome, timer }: Stimulus): Promise<void> {
    const [, actor] = this.#charts().find(([id]) => id === chart) ?? []
    if (ends && outcome) this.#running.get(`${chart}/${ends.id}`)?.(outcome)
    else if (timer === undefined) actor?.send(event)
    else this.#clock.fire(this.#scheduled().findIndex((one) => one.target === actor && one.event.type === timer))
    // A task that is settled reaches its chart some microtasks later.
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve()
  }

  /** Each chart that lives, and the session in any case. */
  seen(): Record<string, SeenChart> {
    const scheduled = this.#scheduled()
    return Object.fromEntries(
      this.#charts().map(([id, actor]) => {
        const { value, context, status } = actor.getSnapshot() as AnyMachineSnapshot
        const own = [...this.#running.keys()].filter((run) => run.startsWith(`${id}/`))
        const running = own.map((run) => run.slice(id.length + 1)).sort()
        const timers = scheduled.flatMap(({ target, event }) => (target === actor ? [event.type] : [])).sort()
        return [id, { value, context, status, running, timers }]
      }),
    )
  }

  /** What was said outward since it was asked last. */
  emitted(): AnyEventObject[] {
    return this.#emitted.splice(0)
  }

  stop(): void {
    ;(this.#session as ReturnType<typeof createActor>).stop()
  }

  #charts(): [string, AnyActorRef][] {
    const { children } = this.#session.getSnapshot() as { children: Record<string, AnyActorRef> }
    const alive = Object.entries(children).filter(([, child]) => {
      const { status, value } = child.getSnapshot() as Partial<AnyMachineSnapshot>
      return status === 'active' && value !== undefined
    })
    return [['session', this.#session], ...alive]
  }

  #scheduled(): Scheduled[] {
    const { system } = this.#session as unknown as {
      system: { getSnapshot(): { _scheduledEvents: Record<string, Scheduled> } }
    }
    return Object.values(system.getSnapshot()._scheduledEvents)
  }

  #double(role: 'task' | 'watch'): AnyActorLogic {
    const begin = (self: AnyActorRef, settle: Settle): (() => void) => {
      const run = `${(self._parent as AnyActorRef).id}/${self.id}`
      const once: Settle = (outcome) => {
        this.#running.delete(run)
        settle(outcome)
      }
      this.#running.set(run, once)
      // Another of the same name may run by now.
      return () => this.#running.get(run) === once && this.#running.delete(run)
    }
    if (role === 'watch') return fromCallback(({ self }) => begin(self, () => {})) as AnyActorLogic
    return fromPromise(({ self, signal }) => {
      const { promise, settle } = settled()
      signal.addEventListener('abort', begin(self, settle))
      return promise
    }) as AnyActorLogic
  }
}

/** A promise, and what settles it. */
const settled = (): { promise: Promise<unknown>; settle: Settle } => {
  let settle: Settle = () => {}
  const promise = new Promise((resolve, reject) => {
    settle = (outcome) => ('output' in outcome ? resolve(outcome.output) : reject(outcome.error))
  })
  return { promise, settle }
}
