import type { Browser } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { servePage, type ServedPage } from '../../../demo/page/server.js'
import type { PlaceFacts } from '../../../demo/page/place.js'
import { until } from '../../support/steps.js'
import { launched, opened, press, reaches, within, type Opened } from './page.js'

/** Two people who meet on the page, each test in a room of its own. */
export class TwoPeople {
  served!: ServedPage
  browser!: Browser
  ada!: Opened
  /** On a small and dark screen. */
  bob!: Opened
  #room = 0

  get room(): string {
    return `room-${this.#room}`
  }

  urlOf(peer: string): string {
    return `${this.served.url}?${new URLSearchParams({ room: this.room, peer })}`
  }

  /** What is done to the packets of somebody here. */
  pathOf(peer: string): PlaceFacts['path'] {
    return this.served.place.facts({ room: this.room, peer }).path
  }

  async open(): Promise<void> {
    ;[this.served, this.browser] = await Promise.all([servePage({ port: 0, open: false }), launched()])
  }

  async meet(): Promise<void> {
    this.#room += 1
    this.ada = await opened(this.browser, this.urlOf('ada'))
    this.bob = await opened(this.browser, this.urlOf('bob'), { width: 390, scheme: 'dark' })
    await Promise.all([this.ada, this.bob].map(({ page }) => reaches(page, 'connected')))
    await this.ada.page.bringToFront()
  }

  async part(): Promise<void> {
    for (const { page } of [this.ada, this.bob]) {
      await within(page, ({ socket }) => socket[Symbol.asyncDispose]())
      await page.browserContext().close()
    }
    await this.served.place.restart()
  }

  async close(): Promise<void> {
    await this.browser?.close()
    await this.served?.close()
  }
}

/** Two people for each test of a file. */
export const twoPeople = (): TwoPeople => {
  const people = new TwoPeople()
  beforeAll(() => people.open(), 60_000)
  afterAll(() => people.close())
  beforeEach(() => people.meet(), 60_000)
  afterEach(() => people.part())
  return people
}

/** Waits until the page says this of what is set, or of what was done. */
export const saysOfFaults = ({ page }: Opened, said: RegExp): Promise<void> =>
  until(`it says ${said}`, 15_000, async () => {
    const notes = await within(page, () =>
      [...document.querySelectorAll('#faults-set, #fault-note')].map(({ textContent }) => textContent).join(' '),
    )
    return said.test(notes)
  })

/** Presses a fault, and waits until the page says that it is done. */
export const harm = async (who: Opened, button: string, said: RegExp): Promise<void> => {
  await press(who.page, button)
  await saysOfFaults(who, said)
}

/** Captions of all pictures. */
export const captions = ({ page }: Opened) =>
  within(page, () => [...document.querySelectorAll('figcaption')].map(({ textContent }) => textContent))
