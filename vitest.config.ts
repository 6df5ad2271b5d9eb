import { existsSync } from 'node:fs'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'

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

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions: ['development'] },
        ssr: { resolve: { conditions: ['development'] } },
        test: {
          name: 'node',
          include: ['test/**/*.test.ts', 'gateway/test/**/*.test.ts', 'demo/**/*.test.ts'],
          // Firefox is not everywhere; `npm test` says where it was not run.
          exclude: ['test/browser/**', ...(process.env.RSE_FIREFOX ? [] : ['test/firefox/**'])],
          // One project after the other: two cores.
          sequence: { groupOrder: 0 },
          pool: 'forks',
          maxWorkers: 2,
          execArgv: ['--conditions=development'],
          // A bound on what hangs, no bar: a busy machine takes three times as long.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          sequence: { groupOrder: 1 },
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
