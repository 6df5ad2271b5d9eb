import { beforeAll, describe } from 'vitest'
import { browserStack } from '../sequences/browser-stack.js'
import { holds, runAll } from '../sequences/hold.js'

describe('the simulator and Chromium', () => {
  let runs: Awaited<ReturnType<typeof runAll>>
  beforeAll(async () => {
    runs = await runAll('chromium', browserStack, 12)
  }, 240_000)
  holds('chromium', () => runs)
})
