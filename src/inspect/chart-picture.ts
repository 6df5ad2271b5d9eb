import { activeIn, pictureOf } from './pictures.js'
import type { Standing } from './story.js'
import { toneOf } from './tone.js'

const SVG = 'http://www.w3.org/2000/svg'
const FLASH_MS = 600

const numberOf = (element: Element, name: string): number => Number(element.getAttribute(name) ?? 0)

/** The picture of one chart: active states are lit, edges say how often they were taken, and flash. */
export class ChartPicture {
  readonly svg: SVGSVGElement
  readonly #states = new Map<string, Element>()
  readonly #edges = new Map<string, Element>()
  readonly #counts = new Map<string, Element>()
  #lit: readonly string[] = []
  #taken: readonly string[] = []
  #shown: ReadonlyMap<string, number> = new Map()

  constructor(
    readonly kind: string,
    owner: Document,
  ) {
    const holder = owner.createElement('template')
    holder.innerHTML = pictureOf(kind)?.svg ?? '<svg/>'
    this.svg = holder.content.querySelector('svg') as SVGSVGElement
    for (const state of this.svg.querySelectorAll('[data-state]'))
      this.#states.set(state.getAttribute('data-state') ?? '', state)
    for (const edge of this.svg.querySelectorAll('[data-edge]'))
      this.#edges.set(edge.getAttribute('data-edge') ?? '', edge)
  }

  /** The ids of the states that are lit. */
  get lit(): readonly string[] {
    return this.#lit
  }

  /** The innermost lit state: the one to be seen. */
  get innermost(): Element | undefined {
    return this.svg.querySelector('.leaf') ?? undefined
  }

  /** Shows how a chart stands; `fresh` are edges that were taken since the last time. */
  show({ kind, state, counts, last, ended }: Standing, fresh: readonly string[]): void {
    this.svg.classList.toggle('ended', ended)
    this.svg.dataset.tone = toneOf(state)
    const lit = activeIn(kind, state)
    if (lit.join() !== this.#lit.join()) this.#light(lit)
    if (counts !== this.#shown) this.#count(counts)
    this.#mark(last.edges)
    for (const edge of fresh) this.#flash(edge)
  }

  #light(lit: readonly string[]): void {
    for (const id of this.#lit) this.#states.get(id)?.classList.remove('lit', 'leaf')
    for (const id of lit) {
      const leaf = !lit.some((other) => other.startsWith(`${id}.`))
      this.#states.get(id)?.classList.add('lit', ...(leaf ? ['leaf'] : []))
    }
    this.#lit = lit
  }

  #count(counts: ReadonlyMap<string, number>): void {
    for (const [edge, badge] of this.#counts) if (!counts.has(edge)) badge.remove()
    for (const [edge, count] of counts) if (this.#shown.get(edge) !== count) this.#badge(edge, count)
    this.#shown = new Map(counts)
    for (const edge of this.#counts.keys()) if (!counts.has(edge)) this.#counts.delete(edge)
  }

  /** Behind the first line of the label, above all else: what is there already is short of room. */
  #badge(edge: string, count: number): void {
    const line = this.#edges.get(edge)?.querySelector('text')
    const last = line?.lastElementChild
    if (!line || !last) return
    const badge = this.#counts.get(edge) ?? this.svg.ownerDocument.createElementNS(SVG, 'text')
    if (!badge.isConnected) this.svg.append(badge)
    badge.setAttribute('class', 'count')
    badge.setAttribute('x', String(numberOf(last, 'x') + numberOf(last, 'textLength') + 4))
    badge.setAttribute('y', line.getAttribute('y') ?? '0')
    badge.textContent = `×${count}`
    this.#counts.set(edge, badge)
  }

  #mark(taken: readonly string[]): void {
    for (const edge of this.#taken) for (const part of this.#partsOf(edge)) part.classList.remove('taken')
    for (const edge of taken) for (const part of this.#partsOf(edge)) part.classList.add('taken')
    this.#taken = taken
  }

  #flash(edge: string): void {
    const still = this.svg.ownerDocument.defaultView?.matchMedia('(prefers-reduced-motion: reduce)').matches
    if (still) return
    for (const part of this.#partsOf(edge))
      // In steps: each of them draws a large picture anew, while a connect may be under way.
      part.animate?.([{ opacity: 0.2 }, { opacity: 1 }], { duration: FLASH_MS, easing: 'steps(2)' })
  }

  /** The label of an edge, and the arrow that it stands at. */
  #partsOf(edge: string): Element[] {
    const label = this.#edges.get(edge)
    const arrow = label?.closest('[data-labels]')?.getAttribute('data-labels')
    const way = arrow && this.svg.querySelector(`[data-arrow="${arrow.replaceAll('"', '\\"')}"]`)
    return [label, way || undefined].filter((part) => part !== undefined)
  }
}
