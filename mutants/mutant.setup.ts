// Before each test file: the mutant takes the place of its chart.
import { inject } from 'vitest'
import { become } from './become.js'
import { mutantOf, mutated } from './mutants.js'

const id = inject('mutant')
if (id !== '') {
  const mutant = mutantOf(id)
  become(mutant.subject.machine, mutated(mutant))
}
