import type { PageEvents } from '../../interfaces/environment.js'
import type { HttpNetwork } from '../http/http-network.js'
import type { AccessNetwork } from '../network/access-network.js'
import type { Lane } from '../scheduler/lane.js'

/** What a page has under it. */
interface PagePlace {
  /** Where its JavaScript runs. */
  readonly script: Lane
  /** Where the browser's own network code runs. */
  readonly browser: Lane
  readonly http: HttpNetwork
  readonly network: AccessNetwork
  /** Ends what the browser holds for the page: peer connections close without a word. */
  readonly drop: () => void
}

const listened =
  <Told extends unknown[]>(listeners: Set<(...told: Told) => void>) =>
  (callback: (...told: Told) => void) => {
    listeners.add(callback)
    return () => listeners.delete(callback)
  }

type View = Parameters<Parameters<NonNullable<PageEvents['onView']>>[0]>[0]
type Network = Parameters<Parameters<NonNullable<PageEvents['onNetwork']>>[0]>[0]

/** The page that a session lives in, and what browsers do to pages. */
export class Page {
  /** It went away, one way or the other. */
  gone = false
  readonly #leaving = new Set<() => void>()
  readonly #views = new Set<(view: View) => void>()
  readonly #networks = new Set<(network: Network) => void>()
  #hidden = false

  constructor(private readonly place: PagePlace) {}

  /** For `options.environment` of a socket. */
  readonly events: PageEvents = {
    onLeave: listened(this.#leaving),
    onView: listened(this.#views),
    onNetwork: listened(this.#networks),
    hidden: () => this.#hidden,
    online: () => !this.place.network.offline,
  }

  /** Why nothing of it runs; `undefined` while it does. */
  get stopped(): 'gone' | 'asleep' | 'frozen' | undefined {
    if (this.gone) return 'gone'
    if (this.place.browser.paused) return 'asleep'
    return this.place.script.paused ? 'frozen' : undefined
  }

  /** Listeners that are not removed. */
  get listeners(): number {
    return this.#leaving.size + this.#views.size + this.#networks.size
  }

  /** The page's JavaScript stops, as in a frozen tab: the browser answers checks and receives media all the same. */
  freeze(): void {
    // It hears of it as the last thing.
    for (const callback of this.#views) callback('frozen')
    this.place.script.pause()
  }

  /** The whole process stops, as on a closed laptop: nothing is answered. */
  suspend(): void {
    this.place.script.pause()
    this.place.browser.pause()
  }

  /** Goes on after {@link freeze} or {@link suspend}: whatever became due meanwhile runs now. */
  wake(): void {
    this.place.browser.resume()
    this.place.script.resume()
    this.#tell(this.#views, this.#hidden ? 'hidden' : 'visible')
  }

  /** Another tab is in front of it (`visibilityState` `hidden`). */
  hide(): void {
    this.#hidden = true
    this.#tell(this.#views, 'hidden')
  }

  /** It is seen again. */
  show(): void {
    this.#hidden = false
    this.#tell(this.#views, 'visible')
  }

  /**
   * Into the back/forward cache (`pagehide` with `persisted` true): everything stops, and nobody is told for good. A page
   * that is not taken out again within some minutes is thrown away: {@link crash}.
   */
  cache(): void {
    for (const callback of this.#views) callback('cached')
    this.suspend()
  }

  /** Out of the back/forward cache (`pageshow` with `persisted` true). */
  restore(): void {
    this.wake()
  }

  /** No network at all: UDP is lost, requests fail at once. */
  offline(): void {
    this.place.network.offline = true
    this.place.http.breakAll()
    this.#tell(this.#networks, 'offline')
  }

  online(): void {
    this.place.network.offline = false
    this.#tell(this.#networks, 'online')
  }

  /** Another network, though there was one (`change` of `navigator.connection`). */
  change(): void {
    this.#tell(this.#networks, 'changed')
  }

  /** Told as its own task: whoever listens runs when the page does. */
  #tell<Told>(listeners: ReadonlySet<(told: Told) => void>, told: Told): void {
    for (const callback of listeners) this.place.script.soon('page', () => callback(told))
  }

  /**
   * The page goes away for good (`pagehide` with `persisted` false), by a navigation or a reload: it hears of it, and
   * once what it does about it is done nothing of it runs any more. Requests that were sent still arrive.
   */
  leave(): void {
    for (const callback of this.#leaving) callback()
    this.place.browser.soon('page', () => this.#end())
  }

  /** The page's process dies: nobody hears of it. */
  crash(): void {
    this.#end()
  }

  #end(): void {
    this.gone = true
    for (const listeners of [this.#leaving, this.#views, this.#networks]) listeners.clear()
    this.place.script.end()
    this.place.http.end()
    this.place.drop()
    this.place.browser.end()
  }
}
