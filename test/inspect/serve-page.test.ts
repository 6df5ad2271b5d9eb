import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Browser } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { StreamKinds } from '../../src/index.js'
import { serveInspector, type ServedInspector } from '../../src/inspect/node/index.js'
import { activeIn } from '../../src/inspect/pictures.js'
import { kindOf } from '../../src/inspect/step.js'
import { stepsOf } from '../../src/inspect/tap.js'
import { launched, opened, photographed, polling, within, type Opened } from './support/page.js'
import { Simulated } from './support/simulated.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

let browser: Browser

beforeAll(async () => {
  browser = await launched()
}, 60_000)

afterAll(async () => {
  await browser?.close()
})

const says = ({ page }: Opened, text: string) =>
  page.waitForFunction((text) => document.querySelector('#status')?.textContent?.includes(text), { polling }, text)

describe('the page of a session', () => {
  let session: Simulated
  let served: ServedInspector
  let looking: Opened
  let steps: number

  beforeEach(async () => {
    session = new Simulated()
    steps = 0
    stepsOf(session.socket, () => (steps += 1))
    served = await serveInspector(session.socket)
    looking = await opened(browser, served.url)
  })

  afterEach(async () => {
    await looking.page.browserContext().close()
    await served.close()
    expect(await session.dispose()).toEqual(session.world.nothingLeft)
  })

  const hasAll = ({ page }: Opened) =>
    page.waitForFunction(
      (steps) =>
        (globalThis as unknown as { inspected: { inspector: { steps: unknown[] } } }).inspected.inspector.steps
          .length === steps,
      { polling },
      steps,
    )

  /** What is lit in the picture of each of these charts. */
  const litOf = ({ page }: Opened, charts: readonly string[]) =>
    within(
      page,
      ({ inspector }, charts) =>
        charts.map((chart) => {
          inspector.choose(chart)
          inspector.paint()
          return [...inspector.lit].sort()
        }),
      charts,
    )

  /** What is lit is what the session is in. */
  const agree = async (...all: Opened[]) => {
    const { charts, senders } = session.socket.getSnapshot()
    const standing = [...Object.entries(charts), ...senders.map(({ id, state }) => [id, state] as const)]
    for (const one of all) {
      await hasAll(one)
      expect(
        await litOf(
          one,
          standing.map(([chart]) => chart),
        ),
      ).toEqual(standing.map(([chart, state]) => [...activeIn(kindOf(chart), state)].sort()))
    }
    return charts.connection
  }

  test('lights the states of its snapshot, through a cut, for whoever comes early or late', async () => {
    const states = [await agree(looking)]
    await session.connect({
      senders: [{ name: 'camera', kind: StreamKinds.VIDEO, stream: session.device.stream('video') }],
    })
    states.push(await agree(looking))
    session.device.network.blackHole(20_000)
    await session.world.holds(() => session.socket.getSnapshot().charts.connection.startsWith('reconnecting'))
    const late = await opened(browser, served.url, { width: 390, scheme: 'dark' })
    states.push(await agree(looking, late))
    await session.world.holds(() => session.socket.peerState === 'connected')
    states.push(await agree(looking, late))
    expect(states).toEqual(['new', 'connected.stable', expect.stringMatching(/^reconnecting/), 'connected.stable'])
    await looking.page.bringToFront()
    await photographed(looking.page, 'served-1280-light')
    await late.page.bringToFront()
    await photographed(late.page, 'served-390-dark')
    expect([looking, late].map(({ complaints, hosts }) => [complaints, [...hosts]])).toEqual([
      [[], ['127.0.0.1']],
      [[], ['127.0.0.1']],
    ])
    await late.page.browserContext().close()
  })

  test('shows counts of messages, in the time of the session', async () => {
    await session.connect()
    session.socket.send('hello')
    await session.world.pass(1_000)
    await looking.page.waitForFunction(
      () => document.querySelector('#inspector')?.shadowRoot?.querySelector('.outbox')?.textContent?.includes('sent 1'),
      { polling },
    )
  })

  test('says that the session is closed, and draws no more', async () => {
    await session.connect()
    await session.dispose()
    await says(looking, 'the session is closed')
    const late = await opened(browser, served.url)
    await says(late, 'the session is closed')
    for (const one of [looking, late]) {
      await hasAll(one)
      expect(await framesAskedFor(one)).toBe(0)
    }
    await late.page.browserContext().close()
  })

  test('says that it is shown no more', async () => {
    await says(looking, 'connected')
    expect(await framesAskedFor(looking)).toBeGreaterThan(0)
    await served.close()
    await says(looking, 'shows its session no more')
    expect(await framesAskedFor(looking)).toBe(0)
  })
})

/** How often a page draws by itself within two ticks of a live inspector. */
const framesAskedFor = ({ page }: Opened) =>
  within(page, async () => {
    const own = globalThis.requestAnimationFrame.bind(globalThis)
    let asked = 0
    globalThis.requestAnimationFrame = (callback) => {
      asked += 1
      return own(callback)
    }
    await new Promise((resolve) => setTimeout(resolve, 600))
    return asked
  })

/** A process with a session that it shows; it ends once nothing is read any more. */
const program = (folder: string, kind: 'js' | 'ts') => `
  import { RealtimeSocket } from '${pathToFileURL(folder)}/index.${kind}'
  import { serveInspector } from '${pathToFileURL(folder)}/inspect/node/index.${kind}'

  const { url } = await serveInspector(new RealtimeSocket('http://127.0.0.1:9'))
  process.stdout.write(url)
  process.stdin.resume()
`

describe.each([
  ['from a checkout', `${ROOT}src`, ['--import', 'tsx']],
  ['from JavaScript in the layout of the package', `${ROOT}.artifacts/serve-dist`, []],
])('a process, %s,', (_, folder, flags) => {
  const isBuilt = flags.length === 0

  beforeAll(async () => {
    // Module by module, as `npm run build` does it, which would take the time of all these tests.
    if (isBuilt) await build({ entryPoints: [`${ROOT}src/**/*.ts`], outdir: folder, format: 'esm', target: 'es2022' })
  })

  const started = async () => {
    const code = program(folder, isBuilt ? 'js' : 'ts')
    const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', code], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const [data] = (await once(child.stdout, 'data')) as [Buffer]
    const looking = await opened(browser, data.toString())
    await says(looking, 'connected')
    return { child, exited: once(child, 'exit'), looking }
  }

  test('that is killed is no longer there: the page says so', async () => {
    const { child, exited, looking } = await started()
    child.kill('SIGKILL')
    await exited
    await says(looking, 'no longer connected: the process has ended')
    expect([await framesAskedFor(looking), looking.complaints]).toEqual([0, []])
    await looking.page.browserContext().close()
  })

  test('is not kept alive by who looks at it', async () => {
    const { child, exited, looking } = await started()
    child.stdin.end()
    expect(await exited).toEqual([0, null])
    await says(looking, 'no longer connected')
    await looking.page.browserContext().close()
  })
})

test('the script of the page needs no bundler: nothing in it is imported by a bare name', async () => {
  const { metafile } = await build({
    entryPoints: [`${ROOT}src/inspect/page.ts`],
    bundle: true,
    packages: 'external',
    format: 'esm',
    write: false,
    metafile: true,
  })
  const imports = Object.values(metafile.inputs).flatMap(({ imports }) => imports)
  expect(imports.filter(({ external }) => external)).toEqual([])
  expect(imports.length).toBeGreaterThan(10)
})
