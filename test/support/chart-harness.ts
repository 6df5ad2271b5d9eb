import {
  createActor,
  fromCallback,
  fromPromise,
  setup,
  SimulatedClock,
  type AnyActorLogic,
  type AnyActorRef,
  type AnyEventObject,
  type AnyStateMachine,
  type StateValue,
} from 'xstate'
import { DEADLINES } from '../../src/machines/common.js'
import type { Ports } from '../../src/machines/ports.js'
import { dotted } from '../../src/watch.js'

export { DEADLINES }

/** One run of an actor behind a port, in the test's hand. */
interface Run {
  readonly name: string
  readonly input: unknown
  resolve(output?: unknown): void
  reject(error: unknown): void
  sendBack(event: AnyEventObject): void
  stopped: boolean
}

/** Every port: it does one thing, or watches until it is stopped. */
export const PORTS: Readonly<Record<keyof Ports, 'task' | 'watch'>> = {
  'back off': 'watch',
  'watch path': 'watch',
  'probe path': 'task',
  'revive path': 'task',
  'resume path': 'task',
  'count awake time': 'watch',
  'hold messages': 'watch',
  'watch media': 'watch',
  'select gateway': 'task',
  'peer connection': 'watch',
  'trickle candidates': 'watch',
  'create offer': 'task',
  'exchange offer': 'task',
  'apply answer': 'task',
  'roll back': 'task',
  'data channel': 'watch',
  'open gate': 'watch',
  'confirm messages': 'task',
  'server request': 'task',
  'send source': 'watch',
  'receive line': 'watch',
  'hold line': 'watch',
  'await server session': 'task',
  'delete server session': 'task',
  'page events': 'watch',
}

/**
 * A chart alone: below a parent that plays the session and writes down what it is told, its ports in the test's hand,
 * its time stepped. No promise but those of the ports.
 */
export class ChartHarness {
  readonly clock = new SimulatedClock()
  /** What the chart told the session, in order. */
  readonly told: AnyEventObject[] = []
  readonly runs: Run[] = []
  readonly #parent: AnyActorRef

  constructor(machine: AnyStateMachine, input: Record<string, unknown> = {}) {
    const actors = Object.fromEntries(Object.entries(PORTS).map(([name, role]) => [name, this.#double(name, role)]))
    const parent = setup({ actors: { chart: machine.provide({ actors }) as AnyActorLogic } }).createMachine({
      invoke: { src: 'chart', id: 'chart', input: { deadlines: DEADLINES, ...input } },
      on: {
        '*': {
          actions: ({ event }) => {
            this.told.push(event)
          },
        },
      },
    })
    this.#parent = createActor(parent, { systemId: 'session', clock: this.clock }).start()
  }

  get #chart(): AnyActorRef {
    return (this.#parent.getSnapshot() as { children: Record<string, AnyActorRef> }).children.chart as AnyActorRef
  }

  get state(): string {
    return dotted((this.#chart.getSnapshot() as { value: StateValue }).value)
  }

  get context(): Record<string, unknown> {
    return (this.#chart.getSnapshot() as { context: Record<string, unknown> }).context
  }

  send(...events: AnyEventObject[]): void {
    for (const event of events) this.#chart.send(event)
  }

  /** The last run of this port that was not stopped. */
  run(name: string): Run {
    const run = this.runs.findLast((one) => one.name === name && !one.stopped)
    if (!run) throw new Error(`"${name}" does not run; running: ${this.running.join(', ')}`)
    return run
  }

  get running(): string[] {
    return this.runs.filter(({ stopped }) => !stopped).map(({ name }) => name)
  }

  /** Settles a task, and lets its result arrive. */
  async done(name: string, output?: unknown): Promise<void> {
    this.run(name).resolve(output)
    await settled()
  }

  async failed(name: string, error: unknown): Promise<void> {
    this.run(name).reject(error)
    await settled()
  }

  /** Takes what was told since the last time. */
  heard(): AnyEventObject[] {
    return this.told.splice(0)
  }

  #double(name: string, role: 'task' | 'watch'): AnyActorLogic {
    const begin = (input: unknown): Run => {
      const run: Run = { name, input, resolve: () => {}, reject: () => {}, sendBack: () => {}, stopped: false }
      this.runs.push(run)
      return run
    }
    if (role === 'watch')
      return fromCallback(({ input, sendBack }) => {
        const run = begin(input)
        run.sendBack = sendBack
        return () => {
          run.stopped = true
        }
      }) as AnyActorLogic
    return fromPromise(
      ({ input, signal }) =>
        new Promise((resolve, reject) => {
          const run = begin(input)
          const end = () => {
            run.stopped = true
          }
          run.resolve = (output) => {
            end()
            resolve(output)
          }
          run.reject = (error) => {
            end()
            reject(error)
          }
          signal.addEventListener('abort', end)
        }),
    ) as AnyActorLogic
  }
}

/** Lets every promise that is settled reach its chart. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}
