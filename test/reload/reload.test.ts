import { launch, type Browser, type Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startGateway, type Gateway } from '../../gateway/src/index.js'
import { served } from '../support/served.js'
import { opened, stepsOf, until } from '../support/steps.js'
import type { Steps } from './page.js'

let gateway: Gateway
let place: Awaited<ReturnType<typeof served>>
let browser: Browser
let alice: Page
let bob: Page

const openedPage = () => opened(browser, place.url)

const connect = (page: Page, peer: string) =>
  stepsOf<Steps>(page)('connect', gateway.url, peer, gateway.token({ room: 'reload', peer }))

const read = (page: Page) => stepsOf<Steps>(page)('read')

const peers = () => gateway.sessions().map(({ peer }) => peer)

beforeAll(async () => {
  gateway = await startGateway({ relay: true, devExtensions: true })
  place = await served('test/reload/page.ts')
  browser = await launch({
    executablePath: process.env.RSE_CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--allow-loopback-in-peer-connection'],
  })
}, 60_000)

afterAll(async () => {
  await browser?.close()
  place?.close()
  await gateway?.close()
})

beforeEach(async () => {
  ;[alice, bob] = [await openedPage(), await openedPage()]
  await Promise.all([connect(alice, 'alice'), connect(bob, 'bob')])
}, 30_000)

afterEach(async () => {
  gateway.faults.clear()
  for (const page of [alice, bob]) {
    await stepsOf<Steps>(page)('close')
    await page.close()
  }
})

/** Her path is cut, and what she says waits. */
const saysIntoTheHole = async () => {
  const step = stepsOf<Steps>(alice)
  await step('attach')
  await until('the note of what she sees', 5_000, async () => (await read(alice)).view.includes('attached'))
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(gateway.faults.udp.set('drop', { peer: 'alice' })).toBe(1)
  await until('disconnected', 10_000, async () => (await read(alice)).state === 'disconnected')
  await step('say', 'one', { durable: true })
  await step('say', 'two', { durable: true, policy: 'atLeastOnce' })
  await step('say', 'not kept', {})
  await step('say', 'three', { durable: true })
  await new Promise((resolve) => setTimeout(resolve, 300))
}

const comesBack = async () => {
  gateway.faults.clear()
  await connect(alice, 'alice')
  await until('all is said', 10_000, async () => (await read(bob)).heard.length >= 3)
  const after = await read(alice)
  const data = ['one', 'two', 'three'].map((said) => expect.stringContaining(said) as string)
  expect([after.restored.map(({ messages }) => messages.map((message) => message.data)), after.warnings]).toEqual([
    [data],
    [],
  ])
  await until('the view is attached', 5_000, async () => (await read(alice)).view.includes('attached'))
  expect([(await read(bob)).heard, peers().filter((peer) => peer === 'alice')]).toEqual([
    ['one', 'two', 'three'],
    ['alice'],
  ])
}

test('a page that is reloaded in mid-conversation: what waited is sent, and what was seen is seen again', async () => {
  await saysIntoTheHole()
  await alice.reload()
  await alice.waitForFunction(() => 'steps' in globalThis)
  await comesBack()
})

test('a page whose process dies: the same', async () => {
  await saysIntoTheHole()
  const crashed = new Promise((resolve) => alice.once('error', resolve))
  // Nobody answers: that is what is asked for. Nor can such a page be closed before its browser is.
  void alice.goto('chrome://crash').catch(() => {})
  await crashed
  alice = await openedPage()
  await comesBack()
})

test('a second tab gets no store, and says so', async () => {
  const second = await openedPage()
  await connect(second, 'alice')
  expect((await read(second)).warnings).toEqual(['storage-busy'])
  await stepsOf<Steps>(second)('close')
  await second.close()
})
