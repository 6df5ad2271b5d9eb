import { ChartsView } from './charts-view.js'
import { makeIn } from './dom.js'
import { Log } from './log.js'
import { Player } from './player.js'
import { sourceOf, type StepSource } from './source.js'
import type { Step } from './step.js'
import { Story } from './story.js'
import { STYLE } from './style.js'
import type { Inspected } from './tap.js'
import { Timeline } from './timeline.js'

/** A mounted inspector. */
export interface Inspector {
  /** Shows what happened since the last frame at once, instead of with the next one. */
  paint(): void
  /** Chooses the chart that is shown, by its id in the session: `connection`, `sender-1`. */
  choose(chart: string): void
  /** Goes to the moment after this many steps; `undefined`: to the end, and with what comes. */
  go(steps: number | undefined): void
  /** Ids of the states that are lit in the picture of the chosen chart. */
  readonly lit: readonly string[]
  readonly steps: readonly Step[]
  /** Takes it off the session and out of the element; idempotent. */
  end(): void
}

/** What lasts is drawn anew this often. */
const TICK_MS = 250
/** In a burst of steps the charts are painted this often, and the rest once it is over. A connect is one from its first step on. */
const BURST_MS = 100
/** A burst that does not end is followed all the same. */
const LONGEST_BURST_MS = 1_000

/** Who is in an element now. */
const mounted = new WeakMap<HTMLElement, Inspector>()

const countsOf = (messages: object): string =>
  Object.entries(messages)
    .map(([what, count]) => `${what} ${count}`)
    .join(' · ')

/**
 * Shows the charts of a session in an element, live: states, edges, a timeline, the log of transitions. A list of steps
 * instead of a socket is shown as a recording; a `StepSource` is a session that runs elsewhere. Everything is inside a
 * shadow root: neither styles nor names of the page and of the inspector meet.
 *
 * It watches from now on. A step that comes alone is shown with the next frame, those of a burst or a connect every 100
 * milliseconds. Until `end()` it costs what an observer of `socket.inspect` and these drawings cost;
 * after it nothing. An inspector that is in the element already is ended first.
 *
 * Throws a `TypeError` that names the argument that is none of these, before anything is touched.
 */
export const mountInspector = (element: HTMLElement, source: Inspected | StepSource | readonly Step[]): Inspector => {
  if (typeof element?.attachShadow !== 'function') throw new TypeError('element: not an element of a page')
  const { follow, live, clock } = sourceOf(source)
  mounted.get(element)?.end()
  const owner = element.ownerDocument
  const view = owner.defaultView
  const make = makeIn(owner)
  const story = new Story()
  const recorded = !live
  const now = () => live?.now() ?? (story.steps.at(-1)?.at ?? 0) + 1
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
  let frame: number | undefined
  let over = false
  let pause: (() => void) | undefined
  let painted = -Infinity
  let stepped = -Infinity
  let burst = -Infinity
  let connecting = false
  let hurried = false
  let rest = -Infinity

  const later = (ms: number, call: () => void) => {
    const timer = clock.setTimeout(call, ms)
    return () => clock.clearTimeout(timer)
  }
  const charts = new ChartsView(make, later)
  const nextFrame = () => {
    pause?.()
    pause = undefined
    frame ??= over ? undefined : view?.requestAnimationFrame(onFrame)
  }
  /** Painting takes from what is painted: a connect may be over before the first time that it is its turn. */
  const wait = () => (connecting ? Math.max(painted, burst) : painted) + BURST_MS - clock.now()
  const onFrame = () => {
    frame = undefined
    if (hurried || !connecting || wait() <= 0) paint()
    else soon()
  }
  /** With the next frame; in a burst later. */
  const soon = () => {
    if (frame !== undefined || pause || over) return
    const ms = wait()
    if (ms <= 0) nextFrame()
    else pause = later(ms, nextFrame)
  }
  const go = (to: number | undefined) => {
    story.go(to)
    if (story.last) charts.taken(story.last)
    atOnce()
  }
  /** What a reader does is answered with the next frame in every view. */
  const atOnce = () => {
    rest = -Infinity
    hurried = true
    nextFrame()
  }
  const timeline = new Timeline(make, story, now, go, atOnce)
  const log = new Log(make, story, atOnce)
  const player = new Player(make, story, { go, later }, !recorded)
  const outbox = make('p', { class: 'outbox', 'aria-label': 'Messages' })

  const paint = () => {
    if (frame !== undefined) view?.cancelAnimationFrame(frame)
    frame = undefined
    hurried = false
    if (over) return
    showCharts()
    player.show()
    painted = clock.now()
    const quiet = painted - stepped >= BURST_MS || painted - rest >= LONGEST_BURST_MS
    if (recorded || story.at !== undefined || (quiet && painted - rest >= TICK_MS)) showRest()
  }
  const showCharts = () => charts.show(story.moment, story.latest)
  /** What need not be there with the frame. */
  const showRest = () => {
    rest = clock.now()
    timeline.show()
    log.show()
    if (live) outbox.textContent = countsOf(live.messages())
  }

  root.replaceChildren(
    make('style', {}, STYLE),
    make(
      'div',
      { class: 'inspector' },
      charts.element,
      player.element,
      timeline.element,
      log.element,
      ...(recorded ? [] : [outbox]),
    ),
  )
  charts.element.addEventListener('change', showCharts)
  const onStep = (step: Step) => {
    story.add(step)
    const now = clock.now()
    const isAlone = now - stepped >= BURST_MS
    if (isAlone) burst = now
    stepped = now
    if (step.chart === 'connection') connecting = step.to.startsWith('connecting')
    if (story.at === undefined) charts.taken(step)
    if (isAlone) nextFrame()
    else soon()
  }
  // Time goes on where nothing happens: what lasts grows.
  let tick = recorded
    ? undefined
    : later(TICK_MS, function grow() {
        soon()
        tick = later(TICK_MS, grow)
      })
  const stop = follow({
    past: (steps) => {
      for (const step of steps) story.add(step)
      atOnce()
    },
    step: onStep,
    end: () => {
      tick?.()
      atOnce()
    },
  })
  // What is drawn follows the width; the height follows what is drawn.
  let width = element.clientWidth
  const sizes =
    view &&
    new view.ResizeObserver(() => {
      if (element.clientWidth === width) return
      width = element.clientWidth
      atOnce()
    })
  sizes?.observe(element)
  paint()

  const inspector: Inspector = {
    paint,
    go,
    choose: (chart) => {
      if (!over) charts.choose(chart)
    },
    get lit() {
      return charts.lit
    },
    get steps() {
      return story.steps
    },
    end: () => {
      if (over) return
      over = true
      stop()
      tick?.()
      player.pause()
      charts.end()
      pause?.()
      sizes?.disconnect()
      if (frame !== undefined) view?.cancelAnimationFrame(frame)
      root.replaceChildren()
      mounted.delete(element)
    },
  }
  mounted.set(element, inspector)
  return inspector
}
