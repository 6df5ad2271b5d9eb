import type { Kind } from './mutations.js'
import { mutantOf } from './mutants.js'
import type { Stage } from './stages/stages.js'
import type { Suite } from './stages/suite.js'

/** What became of a mutant. */
export interface Verdict {
  readonly id: string
  readonly chart: string
  readonly kind: Kind
  /** The stage that noticed it, and what it said; none: it has survived. */
  readonly caught?: { readonly by: string; readonly saying: string }
  readonly ms: number
}

/** Shows a mutant to one stage after the other, until one notices it. */
export const judge = async (id: string, suite: Suite, stages: readonly Stage[]): Promise<Verdict> => {
  const mutant = mutantOf(id)
  const { kind, subject } = mutant
  const began = performance.now()
  const told = (caught?: Verdict['caught']): Verdict => ({
    id,
    chart: subject.name,
    kind,
    ...(caught && { caught }),
    ms: Math.round(performance.now() - began),
  })
  for (const { name, look } of stages) {
    const saying = await look(mutant, suite)
    if (saying !== undefined) return told({ by: name, saying })
  }
  return told()
}
