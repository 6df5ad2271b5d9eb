import type { EnvironmentClock } from '../../interfaces/environment.js'
import { clockOf, type Scheduler } from './scheduler.js'
import type { Task } from './task-queue.js'

/** What plans things in time: the scheduler, or a lane of it. */
export type Timeline = Pick<Scheduler, 'now' | 'after' | 'soon' | 'cancel'>

/** Source of the timers that an engine sets. */
const TIMER = 'timer'

/**
 * One place where things run, such as the JavaScript of a page: while it is paused nothing of it runs, what becomes due
 * waits, and runs in its order once it goes on, however late.
 */
export class Lane implements Timeline {
  #paused = false
  #ended = false
  /** What became due meanwhile, in its order. */
  #waiting: [Task, () => void][] = []
  /** What has not run, by the handle that was given out: the task that it waits for now. */
  readonly #open = new Map<Task, Task>()
  readonly clock: EnvironmentClock = clockOf(this, TIMER)

  constructor(
    private readonly scheduler: Scheduler,
    private readonly name: string,
  ) {}

  get now(): number {
    return this.scheduler.now
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Timers of the engine that lives here and were neither run nor cleared. */
  get timers(): number {
    return [...this.#open.keys()].filter(({ source }) => source === this.#sourceOf(TIMER)).length
  }

  after(ms: number, source: string, run: () => void): Task {
    const task: Task = this.scheduler.after(ms, this.#sourceOf(source), () => this.#due(task, run))
    if (this.#ended) this.scheduler.cancel(task)
    else this.#open.set(task, task)
    return task
  }

  soon(source: string, run: () => void): Task {
    return this.after(0, source, run)
  }

  cancel(handle: unknown): void {
    this.scheduler.cancel(this.#open.get(handle as Task))
    this.#open.delete(handle as Task)
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    const waiting = this.#waiting
    this.#waiting = []
    for (const [task, run] of waiting)
      if (this.#open.has(task))
        this.#open.set(
          task,
          this.scheduler.soon(task.source, () => this.#due(task, run)),
        )
  }

  /** Nothing of it runs any more. */
  end(): void {
    this.#ended = true
    for (const task of this.#open.values()) this.scheduler.cancel(task)
    this.#open.clear()
  }

  #due(task: Task, run: () => void): void {
    if (this.#paused) this.#waiting.push([task, run])
    else {
      this.#open.delete(task)
      run()
    }
  }

  #sourceOf(source: string): string {
    return `${this.name} ${source}`
  }
}
