import { existsSync } from 'node:fs'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const chromium = process.env.RSE_CHROMIUM ?? '/usr/bin/chromium'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-fake-device-for-media-stream=fps=30',
  '--use-fake-ui-for-media-stream',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
]

/** Real WebRTC and browsers against real timers: they wait, and what they wait for must not be held up by others. */
const REAL_TIME = [
  'test/node/**/*.test.ts',
  'test/**/*libwebrtc.test.ts',
  'gateway/test/**/*.test.ts',
  'test/reload/**/*.test.ts',
  'test/inspect/*page.test.ts',
  'test/firefox/**/*.test.ts',
]
/** These take longest, so they begin first: two workers end at the same time then. */
const LONGEST = [
  'sequences/libwebrtc',
  'inspect/page',
  'inspect/faults-page',
  'call-pairs',
  'chaos/seeds',
  'bad-input/fuzz',
  'sequences-1',
  'sequences-2',
  'explore/charts',
  'mutants/sample',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.findIndex((name) => moduleId.includes(name))
      return place < 0 ? LONGEST.length : place
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

const inNode = {
  pool: 'forks' as const,
  maxWorkers: 2,
  execArgv: ['--conditions=development'],
  // A bound on what hangs, no bar: a busy machine takes three times as long.
  testTimeout: 60_000,
}

const development = {
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
}

// One project after the other: two cores.
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...development,
        test: {
          ...inNode,
          name: 'real time',
          sequence: { groupOrder: 0 },
          include: REAL_TIME,
          // Firefox is not everywhere; `npm test` says where it was not run.
          exclude: process.env.RSE_FIREFOX ? [] : ['test/firefox/**'],
        },
      },
      {
        ...development,
        test: {
          ...inNode,
          name: 'node',
          // Modules are evaluated anew for each file all the same; a process for each would cost more than most files.
          isolate: false,
          // A bound on what hangs: in `npm test` it has what the others leave of the processor.
          testTimeout: 600_000,
          sequence: { groupOrder: 1 },
          include: ['test/**/*.test.ts', 'demo/**/*.test.ts'],
          exclude: ['test/browser/**', ...REAL_TIME],
        },
      },
      {
        test: {
          name: 'browser',
          sequence: { groupOrder: 2 },
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/gateway.setup.ts'],
          // A bound on what hangs, no bar: a busy machine takes three times as long.
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { ...(existsSync(chromium) && { executablePath: chromium }), args: flags },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
