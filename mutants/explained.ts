import { readFileSync } from 'node:fs'

/** The survivors that the page explains: under `Survivors`, each id in a code span at the beginning of a row. */
export const explained = (page = readFileSync('docs/mutants.md', 'utf8')): ReadonlySet<string> =>
  new Set([...(page.split('## Survivors')[1] ?? '').matchAll(/^\| `([^`]+)` \| [^\s|]/gm)].map(([, id]) => id ?? ''))
