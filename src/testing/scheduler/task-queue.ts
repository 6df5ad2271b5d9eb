/** Something that happens at a time. */
export interface Task {
  /** Milliseconds since the beginning. */
  readonly at: number
  /** Who brings it about; tasks of one source keep their order. */
  readonly source: string
  /** Counts tasks in the order in which they were planned. */
  readonly order: number
  /** `undefined` once it ran or was cancelled. */
  run: (() => void) | undefined
}

const before = (one: Task, other: Task): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order)

/** Tasks in the order of their time: a binary heap, and those that are due. */
export class TaskQueue {
  readonly #heap: Task[] = []
  #ready: Task[] = []
  #order = 0

  add(at: number, source: string, run: () => void): Task {
    const task: Task = { at, source, order: (this.#order += 1), run }
    const heap = this.#heap
    let place = heap.push(task) - 1
    for (let above = (place - 1) >> 1; place > 0 && before(task, heap[above]!); above = (place - 1) >> 1) {
      heap[place] = heap[above]!
      heap[(place = above)] = task
    }
    return task
  }

  count(source?: string): number {
    const open = ({ run, source: its }: Task) => run !== undefined && (source === undefined || its === source)
    return this.#heap.filter(open).length + this.#ready.filter(open).length
  }

  /** Takes the next task up to this time: of those that are due at the same time the one that is chosen. */
  take(now: number, until: number, choose?: (ready: readonly Task[]) => number): Task | undefined {
    this.#ready = this.#ready.filter(({ run }) => run)
    if (!choose && this.#ready.length === 0) return this.#first(until)
    const time = this.#ready.length > 0 ? now : Math.max(now, this.#peek(until)?.at ?? now)
    for (let next = this.#peek(time); next; next = this.#peek(time)) {
      this.#pop()
      this.#ready.push(next)
    }
    const heads = this.#ready.filter((task, at) => this.#ready.findIndex(({ source }) => source === task.source) === at)
    const index = choose && heads.length > 1 ? choose(heads) : 0
    const chosen = heads[index]
    if (!chosen && heads.length > 0) throw new RangeError(`choose returned ${String(index)} of ${heads.length} tasks`)
    if (chosen) this.#ready.splice(this.#ready.indexOf(chosen), 1)
    return chosen
  }

  #first(until: number): Task | undefined {
    const next = this.#peek(until)
    if (next) this.#pop()
    return next
  }

  /** The first task that was not cancelled, if it is due by then. */
  #peek(until: number): Task | undefined {
    while (this.#heap[0] && !this.#heap[0].run) this.#pop()
    const next = this.#heap[0]
    return next && next.at <= until ? next : undefined
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let place = 0
    for (;;) {
      let below = 2 * place + 1
      if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!)) below += 1
      if (below >= heap.length || !before(heap[below]!, last)) break
      heap[place] = heap[below]!
      place = below
    }
    heap[place] = last
  }
}
