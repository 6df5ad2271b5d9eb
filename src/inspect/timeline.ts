import { buttonOf, type Make } from './dom.js'
import { lanesOf, type Lane, type Span } from './lanes.js'
import { saidOf } from './step.js'
import type { Story } from './story.js'
import { toneOf } from './tone.js'

const ROW = 26
const LEFT = 128
const AXIS = 22
const LEAST_MS = 50
/** Distances of the marks on the axis. */
const MARKS = [10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 6e4, 12e4, 3e5, 6e5]

/** Milliseconds as a reader wants them. */
export const timeOf = (ms: number): string =>
  Math.abs(ms) < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1e3).toFixed(1)} s`

/** The session as swim lanes over time. */
export class Timeline {
  readonly element: HTMLElement
  readonly #canvas: HTMLCanvasElement
  readonly #said: HTMLElement
  /** Milliseconds that are seen; all of it where it is `undefined`. */
  #width: number | undefined
  /** Where the right edge is; with what comes where it is `undefined`. */
  #end: number | undefined
  #lanes: Lane[] = []
  #drawn = -1
  #cursor: Span | undefined
  #scale = { from: 0, to: 1, x: (ms: number) => ms }

  constructor(
    make: Make,
    private readonly story: Story,
    private readonly now: () => number,
    private readonly onGo: (to: number) => void,
    private readonly onChange: () => void,
  ) {
    this.#canvas = make('canvas', { 'aria-hidden': true })
    this.#said = make('p', { class: 'said', 'aria-live': 'polite' }, 'Point at a span, or walk with the arrow keys.')
    const tools = make(
      'div',
      { class: 'tools' },
      buttonOf(make, '−', { title: 'Zoom out' }, () => this.#zoom(2)),
      buttonOf(make, '+', { title: 'Zoom in' }, () => this.#zoom(0.5)),
      buttonOf(make, 'All', { title: 'Show all of it' }, () => this.#see(undefined, undefined)),
      buttonOf(make, 'Last 10 s', {}, () => this.#see(10_000, undefined)),
    )
    const box = make(
      'div',
      {
        class: 'lanes',
        tabindex: 0,
        role: 'group',
        'aria-label': 'Lanes: arrow keys walk, Enter goes there, plus and minus zoom',
      },
      this.#canvas,
    )
    box.addEventListener('pointermove', (event) => this.#point(event))
    box.addEventListener('click', (event) => this.#press(event))
    box.addEventListener('keydown', (event) => this.#keyed(event))
    box.addEventListener('wheel', (event) => this.#wheel(event), { passive: false })
    this.element = make(
      'section',
      { class: 'timeline', 'aria-label': 'Timeline' },
      make('header', {}, make('h2', {}, 'Timeline'), tools),
      box,
      this.#said,
    )
  }

  /** Draws it anew. */
  show(): void {
    const { steps, dropped, at } = this.story
    const seen = steps.length + dropped
    if (seen !== this.#drawn) this.#arrange(lanesOf(steps))
    this.#drawn = seen
    const first = steps[0]?.at ?? 0
    const end = this.#end ?? Math.max(this.now(), first + LEAST_MS)
    const from = this.#width === undefined ? first : end - this.#width
    const width = this.element.clientWidth
    this.#scale = { from, to: end, x: (ms) => LEFT + ((ms - from) / (end - from)) * (width - LEFT) }
    const context = this.#sized(width, this.#lanes.length * ROW + AXIS)
    if (!context) return
    const style = this.element.ownerDocument.defaultView?.getComputedStyle(this.element)
    const color = (name: string) => style?.getPropertyValue(`--${name}`) ?? ''
    this.#axis(context, color, first)
    for (const [row, lane] of this.#lanes.entries()) this.#lane(context, color, lane, row * ROW)
    const here = at === undefined ? undefined : steps[at - 1]
    if (here) {
      context.fillStyle = color('accent')
      context.fillRect(this.#scale.x(here.at) - 1, 0, 2, this.#lanes.length * ROW + 6)
    }
  }

  /** The cursor stays at its step. */
  #arrange(lanes: Lane[]): void {
    this.#lanes = lanes
    const step = this.#cursor?.step
    this.#cursor = step && lanes.flatMap(({ spans }) => spans).find((span) => span.step === step)
  }

  #sized(width: number, height: number): CanvasRenderingContext2D | null {
    const ratio = this.element.ownerDocument.defaultView?.devicePixelRatio ?? 1
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      Object.assign(this.#canvas, { width: wide, height: high })
      Object.assign(this.#canvas.style, { width: `${width}px`, height: `${height}px` })
    }
    const context = this.#canvas.getContext('2d')
    context?.setTransform(ratio, 0, 0, ratio, 0, 0)
    context?.clearRect(0, 0, width, height)
    return context
  }

  #axis(context: CanvasRenderingContext2D, color: (name: string) => string, zero: number): void {
    const { from, to, x } = this.#scale
    const every = MARKS.find((mark) => x(from + mark) - x(from) >= 70) ?? 12e5
    const bottom = this.#lanes.length * ROW
    context.font = '11px system-ui, sans-serif'
    for (let mark = Math.ceil((from - zero) / every) * every; mark <= to - zero; mark += every) {
      const at = x(zero + mark)
      context.fillStyle = color('rule')
      context.fillRect(at, 0, 1, bottom + 4)
      context.fillStyle = color('faint')
      const text = every < 1e3 ? `${mark} ms` : `${mark / 1e3} s`
      if (at < context.canvas.clientWidth - 30) context.fillText(text, at + 3, bottom + 15)
    }
  }

  #lane(context: CanvasRenderingContext2D, color: (name: string) => string, { label, spans }: Lane, top: number): void {
    const right = context.canvas.clientWidth
    const { x } = this.#scale
    for (const span of spans) {
      const [from, to] = [Math.max(LEFT, x(span.from)), Math.min(right, x(Math.min(span.to, this.now())))]
      if (to < LEFT || from > right) continue
      const tone = toneOf(span.step.to)
      const width = Math.max(2, to - from - 1)
      context.fillStyle = color(`${tone}-soft`)
      context.fillRect(from, top + 4, width, ROW - 8)
      context.fillStyle = color(tone)
      context.fillRect(from, top + 4, Math.min(3, width), ROW - 8)
      if (span === this.#cursor) {
        context.strokeStyle = color('accent')
        context.lineWidth = 2
        context.strokeRect(from, top + 4, width, ROW - 8)
      }
      const text = span.step.to
      if (width < 30) continue
      context.save()
      context.beginPath()
      context.rect(from, top, width - 4, ROW)
      context.clip()
      context.fillStyle = color('text')
      context.fillText(text, from + 8, top + ROW / 2 + 4)
      context.restore()
    }
    context.fillStyle = color('text')
    context.fillText(label, 0, top + ROW / 2 + 4, LEFT - 10)
  }

  #see(width: number | undefined, end: number | undefined): void {
    this.#width = width === undefined ? undefined : Math.max(LEAST_MS, width)
    this.#end = end
    this.onChange()
  }

  /** Keeps a moment where it is, the right edge by default. */
  #zoom(factor: number, about = this.#scale.to): void {
    const { from, to } = this.#scale
    const width = (to - from) * factor
    const end = about + (to - about) * factor
    this.#see(width, this.#end === undefined && end >= to - 1 ? undefined : end)
  }

  #wheel(event: WheelEvent): void {
    const { from, to } = this.#scale
    const share = (event.offsetX - LEFT) / (this.#canvas.clientWidth - LEFT)
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
    // Without a key the page scrolls on.
    if (!event.ctrlKey && !event.shiftKey && !sideways) return
    event.preventDefault()
    if (event.ctrlKey) this.#zoom(event.deltaY > 0 ? 1.25 : 0.8, from + share * (to - from))
    else this.#see(to - from, to + ((to - from) * (event.deltaX || event.deltaY)) / 1_000)
  }

  #spanAt({ offsetX, offsetY }: MouseEvent): Span | undefined {
    const { from, to } = this.#scale
    const at = from + ((offsetX - LEFT) / (this.#canvas.clientWidth - LEFT)) * (to - from)
    return this.#lanes[Math.floor(offsetY / ROW)]?.spans.find((span) => span.from <= at && at < span.to)
  }

  #point(event: MouseEvent): void {
    const span = this.#spanAt(event)
    if (span && span !== this.#cursor) this.#say(span)
  }

  #press(event: MouseEvent): void {
    const span = this.#spanAt(event)
    if (span) this.#goTo(span)
  }

  #goTo({ place }: Span): void {
    this.onGo(place + 1)
  }

  #keyed(event: KeyboardEvent): void {
    const { key } = event
    if (key === '+' || key === '-') return this.#zoom(key === '+' ? 0.5 : 2)
    const goes = key === 'Enter' || key === ' '
    if (!goes && !key.startsWith('Arrow')) return undefined
    event.preventDefault()
    if (goes) return this.#cursor && this.#goTo(this.#cursor)
    const row = this.#lanes.findIndex(({ spans }) => this.#cursor && spans.includes(this.#cursor))
    const lane = this.#lanes[Math.max(0, row)]
    const place = this.#cursor && lane ? lane.spans.indexOf(this.#cursor) : -1
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[key]
    const next = sideways
      ? lane?.spans[Math.max(0, place + sideways)]
      : this.#lanes[row + (key === 'ArrowDown' ? 1 : -1)]?.spans.at(-1)
    if (next) this.#say(next)
    return undefined
  }

  #say(span: Span): void {
    this.#cursor = span
    const { label, to, event, generation } = span.step
    const began = timeOf(span.from - (this.story.steps[0]?.at ?? 0))
    const lasted = span.to === Infinity ? 'still' : `for ${timeOf(span.to - span.from)}`
    this.#said.textContent = `${label}: ${to}, since ${began}, ${lasted}. Cause: ${saidOf(event)}. Generation ${generation}.`
    this.onChange()
  }
}
