import { afterAll, expect, inject, test, vi } from 'vitest'
import readme from '../../README.md?raw'
import * as library from '../../src/index.js'
import { token } from './token.js'

const block = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''

afterAll(() => vi.restoreAllMocks())

test('the example of the README runs as it is written', async () => {
  // Nothing of it is changed but where the gateway is, the token, and where the library comes from; the types go.
  const code = block
    .replace(/^import \{(.*)\} from 'realtime-session-engine'$/m, 'const {$1} = library')
    .replace('http://localhost:3001', inject('gatewayUrl'))
    .replace("token: '...'", `token: ${JSON.stringify(await token('demo', 'alice'))}`)
    .replace(/!\./g, '.')
  expect(code).not.toBe(block)
  const said: unknown[][] = []
  vi.spyOn(console, 'log').mockImplementation((...words: unknown[]) => void said.push(words))
  document.body.append(document.createElement('video'))
  const run = new Function('library', `return (async () => { ${code} })()`) as (from: typeof library) => Promise<void>
  await run(library)
  expect(said).toEqual([
    ['session', 'connecting'],
    ['session', 'connected'],
    [{ status: false, error: 'refused' }],
    ['session', 'closed'],
  ])
})

test('the example of the README has at most 20 lines of code', () => {
  expect(block.split('\n').filter((line) => line.trim() && !line.trim().startsWith('//')).length).toBeLessThanOrEqual(
    20,
  )
})
