import type { Make } from './dom.js'
import { saidOf, type Step } from './step.js'
import type { Story } from './story.js'

/** Rows that are drawn; all others are found by the filter. */
const ROWS = 200

const fits = (words: readonly string[], { label, chart, from, to, event }: Step): boolean => {
  const text = `${label} ${chart} ${from} ${to} ${event}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

/** The context of a chart as a reader wants it; what is no plain data is named only. */
const contextText = (context: object | undefined): string =>
  context === undefined ? 'not recorded' : JSON.stringify(context, null, 1).replaceAll(/^\{\n|\n\}$/g, '')

/** Every step, the newest first, with a filter; each opens to what the chart remembers. */
export class Log {
  readonly element: HTMLElement
  readonly #filter: HTMLInputElement
  readonly #body: HTMLElement
  readonly #count: HTMLElement
  #drawn: unknown[] = []
  readonly #rows = new WeakMap<Step, HTMLElement>()

  constructor(
    private readonly make: Make,
    private readonly story: Story,
    private readonly onChange: () => void,
  ) {
    this.#filter = make('input', {
      type: 'search',
      placeholder: 'Filter, e.g. connection peer.state',
      'aria-label': 'Filter transitions',
    })
    this.#filter.addEventListener('input', () => this.onChange())
    this.#count = make('output', { class: 'scale' })
    this.#body = make('div', {
      class: 'rows',
      tabindex: 0,
      role: 'region',
      'aria-label': 'Transitions, newest first: arrow keys walk',
    })
    this.#body.addEventListener('keydown', (event) => this.#keyed(event))
    this.element = make(
      'section',
      { class: 'log', 'aria-label': 'Transition log' },
      make('header', {}, make('h2', {}, 'Transitions'), make('div', { class: 'tools' }, this.#filter, this.#count)),
      this.#body,
    )
  }

  show(): void {
    const { steps, shown, dropped } = this.story
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean)
    const drawn = [steps.length + dropped, shown, words.join(' ')]
    if (drawn.every((part, at) => part === this.#drawn[at])) return
    this.#drawn = drawn
    const chosen: Step[] = []
    let found = 0
    for (let at = shown - 1; at >= 0; at -= 1) {
      const step = steps[at]
      if (!step || !fits(words, step)) continue
      found += 1
      if (chosen.length < ROWS) chosen.push(step)
    }
    this.#count.textContent = `${found}`
    this.#fill(chosen.map((step) => this.#row(step)))
  }

  /** Rows that are there stay where they are: one that is read must not close. */
  #fill(rows: readonly HTMLElement[]): void {
    const wanted = new Set<Element>(rows)
    for (const row of [...this.#body.children]) if (!wanted.has(row)) row.remove()
    for (const [at, row] of rows.entries())
      if (this.#body.children[at] !== row) this.#body.insertBefore(row, this.#body.children[at] ?? null)
  }

  #row(step: Step): HTMLElement {
    const known = this.#rows.get(step)
    if (known) return known
    const { make } = this
    const at = step.at - (this.story.steps[0]?.at ?? 0)
    const way = step.from === step.to ? step.to : `${step.from || '(start)'} → ${step.to}`
    const row = make(
      'details',
      {},
      make(
        'summary',
        // All rows are one stop: that of the list around them.
        { tabindex: -1 },
        make('span', { class: 'at' }, `${at.toFixed(1)}`),
        make('span', { class: 'who' }, step.label),
        make('span', { class: 'way' }, way),
        make('span', { class: 'cause' }, saidOf(step.event)),
        make('span', { class: 'generation' }, `g${step.generation}`),
      ),
    )
    row.addEventListener('toggle', () => row.querySelector('pre') ?? row.append(this.#details(step)))
    this.#rows.set(step, row)
    return row
  }

  #keyed(event: KeyboardEvent): void {
    const rows = [...this.#body.children]
    const now = rows.findIndex((row) => row.contains(event.target as Node))
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: rows.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    if (to < 0) this.#body.focus()
    else rows[to]?.querySelector('summary')?.focus()
  }

  #details({ edges, context, event }: Step): HTMLElement {
    const parts = [`event   ${event}`, ...edges.map((edge) => `edge    ${edge}`), `context`, contextText(context)]
    return this.make('pre', {}, parts.join('\n'))
  }
}
