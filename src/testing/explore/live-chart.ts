import {
  createActor,
  fromCallback,
  fromPromise,
  setup,
  type AnyActorLogic,
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
} from 'xstate'
import type { Configuration, Stimulus, Subject } from './types.js'

/** A clock whose timers fire when they are told to, in any order: as in the exploration, no time passes. */
export class HandClock {
  readonly #pending = new Map<number, () => void>()
  #count = 0

  setTimeout(callback: () => void): number {
    this.#count += 1
    this.#pending.set(this.#count, callback)
    return this.#count
  }

  clearTimeout(timer: number): void {
    this.#pending.delete(timer)
  }

  get pending(): number {
    return this.#pending.size
  }

  /** Fires the timer that was started so many timers after the oldest one. */
  fire(position: number): void {
    const entry = [...this.#pending][position]
    if (!entry) return
    this.#pending.delete(entry[0])
    entry[1]()
  }
}

/** One run of a double in the walker's hand. */
interface Run {
  readonly id: string
  settle(outcome: NonNullable<Stimulus['outcome']>): void
  running: boolean
}

/** Lets every promise that is settled reach its chart. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve()
}

/** A chart as a live actor, alone below a parent that plays the session; its actors are doubles that do as they are told. */
export class LiveChart {
  readonly #clock = new HandClock()
  readonly #runs: Run[] = []
  readonly #parent: AnyActorRef
  readonly #chart: AnyActorRef
  #told: AnyEventObject[] = []
  #sent: { to: string; event: AnyEventObject }[] = []
  #emitted: AnyEventObject[] = []

  constructor({ environment }: Subject, machine: AnyStateMachine, input: object) {
    const actors = Object.fromEntries(
      Object.entries(environment.actors).map(([name, { role }]) => [name, this.#double(role)]),
    )
    const parent = setup({ actors: { chart: machine.provide({ actors }) as AnyActorLogic } }).createMachine({
      invoke: { src: 'chart', id: 'chart', input, onError: {} },
    })
    this.#parent = createActor(parent, {
      systemId: 'session',
      clock: this.#clock as never,
      inspect: (seen) => {
        if (seen.type !== '@xstate.event' || !seen.sourceRef || seen.event.type.startsWith('xstate.')) return
        if ((seen.sourceRef as AnyActorRef).id !== 'chart') return
        if (seen.actorRef === this.#parent) this.#told.push(seen.event)
        else this.#sent.push({ to: (seen.actorRef as AnyActorRef).id, event: seen.event })
      },
    })
    this.#chart = (this.#parent.getSnapshot() as { children: Record<string, AnyActorRef> }).children
      .chart as AnyActorRef
    this.#chart.on('*', (event) => this.#emitted.push(event))
    ;(this.#parent as ReturnType<typeof createActor>).start()
  }

  /** What the pure functions must agree with. */
  seen() {
    const { value, context, status } = this.#chart.getSnapshot() as AnyMachineSnapshot
    const [told, sent, emitted] = [this.#told, this.#sent, this.#emitted]
    this.#told = []
    this.#sent = []
    this.#emitted = []
    const running = this.#runs.flatMap(({ id, running }) => (running ? [id] : [])).sort()
    return { status, value, context: context as unknown, running, timers: this.#clock.pending, told, sent, emitted }
  }

  /** Lets the same happen as in a step of the pure functions from this configuration. */
  async happens({ event, ends, outcome, timer }: Stimulus, { actors, timers }: Configuration): Promise<void> {
    if (ends && outcome) {
      const position = actors.filter(({ id }) => id === ends.id).indexOf(ends)
      this.#runs.filter(({ id, running }) => running && id === ends.id)[position]?.settle(outcome)
    } else if (timer !== undefined) this.#clock.fire(timers.indexOf(timer))
    else this.#chart.send(event)
    await settled()
  }

  /** Settles one of the doubles that were stopped: nobody may hear of it. */
  async settlesLate(chance: number): Promise<void> {
    const stopped = this.#runs.filter(({ running }) => !running)
    stopped[Math.floor(chance * stopped.length)]?.settle(chance < 0.5 ? { output: undefined } : { error: 'late' })
    await settled()
  }

  stop(): void {
    ;(this.#parent as ReturnType<typeof createActor>).stop()
  }

  #double(role: 'task' | 'watch' | 'chart'): AnyActorLogic {
    const begin = (id: string): Run => {
      const run: Run = { id, settle: () => {}, running: true }
      this.#runs.push(run)
      return run
    }
    if (role === 'watch')
      return fromCallback(({ self }) => {
        const run = begin(self.id)
        return () => {
          run.running = false
        }
      }) as AnyActorLogic
    return fromPromise(
      ({ self, signal }) =>
        new Promise((resolve, reject) => {
          const run = begin(self.id)
          run.settle = (outcome) => {
            run.running = false
            if ('output' in outcome) resolve(outcome.output)
            else reject(outcome.error)
          }
          signal.addEventListener('abort', () => {
            run.running = false
          })
        }),
    ) as AnyActorLogic
  }
}
