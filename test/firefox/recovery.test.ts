import { networkInterfaces } from 'node:os'
import { launch, type Browser, type Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startGateway, type Gateway } from '../../gateway/src/index.js'
import { served } from '../support/served.js'
import { opened, stepsOf, until } from '../support/steps.js'
import type { Steps } from './page.js'

// Whether it runs is decided by vitest.config.ts: where no Firefox is installed `npm test` says so.

let gateway: Gateway
let place: Awaited<ReturnType<typeof served>>
let browser: Browser
let page: Page

/** Firefox has no candidate on the loopback interface: the machine's own address, which leaves the machine as little. */
const ownAddress = (): string =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1'

/** Carries a step out in the page. */
const step = <Name extends keyof Steps>(name: Name, ...args: Parameters<Steps[Name]>) =>
  stepsOf<Steps>(page)(name, ...args)

const flows = async (): Promise<void> => {
  const before = await step('frames')
  await until('both decode', 10_000, async () =>
    (await step('frames')).every((count, at) => count > (before[at] ?? 0) + 3),
  )
}

const becomes = (heard: string, ms: number): Promise<void> =>
  until(`alice ${heard}`, ms, async () => (await step('read')).states.join(' ').endsWith(heard))

beforeAll(async () => {
  gateway = await startGateway({ relay: true, host: ownAddress() })
  place = await served('test/firefox/page.ts')
  browser = await launch({
    browser: 'firefox',
    executablePath: process.env.RSE_FIREFOX ?? '',
    headless: true,
    extraPrefsFirefox: {
      // Candidates with addresses instead of mDNS names.
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      // Without a camera that was allowed Firefox gathers no more than its default route.
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
    },
  })
}, 60_000)

afterAll(async () => {
  await browser?.close()
  place?.close()
  await gateway?.close()
})

beforeEach(async () => {
  page = await opened(browser, place.url)
  const tokens = ['alice', 'bob'].map((peer) => gateway.token({ room: 'firefox', peer }))
  await step('connect', gateway.url, tokens as [string, string])
  await flows()
}, 30_000)

afterEach(async () => {
  gateway.faults.clear()
  expect(await step('close')).toEqual(['closed', 'closed'])
  await page.close()
})

test('Firefox: a hole of six seconds, and the same session goes on', async () => {
  expect(gateway.faults.udp.set('drop', { peer: 'alice' })).toBe(1)
  await becomes('disconnected', 10_000)
  await new Promise((resolve) => setTimeout(resolve, 3_500))
  gateway.faults.clear()
  await becomes('disconnected connected', 10_000)
  await flows()
  expect((await step('read')).generation).toBe(1)
}, 60_000)

test('Firefox: a session that the gateway does not hold any more is joined anew', async () => {
  for (const { connId } of gateway.sessions()) await fetch(`${gateway.url}/webrtc/conn/${connId}`, { method: 'DELETE' })
  await becomes('reconnecting connected', 15_000)
  await flows()
  expect([(await step('read')).generation, await step('answers')]).toEqual([2, { status: false, error: 'refused' }])
}, 60_000)
