import type { Make } from './dom.js'
import { activeIn, pictureOf } from './pictures.js'
import type { Step } from './step.js'
import type { Standing } from './story.js'
import { toneOf } from './tone.js'

const SVG = 'http://www.w3.org/2000/svg'
const FLASH_MS = 600

const numberOf = (element: Element | null | undefined, name: string): number => Number(element?.getAttribute(name) ?? 0)

/** In four characters: there is no room for more. */
const shortly = (count: number): string => (count < 1_000 ? `×${count}` : `×${Math.floor(count / 1_000)}k`)

/** A place in the picture, in its own units. */
export interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * The picture of one chart: active states are lit, edges say how often they were taken, and flash.
 *
 * The picture is large, and painted once. What changes is drawn on a sheet above it, which holds next to nothing: that a
 * connect runs through its states must not have the picture painted again with each of them.
 */
export class ChartPicture {
  readonly element: HTMLElement
  readonly #svg: SVGSVGElement
  readonly #sheet: SVGSVGElement
  readonly #states = new Map<string, Element>()
  readonly #edges = new Map<string, Element>()
  readonly #arrows = new Map<string, Element>()
  readonly #counts = new Map<string, Element>()
  /** Above all else on the sheet. */
  readonly #badges: SVGElement
  #lit: readonly string[] = []
  #lights: readonly Element[] = []
  #taken: readonly Element[] = []
  #last: Step | undefined
  #shown: ReadonlyMap<string, number> = new Map()

  constructor(
    readonly kind: string,
    make: Make,
  ) {
    this.element = make('div', { class: 'picture' })
    this.element.innerHTML = pictureOf(kind)?.svg ?? '<svg/>'
    this.#svg = this.element.querySelector('svg') as SVGSVGElement
    this.#sheet = this.#made('svg', { class: 'sheet', 'aria-hidden': 'true' }) as SVGSVGElement
    this.#sheet.setAttribute('viewBox', this.#svg.getAttribute('viewBox') ?? '')
    this.#badges = this.#made('g', {})
    this.#sheet.append(this.#badges)
    this.element.append(this.#sheet)
    const collect = (name: string, into: Map<string, Element>) => {
      for (const part of this.#svg.querySelectorAll(`[${name}]`)) into.set(part.getAttribute(name) ?? '', part)
    }
    collect('data-state', this.#states)
    collect('data-edge', this.#edges)
    collect('data-arrow', this.#arrows)
  }

  /** The ids of the states that are lit. */
  get lit(): readonly string[] {
    return this.#lit
  }

  /** Where the innermost lit state is: the one to be seen. */
  get innermost(): Place | undefined {
    const leaf = this.#sheet.querySelector('.leaf .box')
    return leaf ? placeOf(leaf) : undefined
  }

  /** Makes it so many times as large as it was drawn. */
  zoom(factor: number): void {
    const { width, height } = this.#svg.viewBox.baseVal
    Object.assign(this.element.style, { width: `${width * factor}px`, height: `${height * factor}px` })
  }

  /** Shows how a chart stands; `fresh` are edges that were taken since the last time. */
  show({ kind, state, counts, last, ended }: Standing, fresh: readonly string[]): void {
    this.element.classList.toggle('ended', ended)
    this.#sheet.dataset.tone = toneOf(state)
    const lit = activeIn(kind, state)
    if (lit.join() !== this.#lit.join()) this.#light(lit)
    if (counts !== this.#shown) this.#count(counts)
    if (last !== this.#last) this.#mark(last)
    const still = this.element.ownerDocument.defaultView?.matchMedia('(prefers-reduced-motion: reduce)').matches
    if (!still) for (const edge of fresh) this.#flash(edge)
  }

  #light(lit: readonly string[]): void {
    for (const light of this.#lights) light.remove()
    this.#lights = lit.flatMap((id) => {
      const box = this.#states.get(id)?.querySelector(':scope > .box')
      if (!box) return []
      const leaf = !lit.some((other) => other.startsWith(`${id}.`))
      const light = this.#made('g', { class: leaf ? 'lit leaf' : 'lit', 'data-state': id })
      light.append(box.cloneNode())
      return [light]
    })
    // Below the marks and the counts.
    this.#sheet.prepend(...this.#lights)
    this.#lit = lit
  }

  #count(counts: ReadonlyMap<string, number>): void {
    for (const [edge, badge] of this.#counts) if (!counts.has(edge)) badge.remove()
    for (const [edge, count] of counts) if (this.#shown.get(edge) !== count) this.#badge(edge, count)
    this.#shown = new Map(counts)
    for (const edge of this.#counts.keys()) if (!counts.has(edge)) this.#counts.delete(edge)
  }

  /** Before the first line of the label, where its own arrow is: the layout keeps no room behind it. */
  #badge(edge: string, count: number): void {
    const line = this.#edges.get(edge)?.querySelector('text')
    const first = line?.firstElementChild
    if (!line || !first) return
    const badge = this.#counts.get(edge) ?? this.#made('text', { class: 'count' })
    if (!badge.isConnected) this.#badges.append(badge)
    badge.setAttribute('x', String(numberOf(first, 'x') - 2))
    badge.setAttribute('y', String(numberOf(line, 'y') - 1))
    const text = shortly(count)
    badge.textContent = text
    badge.classList.toggle('long', text.length > 3)
    this.#counts.set(edge, badge)
  }

  /** Marks the edges of the last step. */
  #mark(last: Step): void {
    for (const part of this.#taken) part.remove()
    this.#taken = last.edges.flatMap((edge) => this.#copies(edge))
    for (const copy of this.#taken) copy.classList.add('taken')
    this.#badges.before(...this.#taken)
    this.#last = last
  }

  #flash(edge: string): void {
    for (const copy of this.#copies(edge)) {
      copy.classList.add('flash')
      this.#badges.before(copy)
      // In steps: each of them paints the sheet anew, while a connect may be under way.
      const flash = copy.animate?.([{ opacity: 1 }, { opacity: 0 }], { duration: FLASH_MS, easing: 'steps(2)' })
      if (flash) flash.onfinish = () => copy.remove()
      else copy.remove()
    }
  }

  /** The label of an edge and the arrow that it stands at, for the sheet. */
  #copies(edge: string): Element[] {
    const label = this.#edges.get(edge)
    const arrow = this.#arrows.get(label?.closest('[data-labels]')?.getAttribute('data-labels') ?? '')
    return [label, arrow].flatMap((part) => (part ? [part.cloneNode(true) as Element] : []))
  }

  #made(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
    const made = this.element.ownerDocument.createElementNS(SVG, name) as SVGElement
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    return made
  }
}

const placeOf = (box: Element): Place => ({
  x: numberOf(box, 'x'),
  y: numberOf(box, 'y'),
  width: numberOf(box, 'width'),
  height: numberOf(box, 'height'),
})
