import type { Act } from './acts.js'
import type { Drawn } from './choices.js'
import { COMMANDS } from './commands.js'
import { FAULTS } from './faults.js'

/** Faults are numbered from here on: both tables may grow without a list of choices changing its meaning. */
const FAULTS_FROM = 1_000

/** Every act with its number and how often it is drawn. */
export const DRAWN: readonly Drawn[] = [
  ...COMMANDS.map(({ weight }, number) => ({ number, weight })),
  ...FAULTS.map(({ weight }, number) => ({ number: FAULTS_FROM + number, weight })),
]

/** The act of a number; of one that is unknown the first, which does nothing. */
export const actOf = (number: number): Act => (COMMANDS[number] ?? FAULTS[number - FAULTS_FROM] ?? COMMANDS[0]) as Act
