import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { launch, type Browser, type Page } from 'puppeteer-core'
import type { Inspected } from '../../../demo/page/main.js'

export const ARTIFACTS = fileURLToPath(new URL('../../../.artifacts/inspect/', import.meta.url))

/** A look at each frame would cost more than the page. */
export const polling = 50

export const launched = (): Promise<Browser> => {
  mkdirSync(ARTIFACTS, { recursive: true })
  return launch({
    executablePath: process.env.RSE_CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--allow-loopback-in-peer-connection',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--auto-accept-this-tab-capture',
      // Nobody types an address: without this each window runs two pages of its own for what would be proposed then.
      '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
    ],
  })
}

export interface Opened {
  readonly page: Page
  /** What the console, the page and its requests complained about. */
  readonly complaints: string[]
  /** Hosts that were asked for something. */
  readonly hosts: Set<string>
}

export interface Look {
  readonly width?: number
  readonly scheme?: 'light' | 'dark'
}

/** Opens the page as a person of its own, with storage of its own. */
export const opened = async (browser: Browser, url: string, { width = 1280, scheme = 'light' }: Look = {}) => {
  const page = await (await browser.createBrowserContext()).newPage()
  const complaints: string[] = []
  const hosts = new Set<string>()
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => hosts.add(new URL(request.url()).hostname))
  await page.setViewport({ width, height: 900 })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.goto(url)
  await page.waitForFunction(() => 'inspected' in globalThis, { polling })
  return { page, complaints, hosts } satisfies Opened
}

/** Runs in the page, with what the page offers to its console. */
export const within = <T, Args extends unknown[]>(
  page: Page,
  act: (inspected: Inspected, ...args: Args) => T,
  ...args: Args
): Promise<Awaited<T>> =>
  page.evaluate(
    (source, given) =>
      // The function is made anew in the page, where nothing of this file is.
      (new Function(`return (${source})`)() as (...all: unknown[]) => unknown)(
        (globalThis as unknown as { inspected: unknown }).inspected,
        ...given,
      ),
    act.toString(),
    args as unknown[],
  ) as Promise<Awaited<T>>

/** A picture of the whole page, to be looked at. */
export const photographed = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: `${ARTIFACTS}${name}.webp`, type: 'webp', quality: 80, fullPage: true })
}

/** Presses the button of this name, in the page or in an inspector. */
export const press = (page: Page, name: string): Promise<void> =>
  within(
    page,
    (_, name) => {
      const roots = ['#live', '#recording'].map((id) => document.querySelector(id)?.shadowRoot)
      const button = [document, ...roots]
        .flatMap((root) => [...(root?.querySelectorAll('button') ?? [])])
        .find((one) => (one.getAttribute('aria-label') ?? one.textContent?.trim()) === name)
      if (!button) throw new Error(`there is no button ${name}`)
      button.click()
    },
    name,
  )

export const state = (page: Page) => within(page, ({ socket }) => socket.getSnapshot())

/** Waits for the session to be in this outward state. */
export const reaches = async (page: Page, wanted: string): Promise<void> => {
  await page.waitForFunction(
    (state) => (globalThis as unknown as { inspected: Inspected }).inspected.socket.peerState === state,
    { polling, timeout: 20_000 },
    wanted,
  )
}

/** Pictures of others that were decoded. */
export const framesOfOthers = (page: Page) =>
  within(page, async ({ socket }) => {
    let frames = 0
    for (const report of (await socket.getStats()).values() as Iterable<Record<string, unknown>>)
      if (report.type === 'inbound-rtp') frames += Number(report.framesDecoded ?? 0)
    return frames
  })

/** No chart has made a step for a while. */
export const rests = (page: Page): Promise<void> =>
  within(page, async ({ inspector }) => {
    for (let seen = -1; seen !== inspector.steps.length;) {
      seen = inspector.steps.length
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })
