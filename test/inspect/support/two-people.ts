import type { Browser } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { servePage, type ServedPage } from '../../../demo/page/server.js'
import type { PlaceFacts } from '../../../demo/page/place.js'
import { until } from '../../support/steps.js'
import { launched, opened, press, reaches, within, type Look, type Opened } from './page.js'

/** People who come to the page when a test needs them, each test in a room of its own. */
export class TwoPeople {
  served!: ServedPage
  browser!: Browser
  #room = 0
  #here: Opened[] = []

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

  async ada(): Promise<Opened> {
    return this.#joined(await this.comes('ada'))
  }

  /** On a small and dark screen. */
  async bob(): Promise<Opened> {
    return this.#joined(await this.comes('bob', { width: 390, scheme: 'dark' }))
  }

  async meet(): Promise<{ ada: Opened; bob: Opened }> {
    const people = { ada: await this.ada(), bob: await this.bob() }
    await people.ada.page.bringToFront()
    return people
  }

  /** Somebody who may join, or not. */
  async comes(peer: string, { join = true, ...look }: Look & { join?: boolean } = {}): Promise<Opened> {
    const one = await opened(this.browser, `${this.urlOf(peer)}${join ? '' : '&join=no'}`, look)
    this.#here.push(one)
    return one
  }

  async leaves({ page }: Opened): Promise<void> {
    this.#here = this.#here.filter((one) => one.page !== page)
    await page.browserContext().close()
  }

  async part(): Promise<void> {
    for (const { page } of this.#here) {
      await within(page, ({ socket }) => socket[Symbol.asyncDispose]())
      await page.browserContext().close()
    }
    this.#here = []
    this.#room += 1
    await this.served.place.restart()
  }

  async close(): Promise<void> {
    await this.browser?.close()
    await this.served?.close()
  }

  async #joined(one: Opened): Promise<Opened> {
    await reaches(one.page, 'connected')
    return one
  }
}

/** A room for each test of a file: the second person costs as much as the first, so who has no part is not there. */
export const twoPeople = (): TwoPeople => {
  const people = new TwoPeople()
  beforeAll(() => people.open(), 60_000)
  afterAll(() => people.close())
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
