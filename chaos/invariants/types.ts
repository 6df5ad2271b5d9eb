import type { SimulatedWorld } from '../../src/testing/index.js'
import type { Life } from '../life.js'
import type { Party } from '../party.js'

/** What a run is made of, as its invariants see it. */
export interface Scene {
  readonly world: SimulatedWorld
  readonly parties: readonly Party[]
}

/** States what must hold of each session after each step: returns a complaint, or nothing. Its name is printed. */
export type StepInvariant = (life: Life, scene: Scene) => string | undefined | false

/** States what must hold once faults have stopped and time has passed. */
export type RestInvariant = (party: Party, scene: Scene) => string | undefined | false
