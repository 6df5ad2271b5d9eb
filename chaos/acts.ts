import type { Row } from './choices.js'
import type { Party } from './party.js'

/** Something that an application does, or the world. */
export interface Act {
  /** Told in the story of a run. */
  readonly name: string
  /** How often it is drawn, against the others. */
  readonly weight: number
  run(party: Party, row: Pick<Row, 'one' | 'other'>): void
}
