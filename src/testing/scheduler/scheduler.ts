import type { EnvironmentClock } from '../../interfaces/environment.js'
import { within } from '../checked.js'
import { drained } from './drained.js'
import { TaskQueue, type Task } from './task-queue.js'

/** Picks one of the tasks that are ready, each the first of its source: its index. */
export type Choose = (ready: readonly Task[]) => number

/** Options of a {@link Scheduler}. */
export interface SchedulerOptions {
  /** Default: in the order in which they became due. Tasks of one source always keep their order. */
  choose?: Choose
  /** Called after each step, when no promise is left that could go on. What it throws ends the run. */
  afterStep?: (task: Task) => void
}

/** The clock of whoever plans things in time; its timers have this source. */
export const clockOf = (timeline: Pick<Scheduler, 'now' | 'after' | 'cancel'>, source: string): EnvironmentClock => ({
  now: () => timeline.now,
  setTimeout: (callback, ms) => timeline.after(ms, source, callback),
  clearTimeout: (handle) => timeline.cancel(handle),
})

/** Steps without a moment passing before somebody is thought to go round for ever. */
const STANDSTILL = 100_000

const finite = (name: string, ms: unknown): number => within(name, ms, 0, Number.MAX_SAFE_INTEGER)

/** A waited-for promise did not settle. */
export class NeverSettles extends Error {
  override name = 'NeverSettles'
}

/**
 * Time, and everything that happens in it. Nothing happens unless a step picks it: timers, packets, events of a page,
 * queued tasks of a peer connection. Time jumps from deadline to deadline; a step is over when no promise is left that
 * could go on, so that the host's order of promises decides nothing.
 */
export class Scheduler {
  #now = 0
  /** Steps taken so far. */
  steps = 0
  /** See {@link SchedulerOptions.choose}. */
  choose: Choose | undefined
  readonly #queue = new TaskQueue()
  readonly #afterStep: ((task: Task) => void) | undefined
  #standing = 0
  #running = false

  constructor({ choose, afterStep }: SchedulerOptions = {}) {
    this.choose = choose
    this.#afterStep = afterStep
  }

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#now
  }

  /** The clock for `options.environment` of a socket. */
  readonly clock: EnvironmentClock = clockOf(this, 'engine')

  /** Runs something in so many milliseconds; returns a handle to cancel it with. */
  after(ms: number, source: string, run: () => void): Task {
    return this.#queue.add(this.#now + Math.max(0, Number.isFinite(ms) ? ms : 0), source, run)
  }

  /** Runs something as a task of its own, as soon as it is picked. */
  soon(source: string, run: () => void): Task {
    return this.#queue.add(this.#now, source, run)
  }

  cancel(handle: unknown): void {
    if (handle) (handle as Task).run = undefined
  }

  /** Says what else keeps a promise from settling: set by a world. */
  describe: () => string = () => ''

  #why(end: number): string {
    const why = this.waiting() > 0 ? `${Math.round(end)} ms were the bound` : 'nothing is left to do'
    return [why, this.describe()].filter(Boolean).join('; ')
  }

  /** How many tasks of a source wait (of all sources without one). */
  waiting(source?: string): number {
    return this.#queue.count(source)
  }

  /**
   * Takes one step, if there is one up to this time; says whether. Steps do not overlap: a second caller is an error.
   */
  async step(until = Number.POSITIVE_INFINITY): Promise<boolean> {
    await drained()
    return this.#step(until)
  }

  async #step(until: number): Promise<boolean> {
    if (this.#running) throw new Error('a step is under way: await one before the next, e.g. until(Promise.all([...]))')
    this.#running = true
    try {
      const task = this.#queue.take(this.#now, until, this.choose)
      if (!task) return false
      this.#standing = task.at > this.#now ? 0 : this.#standing + 1
      if (this.#standing > STANDSTILL) throw new Error(`${STANDSTILL} steps at ${this.#now} ms: somebody goes round`)
      this.#now = Math.max(this.#now, task.at)
      this.steps += 1
      const { run } = task
      task.run = undefined
      run?.()
      await drained()
      this.#afterStep?.(task)
      return true
    } finally {
      this.#running = false
    }
  }

  /** Lets this many milliseconds pass. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + finite('pass', ms)
    await drained()
    while (await this.#step(end));
    this.#now = Math.max(this.#now, end)
  }

  /**
   * Goes on until this promise settles, and returns or throws what it does. `NeverSettles` when nothing is left to do,
   * or so many milliseconds have passed (default ten minutes).
   */
  async until<T>(promise: PromiseLike<T>, most = 600_000): Promise<T> {
    const waited = { open: true }
    const over = () => void (waited.open = false)
    promise.then(over, over)
    const end = this.#now + within('most', most, 0)
    await drained()
    while (waited.open)
      if (!(await this.#step(end)))
        throw new NeverSettles(
          `still pending at ${this.#now} ms: ${this.#why(end)}. Does it wait for something outside the world?`,
        )
    return promise
  }

  /** Goes on until a condition holds; says whether it does. Looked at after each step. */
  async holds(condition: () => boolean, most = 600_000): Promise<boolean> {
    const end = this.#now + within('most', most, 0)
    await drained()
    while (!condition()) if (!(await this.#step(end))) return condition()
    return true
  }
}
