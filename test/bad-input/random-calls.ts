import * as fc from 'fast-check'
import { oneOf, parameters } from './cases.js'
import { PLACES } from './places.js'
import { STEPS, type Step } from './world-events.js'

/** Runs these steps from this place on; `[]` where the contract was kept. */
const ran = async (place: string, steps: readonly Step[]): Promise<unknown[]> => {
  const { subject, release } = await PLACES[place]!()
  // A quarter of them, of every place and up to the longest.
  subject.stage.replays = steps.length % 4 === 0
  const held = Math.floor(steps.length / 2)
  for (const [at, step] of steps.entries()) {
    // What was held up goes on somewhere in the middle.
    if (at === held) release()
    await step.run(subject)
    subject.rest()
  }
  release()
  return subject.end()
}

/** Random sequences of calls and of what the world does, from every state. */
export const checkSequences = (share: number, salt: number): Promise<void> =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(PLACES)),
      fc.array(oneOf(STEPS), { minLength: 1, maxLength: 16, size: 'max' }),
      async (place, steps) => {
        const violations = await ran(place, steps)
        if (violations.length > 0) throw new Error(JSON.stringify(violations, undefined, 1))
      },
    ),
    parameters(share, salt),
  )
