import { ChartPicture } from './chart-picture.js'
import { buttonOf, type Make } from './dom.js'
import { pictureOf } from './pictures.js'
import type { Step } from './step.js'
import { notYet, type Moment, type Standing } from './story.js'
import { toneOf } from './tone.js'

const FIRST = ['connection', 'negotiation', 'channel', 'session', 'page']
/** A state that lasts so long is gone to. */
const STAYS_MS = 100
const ZOOMS = [0.35, 0.5, 0.65, 0.8, 1, 1.25, 1.6]

/** What tells the most in a small place: the innermost state of each region, or the last two of the only one. */
const shortened = (state: string): string => {
  const regions = state.split('+').map((region) => region.split('.'))
  // A line may end behind a dot.
  return regions.map((region) => region.slice(regions.length > 1 ? -1 : -2).join('.\u200B')).join(' · ')
}

/** Farewells come last, as they come and go: no other tab may move for them. */
const rank = ({ chart, kind }: Standing): number =>
  FIRST.includes(chart) ? FIRST.indexOf(chart) : FIRST.length + (kind === 'farewell' ? 1 : 0)

/** Every chart with its state, as tabs; below them the picture of the one that is chosen. */
export class ChartsView {
  readonly element: HTMLElement
  readonly #list: HTMLElement
  readonly #stage: HTMLElement
  readonly #scale: HTMLElement
  readonly #tabs = new Map<string, HTMLButtonElement>()
  readonly #pictures = new Map<string, ChartPicture>()
  /** Edges taken since the last look, of the chart by its id. */
  readonly #fresh = new Map<string, string[]>()
  #chosen = 'connection'
  #zoom = 3
  #follow = true
  #coming: (() => void) | undefined
  #standing: Standing | undefined

  constructor(
    private readonly make: Make,
    private readonly later: (ms: number, call: () => void) => () => void,
  ) {
    this.#list = make('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Charts' })
    this.#list.addEventListener('keydown', (event) => this.#keyed(event))
    this.#stage = make('div', { class: 'stage', role: 'tabpanel', tabindex: 0, 'aria-label': 'Chart', id: 'stage' })
    this.#scale = make('output', { class: 'scale' }, '80 %')
    const follow = make('input', { type: 'checkbox', checked: true })
    follow.addEventListener('change', () => {
      this.#follow = follow.checked
      this.#reveal()
    })
    const tools = make(
      'div',
      { class: 'tools' },
      make('label', {}, follow, ' follow'),
      buttonOf(make, '−', { title: 'Smaller' }, () => this.#zoomTo(this.#zoom - 1)),
      this.#scale,
      buttonOf(make, '+', { title: 'Larger' }, () => this.#zoomTo(this.#zoom + 1)),
    )
    this.element = make(
      'section',
      { class: 'charts', 'aria-label': 'Charts' },
      make('header', {}, make('h2', {}, 'Charts'), tools),
      this.#list,
      this.#stage,
    )
  }

  /** The ids of the states that are lit in the picture of the chosen chart. */
  get lit(): readonly string[] {
    return this.#picture()?.lit ?? []
  }

  /** Chooses the chart that is shown; `change` is said, and whoever hears it shows it. */
  choose(chart: string): void {
    this.#chosen = chart
    this.element.dispatchEvent(new Event('change'))
  }

  /** An edge was taken; it flashes with the next look. */
  taken({ chart, edges }: Step): void {
    if (edges.length > 0 && chart === this.#chosen)
      this.#fresh.set(chart, [...(this.#fresh.get(chart) ?? []), ...edges])
  }

  /** Shows a moment; tabs are there for all charts of the latest one, so that they stay where they are. */
  show(moment: Moment, latest: Moment): void {
    const sorted = [...latest.values()]
      .map((standing) => moment.get(standing.chart) ?? notYet(standing))
      .filter(({ chart, kind, state, ended }) => {
        const isPast = kind === 'farewell' && (ended || state === '')
        return pictureOf(kind) && (!isPast || chart === this.#chosen)
      })
      .toSorted((a, b) => rank(a) - rank(b))
    const chosen = sorted.find(({ chart }) => chart === this.#chosen) ?? sorted[0]
    for (const [at, standing] of sorted.entries()) {
      const tab = this.#tab(standing, standing === chosen)
      if (this.#list.children[at] !== tab) this.#list.insertBefore(tab, this.#list.children[at] ?? null)
    }
    for (const [chart, tab] of this.#tabs)
      if (!sorted.some((standing) => standing.chart === chart)) {
        tab.remove()
        this.#tabs.delete(chart)
      }
    if (chosen) this.#draw(chosen)
  }

  #tab({ chart, label, state, ended }: Standing, selected: boolean): HTMLElement {
    const { make } = this
    let tab = this.#tabs.get(chart)
    if (!tab) {
      tab = make(
        'button',
        { type: 'button', role: 'tab', 'aria-controls': 'stage', 'data-chart': chart },
        make('span', { class: 'chart' }),
        make('span', { class: 'state' }),
      )
      tab.addEventListener('click', () => this.choose(chart))
      this.#tabs.set(chart, tab)
    }
    const [name, now] = tab.children as unknown as [HTMLElement, HTMLElement]
    if (name.textContent !== label) name.textContent = label
    const said = state || 'not there yet'
    if (now.title !== said) {
      now.textContent = shortened(said)
      now.title = said
    }
    tab.dataset.tone = ended || state === '' ? 'off' : toneOf(state)
    tab.setAttribute('aria-selected', String(selected))
    tab.tabIndex = selected ? 0 : -1
    return tab
  }

  #keyed(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const tabs = [...this.#list.children] as HTMLButtonElement[]
    const now = tabs.findIndex((tab) => tab.tabIndex === 0)
    const next = tabs[(now + step + tabs.length) % tabs.length]
    this.choose(next?.dataset.chart ?? this.#chosen)
    next?.focus()
  }

  #picture(): ChartPicture | undefined {
    return this.#standing && this.#pictures.get(this.#standing.kind)
  }

  #draw(standing: Standing): void {
    const moved = this.#standing?.state !== standing.state || this.#standing.chart !== standing.chart
    const known = this.#pictures.get(standing.kind)
    const picture = known ?? new ChartPicture(standing.kind, this.make)
    if (!known) this.#pictures.set(standing.kind, picture)
    this.#standing = standing
    if (picture.element.parentNode !== this.#stage) {
      this.#stage.replaceChildren(picture.element)
      this.#zoomTo(this.#zoom)
    }
    picture.show(standing, this.#fresh.get(standing.chart) ?? [])
    this.#fresh.clear()
    if (moved) this.#followSoon()
  }

  /** Goes where the chart went once it stays there: another part of the picture is dear to paint. */
  #followSoon(): void {
    this.#coming?.()
    this.#coming = this.later(STAYS_MS, () => this.#reveal())
  }

  #zoomTo(zoom: number): void {
    this.#zoom = Math.min(ZOOMS.length - 1, Math.max(0, zoom))
    const factor = ZOOMS[this.#zoom] ?? 1
    this.#scale.textContent = `${Math.round(factor * 100)} %`
    this.#picture()?.zoom(factor)
    this.#reveal()
  }

  /** Brings the innermost active state into the middle of the stage. */
  #reveal(): void {
    this.#coming?.()
    this.#coming = undefined
    const there = this.#follow ? this.#picture()?.innermost : undefined
    if (!there) return
    const factor = ZOOMS[this.#zoom] ?? 1
    this.#stage.scrollTo({
      left: (there.x + there.width / 2) * factor - this.#stage.clientWidth / 2,
      top: (there.y + there.height / 2) * factor - this.#stage.clientHeight / 2,
    })
  }

  /** Nothing is left to be done. */
  end(): void {
    this.#coming?.()
  }
}
