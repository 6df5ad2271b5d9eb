import { buttonOf, type Make } from './dom.js'
import type { Story } from './story.js'
import { timeOf } from './timeline.js'

/** A pause of the session longer than this is not waited for. */
const LONGEST_MS = 1_000

/** What a player needs of the world around it. */
interface Playing {
  /** Changes where the story is looked at. */
  go(to: number | undefined): void
  later(ms: number, call: () => void): () => void
}

/** Play, pause, step and scrub, through a recording or back through a session that goes on. */
export class Player {
  readonly element: HTMLElement
  readonly #bar: HTMLInputElement
  readonly #where: HTMLElement
  readonly #play: HTMLButtonElement
  readonly #live: HTMLButtonElement
  #stop: (() => void) | undefined

  constructor(
    make: Make,
    private readonly story: Story,
    private readonly playing: Playing,
    /** There is an end that moves. */
    live: boolean,
  ) {
    this.#bar = make('input', { type: 'range', min: 0, max: 0, step: 1, 'aria-label': 'Step of the session' })
    this.#bar.addEventListener('input', () => this.#go(this.#bar.valueAsNumber))
    this.#where = make('output', { class: 'where' })
    this.#play = buttonOf(make, '▶', { title: 'Play' }, () => this.#toggle())
    this.#live = buttonOf(make, live ? 'Live' : 'End', {}, () => {
      this.pause()
      playing.go(undefined)
    })
    this.element = make(
      'section',
      { class: 'player', 'aria-label': 'Playback' },
      buttonOf(make, 'Start', {}, () => this.#go(1)),
      buttonOf(make, '◂', { title: 'One step back' }, () => this.#go(this.story.shown - 1)),
      this.#play,
      buttonOf(make, '▸', { title: 'One step on' }, () => this.#go(this.story.shown + 1)),
      this.#live,
      this.#bar,
      this.#where,
    )
  }

  show(): void {
    const { steps, shown, at, last } = this.story
    this.#bar.max = String(steps.length)
    this.#bar.value = String(shown)
    this.#where.textContent = last
      ? `${shown} of ${steps.length}, ${timeOf(last.at - (steps[0]?.at ?? 0))}`
      : 'no step yet'
    this.#bar.setAttribute('aria-valuetext', this.#where.textContent)
    this.#live.setAttribute('aria-pressed', String(at === undefined))
  }

  /** Ends what is playing. */
  pause(): void {
    this.#stop?.()
    this.#stop = undefined
    this.#say('▶', 'Play')
  }

  #say(sign: string, label: string): void {
    this.#play.textContent = sign
    this.#play.title = label
    this.#play.setAttribute('aria-label', label)
  }

  #go(to: number): void {
    this.pause()
    this.playing.go(Math.max(1, to))
  }

  #toggle(): void {
    if (this.#stop) return this.pause()
    const { at, steps } = this.story
    if (at === undefined || at >= steps.length) this.playing.go(1)
    this.#say('❚❚', 'Pause')
    return this.#next()
  }

  #next(): void {
    const { steps, shown } = this.story
    const [now, next] = [steps[shown - 1], steps[shown]]
    if (!next) return this.pause()
    const wait = Math.min(LONGEST_MS, Math.max(0, next.at - (now?.at ?? next.at)))
    this.#stop = this.playing.later(wait, () => {
      this.playing.go(shown + 1)
      this.#next()
    })
    return undefined
  }
}
