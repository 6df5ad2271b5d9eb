import { parseArgs } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { ended } from '../tools/command.js'

const said = () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  return () => write.mock.calls.map(([text]) => String(text)).join('')
}

afterEach(() => void vi.restoreAllMocks())

test('the code of a command says whether it passed', async () => {
  const told = said()
  expect(await Promise.all([true, false].map((passed) => ended('help', async () => passed)))).toEqual([0, 1])
  expect(told()).toBe('')
})

test.each([
  [
    'an option that does not exist',
    () => parseArgs({ args: ['--no'], options: {} }),
    /^Unknown option '--no'\n\nhelp$/,
  ],
  ['a value that is none', () => JSON.parse('{') as object, /JSON.*\n\nhelp$/],
  ['a fault', () => Object.keys(undefined as never), /^TypeError: [^]*command\.test\.ts[^]*(?<!help)$/],
])('%s is answered by what its reader can use', async (_, wrong, answer) => {
  const told = said()
  expect(await ended('help', async () => wrong() !== undefined)).toBe(1)
  expect(told()).toMatch(answer)
})
