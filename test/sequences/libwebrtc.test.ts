import { beforeAll, describe } from 'vitest'
import { holds, runAll } from './hold.js'
import { wrtcStack } from './wrtc-stack.js'

describe('the simulator and libwebrtc in Node', () => {
  let runs: Awaited<ReturnType<typeof runAll>>
  beforeAll(async () => {
    runs = await runAll('node', wrtcStack, 16)
  }, 240_000)
  holds('node', () => runs)
})
