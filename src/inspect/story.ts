import { kindOf, type Step } from './step.js'

/** How a chart stands at some moment. */
export interface Standing {
  readonly chart: string
  readonly label: string
  readonly kind: string
  readonly state: string
  readonly ended: boolean
  readonly last: Step
  /** How often each edge was taken. */
  readonly counts: ReadonlyMap<string, number>
}

/** The same chart before its first step: in no state yet. */
export const notYet = (standing: Standing): Standing => ({
  ...standing,
  state: '',
  ended: false,
  last: { ...standing.last, edges: [] },
  counts: new Map(),
})

/** All charts at one moment. */
export type Moment = ReadonlyMap<string, Standing>

/** How many steps are kept; older ones count on, and cannot be gone back to. */
const KEPT = 5_000

const after = (charts: Map<string, Standing>, step: Step): void => {
  const before = charts.get(step.chart)
  const counts = step.edges.length > 0 || !before ? new Map(before?.counts) : before.counts
  for (const edge of step.edges) (counts as Map<string, number>).set(edge, (counts.get(edge) ?? 0) + 1)
  charts.set(step.chart, {
    chart: step.chart,
    label: step.label,
    kind: kindOf(step.chart),
    state: step.to,
    ended: step.ended ?? false,
    last: step,
    counts,
  })
}

/** Steps in order, and how the charts stood after each of them. */
export class Story {
  readonly #steps: Step[] = []
  /** The charts after all that is no longer kept, and after all there is. */
  readonly #before = new Map<string, Standing>()
  readonly #now = new Map<string, Standing>()
  /** Steps that are no longer kept. */
  dropped = 0
  /** Where somebody looks: a number of steps; `undefined` at the end, with what comes. */
  at: number | undefined

  get steps(): readonly Step[] {
    return this.#steps
  }

  /** What somebody has to be told who was not there: where each chart stood before the steps that are kept, and these. */
  get told(): readonly Step[] {
    return [...[...this.#before.values()].map(({ last }) => last), ...this.#steps]
  }

  /** How many steps are shown. */
  get shown(): number {
    return this.at ?? this.#steps.length
  }

  add(step: Step): void {
    this.#steps.push(step)
    after(this.#now, step)
    // In batches: moving all of them for each new one would be seen.
    if (this.#steps.length <= KEPT * 1.2) return
    for (const old of this.#steps.splice(0, this.#steps.length - KEPT)) {
      after(this.#before, old)
      if (old.ended) this.#forget(old)
      this.dropped += 1
      if (this.at !== undefined) this.at = Math.max(0, this.at - 1)
    }
  }

  /** A chart that ended before all that is kept: a session that lasts has any number of them. */
  #forget(last: Step): void {
    this.#before.delete(last.chart)
    if (this.#now.get(last.chart)?.last === last) this.#now.delete(last.chart)
  }

  /** Goes to a number of steps; to the end and with what comes where it is `undefined`. */
  go(to: number | undefined): void {
    this.at = to === undefined ? undefined : Math.min(this.#steps.length, Math.max(0, to))
  }

  /** The charts where somebody looks. */
  get moment(): Moment {
    if (this.at === undefined) return this.#now
    const charts = new Map(this.#before)
    for (const step of this.#steps.slice(0, this.at)) after(charts, step)
    return charts
  }

  /** The charts at the end, in the order in which they began: all that there are at any moment. */
  get latest(): Moment {
    return this.#now
  }

  /** The last step that is shown. */
  get last(): Step | undefined {
    return this.#steps[this.shown - 1]
  }
}
