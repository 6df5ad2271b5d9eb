import { readdirSync, readFileSync } from 'node:fs'
import { mutated, type Mutant } from '../mutants.js'
import { explored } from './explored.js'
import type { Suite } from './suite.js'

/** Who looks at a mutant. */
export interface Stage {
  readonly name: string
  /** What it noticed; nothing: it has seen no difference. */
  readonly look: (mutant: Mutant, suite: Suite) => Promise<string | undefined>
}

/** Ahead of the tests: most that an invariant notices is near the beginning. */
const NEAR = 300
/** Above what any chart has; one that grows without end is for the other stages. */
const WHOLE = 60_000

const exploration = (name: string, maxStates: number): Stage => ({
  name,
  look: async (mutant) => explored(mutant.subject, mutated(mutant), maxStates).noticed,
})

const files = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `${folder}/${file}`)

/** The tests that stand a chart up alone, by what they import. */
const about = ({ subject: { name } }: Mutant): string[] =>
  files('test/charts').filter((file) => new RegExp(`\\b${name}(Track)?Machine\\b`).test(readFileSync(file, 'utf8')))

const suite = (name: string, filesOf: (mutant: Mutant) => readonly string[]): Stage => ({
  name,
  look: async (mutant, suite) => {
    const those = filesOf(mutant)
    return those.length > 0 ? suite.failing(mutant.id, those) : undefined
  },
})

const folder = (name: string, ...folders: string[]): Stage => suite(name, () => folders.flatMap(files))

/** In order of their price. */
export const STAGES: readonly Stage[] = [
  exploration('near', NEAR),
  suite('charts', about),
  folder('contract', 'test/contract'),
  suite('chaos', () => ['mutants/suites/chaos.test.ts']),
  exploration('explorer', WHOLE),
  folder('recovery', 'test/recovery', 'test/defects'),
]
