import { expect, test } from 'vitest'
import { BOUNDS } from '../../system/commands.js'
import { Search, keyOf, type Budget } from '../../system/search.js'
import { kindOf } from '../../system/subjects.js'
import { System, type SystemState } from '../../system/system.js'
import { SHORT_LADDER } from '../../system/tiers.js'

const statesOf = (system: System, budget: Budget, unfolded: boolean): SystemState[] => {
  const states: SystemState[] = []
  const search = new Search(system, {
    ...budget,
    bounds: BOUNDS,
    invariants: [],
    unfolded,
    visit: (state) => states.push(state),
  })
  expect(search.run().exhausted).toBe(true)
  return states
}

/** The text of a state as the other system, which folds, knows it; one that it never saw is told apart. */
const folded = (exact: System, folding: System, { charts, world }: SystemState): string => {
  const numbers = [...charts].map(([chart, at]) => {
    const kind = kindOf(chart)
    const number = folding.automata[kind].find(exact.automata[kind].at(at))
    return [chart, number ?? -1] as const
  })
  return keyOf({ charts: new Map(numbers), world })
}

test.each([
  { commands: 3, faults: 0 },
  { commands: 1, faults: 1 },
])('no state is lost by folding: %o', (budget) => {
  const exact = new System({ ladder: SHORT_LADDER, exact: true })
  const folding = new System({ ladder: SHORT_LADDER })
  const few = new Set(statesOf(folding, budget, false).map(keyOf))
  const many = statesOf(exact, budget, true)
  expect(many.length).toBeGreaterThan(few.size)
  expect(new Set(many.map((state) => folded(exact, folding, state)))).toEqual(few)
})
