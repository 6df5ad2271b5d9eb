import { expect, test } from 'vitest'
import { checkSequences } from './random-calls.js'

test('any sequence of calls and events of the world keeps the contract (half 2)', async () => {
  await expect(checkSequences(0.5, 2)).resolves.toBeUndefined()
}, 600_000)
