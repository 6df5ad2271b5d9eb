import { setTimeout } from 'node:timers/promises'
import type { Browser, Page } from 'puppeteer-core'

type Calls = Record<string, (...args: never[]) => unknown>

/** Carries out what a page offers as `globalThis.steps`. */
export const stepsOf =
  <Steps extends Calls>(page: Page) =>
  <Name extends keyof Steps>(name: Name, ...args: Parameters<Steps[Name]>) =>
    page.evaluate(
      (called, given) =>
        (globalThis as unknown as { steps: Record<string, (...args: unknown[]) => unknown> }).steps[called]!(...given),
      name as string,
      args as unknown[],
    ) as Promise<Awaited<ReturnType<Steps[Name]>>>

/** A new page at this address, once its steps can be called. */
export const opened = async (browser: Browser, url: string): Promise<Page> => {
  const page = await browser.newPage()
  await page.goto(url)
  await page.waitForFunction(() => 'steps' in globalThis)
  return page
}

/** Looks cost the processor that what is waited for needs. */
const PAUSE_MS = 50

/** Looks until it is so. */
export const until = async (what: string, ms: number, looks: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + ms
  while (!(await looks())) {
    if (performance.now() > end) throw new Error(`in vain: ${what}`)
    await setTimeout(PAUSE_MS)
  }
}
