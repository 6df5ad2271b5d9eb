import { readFileSync, writeFileSync } from 'node:fs'
import type { Browser } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { servePage, type ServedPage } from '../../demo/page/server.js'
import { activeIn } from '../../src/inspect/pictures.js'
import { until } from '../support/steps.js'
import {
  ARTIFACTS,
  framesOfOthers,
  launched,
  opened,
  photographed,
  press,
  reaches,
  rests,
  state,
  within,
  type Opened,
} from './support/page.js'

let served: ServedPage
let browser: Browser
let ada: Opened
let bob: Opened
let room = 0

beforeAll(async () => {
  ;[served, browser] = await Promise.all([servePage({ port: 0, open: false }), launched()])
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await served?.close()
})

const urlOf = (peer: string) => `${served.url}?room=room-${room}&peer=${peer}`

beforeEach(async () => {
  room += 1
  ada = await opened(browser, urlOf('ada'))
  bob = await opened(browser, urlOf('bob'), { width: 390, scheme: 'dark' })
  await Promise.all([ada, bob].map(({ page }) => reaches(page, 'connected')))
  await ada.page.bringToFront()
}, 60_000)

afterEach(async () => {
  for (const { page } of [ada, bob]) {
    await within(page, ({ socket }) => socket[Symbol.asyncDispose]())
    await page.browserContext().close()
  }
  await served.place.restart()
})

const seenByAda = () =>
  within(ada.page, () => [...document.querySelectorAll('figcaption')].map(({ textContent }) => textContent))

/** Presses a fault, and waits until the page says that it is done. */
const harm = async (button: string, said: RegExp, { page } = ada): Promise<void> => {
  const note = () => within(page, () => document.querySelector('#fault-note')?.textContent ?? '')
  await press(page, button)
  await until(`${button} is done`, 15_000, async () => said.test(await note()))
}

const transitions = () => within(ada.page, ({ inspector }) => inspector.steps.map(({ chart, to }) => `${chart} ${to}`))

describe('two people', () => {
  test('see each other, and talk, and nothing complains or leaves the machine', async () => {
    await until('both see each other', 20_000, async () =>
      (await Promise.all([framesOfOthers(ada.page), framesOfOthers(bob.page)])).every((frames) => frames > 5),
    )
    expect(await seenByAda()).toEqual(['ada (you): pattern_1', 'bob: pattern_1'])
    await bob.page.locator('#said').fill('hello ada')
    await press(bob.page, 'Send')
    const chat = () => within(ada.page, () => document.querySelector('#chat')?.textContent)
    await until('it is said', 5_000, async () => (await chat()) === 'bob: hello ada')
    await press(ada.page, 'Ask')
    const answer = () => within(ada.page, () => document.querySelector('#answer')?.textContent ?? '')
    await until('it is answered', 5_000, async () => (await answer()).startsWith('{"hello":"gateway"}'))
    await photographed(ada.page, 'session-1280-light')
    await bob.page.bringToFront()
    await photographed(bob.page, 'session-390-dark')
    expect([ada, bob].map(({ complaints, hosts }) => [complaints, [...hosts]])).toEqual([
      [[], ['127.0.0.1']],
      [[], ['127.0.0.1']],
    ])
  })

  test('add and stop tracks: camera, screen, another pattern', async () => {
    for (const button of ['Camera', 'Screen', 'Test pattern']) await press(bob.page, button)
    await until('ada sees all of them', 20_000, async () => (await seenByAda()).length === 5)
    const names = await seenByAda()
    expect(names.map((name) => name?.replace(/_\d$/, '')).toSorted()).toEqual([
      'ada (you): pattern',
      'bob: camera',
      'bob: pattern',
      'bob: pattern',
      'bob: screen',
    ])
    const camera = names.find((name) => name?.includes('camera'))
    await press(bob.page, `Stop ${camera?.replace('bob: ', '')}`)
    await until('ada sees it go', 10_000, async () => !(await seenByAda()).some((name) => name === camera))
    expect((await seenByAda()).length).toBe(4)
  })
})

test('what is lit is what the session is in, at every step of a cut and a heal', async () => {
  await within(ada.page, ({ socket, inspector }) => {
    const seen: [state: string, lit: readonly string[]][] = []
    Object.assign(globalThis, { seen })
    socket.on('transition', ({ chart, to }) => {
      if (chart !== 'connection') return
      inspector.paint()
      seen.push([to, [...inspector.lit].sort()])
    })
  })
  await harm('Cut', /is cut/)
  await reaches(ada.page, 'disconnected')
  await photographed(ada.page, 'cut-1280-light')
  await harm('Heal', /is whole/)
  await reaches(ada.page, 'connected')
  const seen = await within(ada.page, () => (globalThis as unknown as { seen: [string, string[]][] }).seen)
  expect(seen.map(([, lit]) => lit)).toEqual(seen.map(([to]) => [...activeIn('connection', to)].sort()))
  expect(seen.map(([to]) => to)).toContain('reconnecting.reviving')
  expect(seen.at(-1)?.[0]).toBe('connected.stable')
  const { charts, ...drawn } = await within(ada.page, ({ socket, inspector }) => {
    inspector.paint()
    const root = document.querySelector('#live')?.shadowRoot
    const texts = (selector: string) => [...(root?.querySelectorAll(selector) ?? [])]
    return {
      charts: socket.getSnapshot().charts,
      lit: texts('.lit')
        .map((state) => state.getAttribute('data-state'))
        .sort(),
      counted: texts('.count').length > 5,
      tabs: texts('[role=tab]')
        .map((tab) => tab.querySelector('.state')?.getAttribute('title'))
        .slice(0, 3),
    }
  })
  expect(drawn).toEqual({
    lit: [...activeIn('connection', charts.connection)].sort(),
    counted: true,
    tabs: [charts.connection, charts.negotiation, charts.channel],
  })
})

test('a step that comes alone is on the screen with the next frame', async () => {
  await rests(ada.page)
  const frames = await within(ada.page, async ({ socket }) => {
    const shown = () => document.querySelector('#live')?.shadowRoot?.querySelector('output.where')?.textContent
    const before = shown()
    socket.createReceiverTrack('late', 'video')
    await new Promise(requestAnimationFrame)
    return [before !== shown()]
  })
  expect(frames).toEqual([true])
})

describe('a fault button does what it says:', () => {
  const paths = () => served.place.paths('ada')

  test('cut, delay, loss and heal', async () => {
    await harm('Delay', /150 ms late/)
    expect(paths()).toEqual([{ delayMs: 150, jitterMs: 30 }])
    await harm('Loss', /one packet in five/i)
    expect(paths()).toEqual([{ loss: 0.2, seed: 7 }])
    await harm('Cut', /is cut/)
    expect(paths()).toEqual(['drop'])
    await harm('Heal', /is whole/)
    expect(paths()).toEqual(['pass'])
  })

  test('rebind: another port, the same session', async () => {
    await harm('Rebind', /another port/)
    const before = await framesOfOthers(ada.page)
    await until('pictures go on', 15_000, async () => (await framesOfOthers(ada.page)) > before + 20)
    expect((await state(ada.page)).generation).toBe(1)
  })

  test('close channel: it is lost, and a new one is had', async () => {
    await harm('Close channel', /closed the data channel/)
    await until('it is lost', 10_000, async () => (await transitions()).includes('channel lost'))
    await reaches(ada.page, 'connected')
  })

  test('kill and restart the gateway: the session joins the new one', async () => {
    await harm('Kill gateway', /is gone/)
    expect(served.place.running).toBe(false)
    await reaches(ada.page, 'disconnected')
    await harm('Restart gateway', /knows nobody/)
    expect(served.place.running).toBe(true)
    await reaches(ada.page, 'connected')
    expect((await state(ada.page)).generation).toBeGreaterThan(1)
  })

  test('refuse the token: a connect is refused, until tokens are good again', async () => {
    const carl = await opened(browser, `${urlOf('carl')}&join=no`)
    await harm('Refuse token', /will be refused/, carl)
    await press(carl.page, 'connect')
    await reaches(carl.page, 'failed')
    expect((await state(carl.page)).lastError?.code).toBe('token-refused')
    await harm('Refuse token', /good again/, carl)
    await press(carl.page, 'connect')
    await reaches(carl.page, 'connected')
    await carl.page.browserContext().close()
  })

  test('freeze the page: nothing runs in it for four seconds', async () => {
    await within(ada.page, () => {
      const gaps: number[] = []
      let last = performance.now()
      const tick = () => {
        const now = performance.now()
        gaps.push(now - last)
        last = now
        requestAnimationFrame(tick)
      }
      requestAnimationFrame(tick)
      Object.assign(globalThis, { gaps })
    })
    await harm('Freeze page', /did nothing/)
    const gaps = await within(ada.page, () => (globalThis as unknown as { gaps: number[] }).gaps)
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(3_900)
    await reaches(ada.page, 'connected')
  })
})

test('the buttons of legal commands are those that the session would carry out, before and after its end', async () => {
  const buttons = () =>
    within(ada.page, ({ socket }) => [
      [...document.querySelectorAll('#commands button')].map(({ textContent }) => textContent),
      socket.nextCommands(),
    ])
  const [shown, legal] = await buttons()
  expect(shown).toEqual(legal)
  expect(shown).toContain('close')
  await press(ada.page, 'close')
  expect(await buttons()).toEqual([['New session'], []])
})

test('a recording of a session is loaded and scrubbed to the same states', async () => {
  await harm('Cut', /is cut/)
  await reaches(ada.page, 'disconnected')
  await harm('Heal', /is whole/)
  await reaches(ada.page, 'connected')
  const live = await within(ada.page, async ({ socket, inspector }) => {
    const text = await socket.exportRecording()
    const steps = inspector.steps.filter(({ from }) => from !== '')
    return { text, steps: steps.map(({ chart, to, edges }) => [chart, to, edges]) }
  })
  const file = `${ARTIFACTS}ada.jsonl`
  writeFileSync(file, live.text)
  const field = await ada.page.$('#load')
  await (field as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(file)
  await ada.page.waitForFunction(() => !document.querySelector<HTMLElement>('#recording')?.hidden)
  const scrubbed = await within(ada.page, ({ recordings }) => {
    const shown = recordings.shown()
    if (!shown) return []
    return shown.steps.flatMap((step, at) => {
      if (step.from === '') return []
      shown.choose(step.chart)
      shown.go(at + 1)
      shown.paint()
      return [{ ...step, lit: [...shown.lit].sort() }]
    })
  })
  expect(scrubbed.map(({ chart, to, edges }) => [chart, to, edges])).toEqual(live.steps)
  expect(scrubbed.map(({ lit }) => lit)).toEqual(
    scrubbed.map(({ chart, to }) => [...activeIn(chart.replace(/-\d+$/, ''), to)].sort()),
  )
  await photographed(ada.page, 'recording-1280-light')
  await press(ada.page, 'Back to the session')
  expect(await within(ada.page, () => document.querySelector<HTMLElement>('#live')?.hidden)).toBe(false)
})

const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

test.each([
  ['1280 px, light', () => ada, 1280],
  ['390 px, dark', () => bob, 390],
] as const)('nobody is shut out: %s', async (_, who, width) => {
  const { page } = who()
  await page.bringToFront()
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const { run } = (
      globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
    ).axe
    return (await run()).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
    )
  })
  expect(found).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
})
