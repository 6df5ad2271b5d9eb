import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { activeIn } from '../../src/inspect/pictures.js'
import { until } from '../support/steps.js'
import { ARTIFACTS, framesOfOthers, photographed, polling, press, reaches, rests, within } from './support/page.js'
import { captions, harm, twoPeople } from './support/two-people.js'

const people = twoPeople()

describe('two people', () => {
  test('see each other, and talk, and nothing complains or leaves the machine', async () => {
    const { ada, bob } = await people.meet()
    await until('both see each other', 20_000, async () =>
      (await Promise.all([framesOfOthers(ada.page), framesOfOthers(bob.page)])).every((frames) => frames > 5),
    )
    expect(await captions(ada)).toEqual(['ada (you): pattern_1', 'bob: pattern_1'])
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
    const { ada, bob } = await people.meet()
    for (const button of ['Camera', 'Screen', 'Test pattern']) await press(bob.page, button)
    await until('ada sees all of them', 20_000, async () => (await captions(ada)).length === 5)
    const names = await captions(ada)
    expect(names.map((name) => name?.replace(/_\d$/, '')).toSorted()).toEqual([
      'ada (you): pattern',
      'bob: camera',
      'bob: pattern',
      'bob: pattern',
      'bob: screen',
    ])
    const camera = names.find((name) => name?.includes('camera'))
    await press(bob.page, `Stop ${camera?.replace('bob: ', '')}`)
    await until('ada sees it go', 10_000, async () => !(await captions(ada)).some((name) => name === camera))
    expect((await captions(ada)).length).toBe(4)
  })
})

test('what is lit is what the session is in, at every step of a cut and a heal', async () => {
  const ada = await people.ada()
  await within(ada.page, ({ socket, inspector }) => {
    const seen: [state: string, lit: readonly string[]][] = []
    Object.assign(globalThis, { seen })
    socket.on('transition', ({ chart, to }) => {
      if (chart !== 'connection') return
      inspector.paint()
      seen.push([to, [...inspector.lit].sort()])
    })
  })
  await harm(ada, 'Cut', /is cut/)
  await reaches(ada.page, 'disconnected')
  await photographed(ada.page, 'cut-1280-light')
  await harm(ada, 'Heal', /is whole/)
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
  const ada = await people.ada()
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

test('the buttons of legal commands are those that the session would carry out, before and after its end', async () => {
  const ada = await people.ada()
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

test('an answer by hand has no button, and a spare receiver gets a name of its own', async () => {
  const { ada } = await people.meet()
  const { page } = ada
  // A receiver of somebody else's comes and goes: how many there are names nothing.
  await until('the other is seen', 20_000, async () => (await captions(ada)).includes('bob: pattern_1'))
  await press(page, 'createReceiverTrack')
  await within(page, ({ socket }) => socket.receivers.find(({ info }) => info.remoteId.startsWith('bob'))?.stop())
  await press(page, 'createReceiverTrack')
  await press(page, 'generateOffer')
  await page.waitForFunction(
    () => document.querySelector('#fault-note')?.textContent?.startsWith('generateOffer: an'),
    { polling },
  )
  const { names, legal, buttons } = await within(page, ({ socket }) => ({
    names: socket.receivers.map(({ info }) => info.remoteId).filter((name) => name.startsWith('spare')),
    legal: socket.nextCommands(),
    buttons: [...document.querySelectorAll('#commands button')].map(({ textContent }) => textContent),
  }))
  expect(names).toEqual(['spare-1', 'spare-2'])
  expect(legal).toContain('updateSdp')
  expect(buttons).toEqual(legal.filter((command) => command !== 'updateSdp'))
})

test('a request that nobody answers is told so', async () => {
  const { page } = await people.ada()
  await page.locator('#request').fill('no.such<b>')
  await press(page, 'Ask')
  await page.waitForFunction(
    () => /refused: timeout .*does not know/.test(document.querySelector('#answer')?.textContent ?? ''),
    { polling },
  )
})

test('a long name is broken at every width, and an empty one is none', async () => {
  const bob = await people.bob()
  for (const [width, letter] of [
    [1280, 'x'],
    [390, 'y'],
  ] as const) {
    const name = letter.repeat(250)
    const long = await people.comes(name, { width })
    await until('others see it', 20_000, async () => (await captions(bob)).includes(`${name}: pattern_1`))
    expect(await bob.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    const { wide, below } = await within(long.page, () => {
      const of = (id: string) => document.querySelector(id)?.getBoundingClientRect() ?? new DOMRect()
      const isApart = (a: DOMRect, b: DOMRect) =>
        a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top
      const text = document.createRange()
      text.selectNodeContents(document.querySelector('#who') ?? document.body)
      const drawn = text.getBoundingClientRect()
      return {
        wide: document.documentElement.scrollWidth,
        below: ['#now', '#export'].map((id) => isApart(drawn, of(id))),
      }
    })
    expect([wide, below]).toEqual([width, [true, true]])
    await long.page.goto(`${people.served.url}?peer=&room=&join=no`)
    await long.page.waitForFunction(
      () => /^[a-z]+-\d+ in room demo,/.test(document.querySelector('#who')?.textContent ?? ''),
      { polling },
    )
    await people.leaves(long)
  }
})

test('a recording of a session is loaded and scrubbed to the same states', async () => {
  const { ada } = await people.meet()
  // Charts of both directions are in it.
  await until('the other is seen', 20_000, async () => (await captions(ada)).includes('bob: pattern_1'))
  await harm(ada, 'Cut', /is cut/)
  await reaches(ada.page, 'disconnected')
  await harm(ada, 'Heal', /is whole/)
  await reaches(ada.page, 'connected')
  const live = await within(ada.page, async ({ socket, inspector }) => {
    const text = await socket.exportRecording()
    const steps = inspector.steps.filter(({ from }) => from !== '')
    return { text, steps: steps.map(({ chart, to, edges }) => [chart, to, edges]) }
  })
  const file = `${ARTIFACTS}ada.jsonl`
  writeFileSync(file, live.text)
  await within(ada.page, () => {
    const note = document.querySelector('#loaded')
    const notes: (string | null | undefined)[] = []
    new MutationObserver(() => notes.push(note?.textContent)).observe(note ?? document, { childList: true })
    Object.assign(globalThis, { notes })
  })
  const field = await ada.page.$('#load')
  await (field as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(file)
  await ada.page.waitForFunction(() => !document.querySelector<HTMLElement>('#recording')?.hidden, { polling })
  const notes = await within(ada.page, () => (globalThis as unknown as { notes: string[] }).notes)
  expect(notes).toEqual(['Loading ada.jsonl …', expect.stringMatching(/^Recording ada.jsonl: \d+ steps$/)])
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

test('nobody is shut out, in any width and light', async () => {
  const { ada, bob } = await people.meet()
  for (const [{ page }, width] of [
    [ada, 1280],
    [bob, 390],
  ] as const) {
    await page.bringToFront()
    await page.evaluate(axe)
    const found = await page.evaluate(async () => {
      const { run } = (
        globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
        }
      ).axe
      return (await run()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
      )
    })
    expect.soft(found, `${width} px`).toEqual([])
    expect.soft(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  }
})
