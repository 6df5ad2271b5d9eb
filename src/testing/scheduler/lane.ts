import type { EnvironmentClock } from '../../interfaces/environment.js'
import type { Scheduler } from './scheduler.js'
import type { Task } from './task-queue.js'

/** What plans things in time: the scheduler, or a lane of it. */
export type Timeline = Pick<Scheduler, 'now' | 'after' | 'soon' | 'cancel'>

/**
 * One place where things run, such as the JavaScript of a page: while it is paused nothing of it runs, what becomes due
 * waits, and runs in its order once it goes on, however late.
 */
export class Lane implements Timeline {
  #paused = false
  #ended = false
  #waiting: Task[] = []
  readonly #open = new Set<Task>()

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
    return [...this.#open].filter(({ source, run }) => source === this.#timerSource && run).length
  }

  readonly clock: EnvironmentClock = {
    now: () => this.scheduler.now,
    setTimeout: (callback, ms) => this.after(ms, 'timer', callback),
    clearTimeout: (handle) => this.cancel(handle),
  }

  after(ms: number, source: string, run: () => void): Task {
    const task: Task = this.scheduler.after(ms, `${this.name} ${source}`, () => {
      if (this.#paused) {
        task.run = run
        this.#waiting.push(task)
        return
      }
      this.#open.delete(task)
      run()
    })
    if (this.#ended) task.run = undefined
    else this.#open.add(task)
    return task
  }

  soon(source: string, run: () => void): Task {
    return this.after(0, source, run)
  }

  cancel(handle: unknown): void {
    this.#open.delete(handle as Task)
    this.scheduler.cancel(handle)
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    const waiting = this.#waiting
    this.#waiting = []
    for (const task of waiting) {
      const { run } = task
      if (!run) continue
      const again = this.scheduler.soon(task.source, () => {
        this.#open.delete(task)
        task.run?.()
      })
      // Whoever holds the handle of the first can still cancel it.
      task.run = () => {
        task.run = undefined
        again.run = undefined
        run()
      }
    }
  }

  /** Nothing of it runs any more. */
  end(): void {
    this.#ended = true
    for (const task of this.#open) this.scheduler.cancel(task)
    this.#open.clear()
    this.#waiting = []
  }

  get #timerSource(): string {
    return `${this.name} timer`
  }
}
