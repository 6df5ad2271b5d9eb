import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type * as inspect from '../../src/inspect/index.js'
import type { Inspector, Step } from '../../src/inspect/index.js'
import { launched, photographed } from './support/page.js'

declare global {
  /** In the page. */
  var mounting: typeof inspect & { ends: number; shown: Inspector }
}

const step = (at: number, chart: string, to: string, more: Partial<Step> = {}): Step => ({
  at,
  chart,
  label: chart,
  from: '',
  to,
  event: 'go',
  generation: 1,
  edges: [],
  ...more,
})

/** A recording in which `channel` is first, and `connection` goes round more often than a badge has room for. */
const STEPS: readonly Step[] = [
  step(0, 'channel', 'absent'),
  step(10, 'sender-10', 'live.source.flowing'),
  step(20, 'connection', 'new'),
  step(30, 'negotiation', 'dormant'),
  ...Array.from({ length: 1_200 }, (_, at) =>
    step(40 + at, 'connection', 'connected.stable', { edges: ['connection.connected.stable:path.silent:0'] }),
  ),
]

let browser: Browser
let page: Page
let script: string
let errors: string[]

beforeAll(async () => {
  const entry = fileURLToPath(new URL('../../src/inspect/index.ts', import.meta.url))
  const options = { bundle: true, write: false, format: 'iife', globalName: 'entry', target: 'es2022' } as const
  const [{ outputFiles }, there] = await Promise.all([build({ entryPoints: [entry], ...options }), launched()])
  script = `${outputFiles[0]?.text ?? ''};globalThis.mounting = { ...entry, ends: 0 }`
  browser = there
  page = await browser.newPage()
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.setViewport({ width: 1280, height: 900 })
}, 60_000)

afterAll(() => browser?.close())

beforeEach(async () => {
  // A new document, with nothing of the one before; a new tab would cost more than most tests.
  await page.goto('about:blank')
  errors = []
  await page.setContent('<!doctype html><div id="a"></div><script id="code"></script>')
  await page.addScriptTag({ content: script })
})

afterEach(() => expect(errors).toEqual([]))

/** Shows the recording in the element. */
const shown = () =>
  page.evaluate((steps) => {
    mounting.shown = mounting.mountInspector(document.querySelector<HTMLElement>('#a')!, steps)
  }, STEPS)

const tabs = () =>
  page.evaluate(() =>
    [...document.querySelectorAll('#a')].flatMap(({ shadowRoot }) =>
      [...(shadowRoot?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])].map((tab) => [
        tab.dataset.chart,
        tab.querySelector('.state')?.getAttribute('title'),
        tab.getAttribute('aria-selected') === 'true',
      ]),
    ),
  )

describe('what it is mounted with', () => {
  test('an element has one inspector: the one before is ended, and its end does nothing to the next', async () => {
    const found = await page.evaluate(() => {
      const element = document.querySelector<HTMLElement>('#a')!
      const source = {
        clock: { now: () => 0, setTimeout: () => 0, clearTimeout: () => {} } as never,
        live: { now: () => 0, messages: () => ({}) },
        follow: () => () => (mounting.ends += 1),
      }
      const first = mounting.mountInspector(element, source)
      const second = mounting.mountInspector(element, source)
      const seen = [mounting.ends]
      const count = () => element.shadowRoot?.querySelectorAll('.inspector').length ?? 0
      first.end()
      seen.push(mounting.ends, count())
      second.end()
      seen.push(mounting.ends, count())
      return seen
    })
    expect(found).toEqual([1, 1, 1, 2, 0])
  })

  test.each([
    ['element', 'null', '[]'],
    ['element', "document.querySelector('#b')", '[]'],
    ['element', "'#a'", '[]'],
    ['source', "document.querySelector('#a')", 'undefined'],
    ['source', "document.querySelector('#a')", '{}'],
    ['source', "document.querySelector('#a')", '[{}, 1]'],
    ['source', "document.querySelector('#a')", '{ follow() {} }'],
    ['source', "document.querySelector('#a')", "'steps'"],
  ])('what is wrong is named: %s of (%s, %s)', async (wrong, element, source) => {
    const [name, message, touched] = (await page.evaluate(`(() => {
      try { mounting.mountInspector(${element}, ${source}) }
      catch ({ name, message }) { return [name, message, !!document.querySelector('#a').shadowRoot] }
      return []
    })()`)) as [string, string, boolean]
    expect([name, message.split(':')[0], touched]).toEqual(['TypeError', wrong, false])
  })
})

describe('tabs', () => {
  test('stay where they are at any moment, and a chart that is chosen stays chosen before its first step', async () => {
    await shown()
    const end = [
      ['connection', 'connected.stable', true],
      ['negotiation', 'dormant', false],
      ['channel', 'absent', false],
      ['sender-10', 'live.source.flowing', false],
    ]
    expect(await tabs()).toEqual(end)
    const lit = await page.evaluate(() => {
      mounting.shown.choose('negotiation')
      const atOnce = mounting.shown.lit
      mounting.shown.go(1)
      mounting.shown.paint()
      return [atOnce, mounting.shown.lit]
    })
    expect(lit).toEqual([['negotiation', 'negotiation.dormant'], []])
    expect(await tabs()).toEqual([
      ['connection', 'not there yet', false],
      ['negotiation', 'not there yet', true],
      ['channel', 'absent', false],
      ['sender-10', 'not there yet', false],
    ])
  })
})

describe('keys', () => {
  const focused = () =>
    page.evaluate(() => {
      const { activeElement } = document.querySelector('#a')?.shadowRoot ?? {}
      return activeElement?.className || activeElement?.querySelector('.at')?.textContent
    })

  const where = () =>
    page.evaluate(() => {
      mounting.shown.paint()
      return document.querySelector('#a')?.shadowRoot?.querySelector('.player input')?.getAttribute('aria-valuetext')
    })

  const focus = (selector: string) =>
    page.evaluate(
      (selector) => document.querySelector('#a')?.shadowRoot?.querySelector<HTMLElement>(selector)?.focus(),
      selector,
    )

  test.each(['Enter', 'Space'] as const)(
    '%s goes to the span of the timeline, and the slider says where',
    async (key) => {
      await shown()
      await focus('.lanes')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      expect(await where()).toBe('1204 of 1204, 1239 ms')
      await page.keyboard.press(key)
      expect(await where()).toBe('2 of 1204, 10 ms')
    },
  )

  test('the log is one stop, whose rows the arrows walk', async () => {
    await shown()
    await focus('.log input')
    const walked: unknown[] = []
    for (const key of ['Tab', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp'] as const) {
      await page.keyboard.press(key)
      walked.push(await focused())
    }
    expect(walked).toEqual(['rows', '1239.0', '1238.0', '1239.0', 'rows'])
    await page.keyboard.press('Tab')
    expect(await focused()).toBe(undefined)
  })
})

test.each([220, 390])('in %i px all that a row of the log says is inside its panel', async (width) => {
  await page.evaluate((width) => {
    document.querySelector<HTMLElement>('#a')!.style.width = `${width}px`
  }, width)
  await shown()
  const outside = await page.evaluate(() => {
    const log = document.querySelector('#a')?.shadowRoot?.querySelector('.log')
    const panel = log!.getBoundingClientRect()
    return [...log!.querySelectorAll('input, details:first-child span')]
      .filter((part) => {
        const { left, right, width } = part.getBoundingClientRect()
        return left < panel.left || right > panel.right || width < 20
      })
      .map(({ className, tagName }) => className || tagName)
  })
  await photographed(page, `mounted-${width}`)
  expect(outside).toEqual([])
})

test('a count covers no label, however large it is', async () => {
  await shown()
  const { text, covered } = await page.evaluate(() => {
    const root = document.querySelector('#a')!.shadowRoot!
    const badge = root.querySelector('.count')!
    const { left, right, top, bottom } = badge.getBoundingClientRect()
    const covered = [...root.querySelectorAll('.picture > svg:not(.sheet) tspan')].filter((line) => {
      const other = line.getBoundingClientRect()
      return other.left < right && left < other.right && other.top < bottom && top < other.bottom
    })
    return { text: badge.textContent, covered: covered.map(({ textContent }) => textContent) }
  })
  expect([text, covered]).toEqual(['×1k', []])
})
