import { expect, test } from 'vitest'
import { checkSequences } from './random-calls.js'

test('any sequence of calls and events of the world keeps the contract (half 1)', async () => {
  await expect(checkSequences(0.5, 1)).resolves.toBeUndefined()
}, 600_000)
