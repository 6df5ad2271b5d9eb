import { WIDTH, type Choices } from './choices.js'
import type { Verdict } from './run.js'

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`

/** The numbers of a list, a row of the run on each line. */
const listed = (choices: Choices): string => {
  const lines: string[] = []
  for (let at = 0; at < choices.length; at += WIDTH) lines.push(`    ${choices.slice(at, at + WIDTH).join(', ')},`)
  return lines.join('\n')
}

/** A test file that fails as the run did, and passes once its cause is mended: for `test/chaos/`. */
export const readyTest = ({ choices, story, violation }: Verdict): string => `import { expect, test } from 'vitest'
import { runChoices } from '../../chaos/run.js'

${story.map((line) => `// ${line}`).join('\n')}
test(${quoted(violation?.invariant ?? 'a run that passes')}, async () => {
  // oxfmt-ignore
  const choices = [
${listed(choices)}
  ]
  const { violation } = await runChoices(choices)
  expect(violation).toBeUndefined()
})
`
