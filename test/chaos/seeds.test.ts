import { expect, test } from 'vitest'
import { runBatch } from '../../chaos/batch.js'
import { readyTest } from '../../chaos/ready-test.js'
import { every } from '../../chaos/workers.js'
import './quiet.js'

const EACH = 50

test.each(Array.from({ length: 10 }, (_, part) => 1 + part * EACH))(
  'fifty sessions by seed, from %i on, keep every invariant',
  async (from) => {
    const totals = await runBatch(every(from, EACH))
    expect(totals.failures.map(({ verdict }) => readyTest(verdict))).toEqual([])
    expect(totals.runs).toBe(EACH)
  },
)
