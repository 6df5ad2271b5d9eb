import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { builtPage } from '../../demo/page/built.js'

test('the scripts of the page are small', async () => {
  const sizes = [...(await builtPage())].flatMap(([name, code]) =>
    name.endsWith('.js') ? [gzipSync(code).length] : [],
  )
  expect(sizes.reduce((all, size) => all + size, 0)).toBeLessThanOrEqual(250_000)
})
